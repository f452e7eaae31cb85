package gate

import (
	"slices"
	"time"
)

// Case is what a policy judges: a scan, and what else its rules ask for.
type Case struct {
	Scan     Scan
	TimedOut string    // says that the scan had not settled, and how it stood; empty when it had
	Image    Image     // for entries and statements about certain images
	Baseline Accepted  // for new_only
	Now      time.Time // for last days and days of grace
}

// Image is the names of the image that is judged. What is not known is empty, and then matches nothing.
type Image struct {
	Host    string // of the registry
	Name    string // of the repository
	Tags    []string
	Digests []string // its own and those of its platforms
}

// repository is the whole name of the repository.
func (i Image) repository() string {
	if i.Host == "" {
		return i.Name
	}
	return i.Host + "/" + i.Name
}

// names are all ways to write the image: the repository alone or with a tag or a digest, with the host or without, and the digest.
func (i Image) names() []string {
	var out []string
	for _, repository := range slices.Compact([]string{i.repository(), i.Name}) {
		if repository == "" {
			continue
		}
		out = append(out, repository)
		for _, tag := range i.Tags {
			out = append(out, repository+":"+tag)
		}
		for _, digest := range i.Digests {
			out = append(out, repository+"@"+digest)
		}
	}
	return append(out, i.Digests...)
}

// is says whether pattern, in which * stands for any text, is one of the image's names.
func (i Image) is(pattern string) bool {
	return slices.ContainsFunc(i.names(), func(name string) bool { return like(pattern, name) })
}

// SavedImage is what saved answers tell of the names of their image. Answers about several repositories tell none.
func SavedImage(answers []Answer) Image {
	var image Image
	for i, a := range answers {
		if i > 0 && a.RepositoryName != image.Name {
			return Image{}
		}
		image.Name = a.RepositoryName
		for _, add := range []struct {
			to   *[]string
			what string
		}{{&image.Tags, a.ImageTag}, {&image.Digests, a.ImageDigest}} {
			if add.what != "" && !slices.Contains(*add.to, add.what) {
				*add.to = append(*add.to, add.what)
			}
		}
	}
	return image
}
