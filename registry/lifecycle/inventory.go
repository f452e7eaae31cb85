package lifecycle

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// Inventory puts saved answers together: the images of one repository. The zero value is empty.
type Inventory struct {
	Repository string // as the answers name it; empty where none does
	images     []Image
	at         map[string]int
	children   map[string][]string
}

// savedAnswer is an answer of DescribeImages, or of BatchGetImage, which has the manifests that tell the platforms of an index.
type savedAnswer struct {
	Details []savedImage `json:"imageDetails"`
	Images  []struct {
		ID struct {
			Digest string `json:"imageDigest"`
		} `json:"imageId"`
		Manifest string `json:"imageManifest"`
	} `json:"images"`
}

type savedImage struct {
	Repository  string    `json:"repositoryName"`
	Digest      string    `json:"imageDigest"`
	Tags        []string  `json:"imageTags"`
	Size        int64     `json:"imageSizeInBytes"`
	PushedAt    savedTime `json:"imagePushedAt"`
	PulledAt    savedTime `json:"lastRecordedPullTime"`
	ArchivedAt  savedTime `json:"lastArchivedAt"`
	ActivatedAt savedTime `json:"lastActivatedAt"`
	Status      Status    `json:"imageStatus"`
	MediaType   string    `json:"imageManifestMediaType"`
	Subject     string    `json:"subjectManifestDigest"`
}

// savedTime is a time as the AWS CLI prints it, in its version 2 as text, or as the service sends it, in seconds since 1970.
type savedTime struct{ time.Time }

// UnmarshalJSON reads either form.
func (t *savedTime) UnmarshalJSON(data []byte) error {
	var seconds float64
	if json.Unmarshal(data, &seconds) == nil {
		if math.Abs(seconds) > 60e9 { // years of four digits
			return fmt.Errorf("time %s: want seconds since 1970", data)
		}
		if seconds != 0 {
			whole, fraction := math.Modf(seconds)
			t.Time = time.Unix(int64(whole), int64(math.Round(fraction*1e3))*1e6).UTC()
		}
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("time %s: want RFC 3339", data)
	}
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return fmt.Errorf("time %q: want RFC 3339", text)
	}
	t.Time = parsed.UTC()
	return nil
}

// Read takes in a file of answers, one or several after one another.
func (v *Inventory) Read(in io.Reader) error {
	answers := json.NewDecoder(in)
	for n := 0; ; n++ {
		var a savedAnswer
		err := answers.Decode(&a)
		switch {
		case errors.Is(err, io.EOF) && n > 0:
			return nil
		case errors.Is(err, io.EOF):
			return errors.New("it is empty")
		case err != nil:
			return fmt.Errorf("it is no answer of describe-images: %w", err)
		case a.Details == nil && a.Images == nil:
			return errors.New("it is no answer of describe-images: it has neither imageDetails nor images")
		}
		if err := v.take(a); err != nil {
			return err
		}
	}
}

func (v *Inventory) take(a savedAnswer) error {
	for _, s := range a.Details {
		if v.Repository != "" && s.Repository != "" && s.Repository != v.Repository {
			return fmt.Errorf("the images are of two repositories, %q and %q", v.Repository, s.Repository)
		}
		if v.Repository == "" {
			v.Repository = s.Repository
		}
		if !isDigest(s.Digest) || s.PushedAt.IsZero() {
			return fmt.Errorf("image %q has no digest or no imagePushedAt", s.Digest)
		}
		v.Add(Image{
			Digest: s.Digest, Tags: s.Tags, PushedAt: s.PushedAt.Time, PulledAt: s.PulledAt.Time, ArchivedAt: s.ArchivedAt.Time,
			ActivatedAt: s.ActivatedAt.Time, Status: s.Status, Size: s.Size, MediaType: s.MediaType, Subject: s.Subject,
		})
	}
	for _, m := range a.Images {
		if err := v.AddManifest(m.ID.Digest, []byte(m.Manifest)); err != nil {
			return err
		}
	}
	return nil
}

// Add takes in an image. One that is there already counts once.
func (v *Inventory) Add(i Image) {
	if v.at == nil {
		v.at = map[string]int{}
	}
	if _, found := v.at[i.Digest]; found {
		return
	}
	v.at[i.Digest] = len(v.images)
	v.images = append(v.images, i)
}

// AddManifest takes in the manifest of an image, which tells the platforms of an index.
func (v *Inventory) AddManifest(digest string, manifest []byte) error {
	var index struct {
		Manifests []struct {
			Digest string `json:"digest"`
		} `json:"manifests"`
	}
	if err := json.Unmarshal(manifest, &index); err != nil {
		return fmt.Errorf("manifest of %s: %w", Short(digest), err)
	}
	children := []string{}
	for _, entry := range index.Manifests {
		children = append(children, entry.Digest)
	}
	if v.children == nil {
		v.children = map[string][]string{}
	}
	v.children[digest] = children
	return nil
}

// Images are those that were taken in, with the platforms of indexes as far as manifests told them.
func (v *Inventory) Images() []Image {
	images := make([]Image, 0, len(v.images))
	for _, i := range v.images {
		if i.IsIndex() {
			i.Children = v.children[i.Digest]
		}
		images = append(images, i)
	}
	return images
}
