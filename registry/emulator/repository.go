package emulator

import (
	"cmp"
	"slices"
	"time"

	"github.com/hallmark-ci/hallmark/registry"
)

// repository is one repository: its settings, its images and its tags.
type repository struct {
	Name       string              `json:"name"`
	CreatedAt  time.Time           `json:"created_at"`
	Mutability registry.Mutability `json:"mutability"`
	Exclusions []string            `json:"exclusions,omitempty"`
	ScanOnPush bool                `json:"scan_on_push"`
	Encryption string              `json:"encryption"`
	KMSKey     string              `json:"kms_key,omitempty"`
	Lifecycle  *lifecyclePolicy    `json:"lifecycle,omitempty"`
	Preview    *lifecyclePreview   `json:"preview,omitempty"`
	Access     string              `json:"access,omitempty"` // text of the policy that says who may do what
	Labels     map[string]string   `json:"labels,omitempty"` // resource tags, under another name than the tags of images
	Images     map[string]*image   `json:"images"`           // by digest
	Tags       map[string]string   `json:"tags"`             // to the digest of an image
}

// lifecyclePolicy is a lifecycle policy as it was put.
type lifecyclePolicy struct {
	Text  string    `json:"text"`
	PutAt time.Time `json:"put_at"`
}

// image is one manifest or index of a repository.
type image struct {
	Digest       string    `json:"digest"`
	MediaType    string    `json:"media_type"`
	ArtifactType string    `json:"artifact_type,omitempty"` // of an artifact; of an image the media type of its config
	Subject      string    `json:"subject,omitempty"`       // digest of the image it is attached to
	Children     []string  `json:"children,omitempty"`      // of an index
	Size         int64     `json:"size"`                    // of config and layers; of an index, of its largest child
	PushedAt     time.Time `json:"pushed_at"`
	ScannedAt    time.Time `json:"scanned_at,omitzero"`  // when its scan began; zero when there was none
	ArchivedAt   time.Time `json:"archived_at,omitzero"` // zero where it is not archived
}

// newRepository is a repository with the settings that ECR gives where none are asked for.
func newRepository(name string, now time.Time) *repository {
	return &repository{
		Name:       name,
		CreatedAt:  now,
		Mutability: registry.Mutable,
		Encryption: "AES256",
		Images:     map[string]*image{},
		Tags:       map[string]string{},
	}
}

// mutable says whether a tag may be pointed at another image.
func (r *repository) mutable(tag string) bool {
	return registry.Repository{Mutability: r.Mutability, Exclusions: r.Exclusions}.Mutable(tag)
}

// tagsOf lists the tags of an image by name.
func (r *repository) tagsOf(digest string) []string {
	var tags []string
	for tag, d := range r.Tags {
		if d == digest {
			tags = append(tags, tag)
		}
	}
	slices.Sort(tags)
	return tags
}

// sorted lists the images, the newest last, as ECR tends to.
func (r *repository) sorted() []*image {
	images := make([]*image, 0, len(r.Images))
	for _, i := range r.Images {
		images = append(images, i)
	}
	slices.SortFunc(images, func(a, b *image) int {
		return cmp.Or(a.PushedAt.Compare(b.PushedAt), cmp.Compare(a.Digest, b.Digest))
	})
	return images
}

// isIndex says whether an image is an index of others.
func (i *image) isIndex() bool {
	return registry.Manifest{MediaType: i.MediaType}.IsIndex()
}

// parentOf finds an index that names an image.
func (r *repository) parentOf(digest string) (string, bool) {
	for _, i := range r.Images {
		if slices.Contains(i.Children, digest) {
			return i.Digest, true
		}
	}
	return "", false
}

// remove takes an image and its tags out.
func (r *repository) remove(digest string) {
	delete(r.Images, digest)
	for _, tag := range r.tagsOf(digest) {
		delete(r.Tags, tag)
	}
}
