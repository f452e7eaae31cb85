package lifecycle

import (
	"fmt"
	"time"
)

// Image is what ECR knows of one image of a repository. The zero value of a time says that it never happened.
type Image struct {
	Digest      string
	Tags        []string
	PushedAt    time.Time
	PulledAt    time.Time // as ECR records it, which may be a day behind
	ArchivedAt  time.Time
	ActivatedAt time.Time // when it was last restored from the archive
	Status      Status
	Size        int64 // bytes; of an index, those of its largest platform
	MediaType   string
	Subject     string   // digest of the image it is attached to: it is a signature or the like
	Children    []string // digests in an index; nil where they are not known, or it is none
}

// Status says where an image is. Empty is Active.
type Status string

// The statuses, as DescribeImages spells them
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html).
const (
	Active     Status = "ACTIVE"
	Archived   Status = "ARCHIVED"
	Activating Status = "ACTIVATING"
)

// class is the storage class that rules see. What is being restored is taken to be out of the archive already.
func (i Image) class() StorageClass {
	if i.Status == Archived {
		return Archive
	}
	return Standard
}

// orderedBy is the time that ECR orders images by: an image once restored is as new as its restoration
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lp_evaluation_rules).
func (i Image) orderedBy() time.Time {
	if !i.ActivatedAt.IsZero() {
		return i.ActivatedAt
	}
	return i.PushedAt
}

// IsIndex says whether an image is a list of others, one for each platform.
func (i Image) IsIndex() bool {
	return i.MediaType == "application/vnd.oci.image.index.v1+json" || i.MediaType == "application/vnd.docker.distribution.manifest.list.v2+json"
}

// mayBePlatform says whether an image may stand in an index: a platform has no tag of its own.
func (i Image) mayBePlatform() bool { return len(i.Tags) == 0 && !i.IsIndex() && i.Subject == "" }

// Name is the first tag of an image, or the beginning of its digest.
func (i Image) Name() string {
	if len(i.Tags) > 0 {
		return i.Tags[0]
	}
	return Short(i.Digest)
}

// Short is the beginning of a digest, for people.
func Short(digest string) string {
	const shown = len("sha256:") + 12
	if len(digest) <= shown {
		return digest
	}
	return digest[:shown]
}

// days is a number of days as people say it.
func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}
