package emulator

import (
	"cmp"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// status is where an image is, as the API spells it.
func (i *image) status() lifecycle.Status {
	if i.ArchivedAt.IsZero() {
		return lifecycle.Active
	}
	return lifecycle.Archived
}

// imageFilter chooses images by whether they have tags, and by where they are: without a status by those that are not archived
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImagesFilter.html).
type imageFilter struct {
	TagStatus   string `json:"tagStatus"`
	ImageStatus string `json:"imageStatus"`
}

func (f imageFilter) takes(r *repository, i *image) bool {
	if f.ImageStatus != "ANY" && i.status() != cmp.Or(lifecycle.Status(f.ImageStatus), lifecycle.Active) {
		return false
	}
	tagged := len(r.tagsOf(i.Digest)) > 0
	return f.TagStatus == "" || f.TagStatus == "ANY" || tagged == (f.TagStatus == "TAGGED")
}
