package source

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
)

// leaf is the image for one platform in a tree.
type leaf struct {
	Platform
	sealed *Sealed // nil where the source does not hold it
}

// leaves lists the images of a tree in the order of its indexes. Attestations and other attachments are none.
func leaves(tree Sealed) ([]leaf, error) {
	if !tree.Manifest.IsIndex() {
		one, err := readLeaf(tree, nil)
		return []leaf{one}, err
	}
	var out []leaf
	for _, d := range tree.Manifest.Platforms() {
		i := slices.IndexFunc(tree.Children, func(c Sealed) bool { return c.Manifest.Digest == d.Digest })
		if i < 0 {
			name, err := nameOf(d.Platform)
			if err != nil {
				return nil, fmt.Errorf("manifest %s: %w", d.Digest, err)
			}
			out = append(out, leaf{Platform: Platform{Name: name, Digest: d.Digest}})
			continue
		}
		more, err := leavesOf(tree.Children[i], d.Platform)
		if err != nil {
			return nil, fmt.Errorf("manifest %s: %w", d.Digest, err)
		}
		out = append(out, more...)
	}
	return out, nil
}

// leavesOf lists the images that one entry of an index stands for: a nested index has several, an artifact has none.
func leavesOf(child Sealed, p *ocispec.Platform) ([]leaf, error) {
	switch {
	case child.Manifest.IsIndex():
		return leaves(child)
	case p == nil && !isImageConfig(child.Manifest.Config.MediaType):
		return nil, nil
	default:
		one, err := readLeaf(child, p)
		return []leaf{one}, err
	}
}

// readLeaf reads the config of an image. What an index says of its platform comes first: that is what it is pulled by.
func readLeaf(s Sealed, p *ocispec.Platform) (leaf, error) {
	raw, err := readConfig(s.Config)
	if err != nil {
		return leaf{}, err
	}
	c, err := parseConfig(raw)
	if err != nil {
		return leaf{}, err
	}
	if isImageConfig(s.Manifest.Config.MediaType) && len(c.RootFS.DiffIDs) != len(s.Layers) {
		return leaf{}, &layerCountError{has: len(s.Layers), named: len(c.RootFS.DiffIDs)}
	}
	one := leaf{Platform: c.platform(s.Config.Digest), sealed: &s}
	one.Digest = s.Manifest.Digest
	name, err := nameOf(p)
	if name != "" {
		one.Name = name
	}
	return one, err
}

// isImageConfig tells the config of an image from that of other things that are kept like images.
func isImageConfig(mediaType string) bool {
	return mediaType == ocispec.MediaTypeImageConfig || mediaType == "application/vnd.docker.container.image.v1+json"
}

// choose decides what of a tree goes up: the platform that was asked for, else the whole index when all of it is there. name is the
// source's, for messages.
func choose(tree Sealed, all []leaf, name, platform string) (*Image, error) {
	present := slices.DeleteFunc(slices.Clone(all), func(l leaf) bool { return l.sealed == nil })
	switch {
	case len(all) == 0:
		return nil, &FormatError{File: name, Problem: "holds no image for any platform"}
	case len(present) == 0:
		return nil, fmt.Errorf("all images that the index %s names: %w", tree.Manifest.Digest, fs.ErrNotExist)
	case platform != "":
		return choosePlatform(all, present, name, platform)
	case tree.complete():
		return &Image{Sealed: &tree, Platforms: platforms(present)}, nil
	case len(present) == 1:
		note := fmt.Sprintf("%s does not hold all that its index names: the image for %s goes up alone", name, present[0].Name)
		return &Image{Sealed: present[0].sealed, Platforms: platforms(present), Notes: []string{note}}, nil
	default:
		problem := "does not hold all that its index names, which cannot go up so: choose one with --platform, of "
		return nil, &FormatError{File: name, Problem: problem + strings.Join(names(present), ", ")}
	}
}

func choosePlatform(all, present []leaf, name, platform string) (*Image, error) {
	wanted := func(l leaf) bool { return l.Name == normalPlatform(platform) }
	if i := slices.IndexFunc(present, wanted); i >= 0 {
		return &Image{Sealed: present[i].sealed, Platforms: platforms(present[i : i+1])}, nil
	}
	if slices.ContainsFunc(all, wanted) {
		problem := fmt.Sprintf("names platform %s and does not hold it, only %s", platform, strings.Join(names(present), ", "))
		return nil, &FormatError{File: name, Problem: problem}
	}
	return nil, &PlatformError{Image: name, Platform: platform, Has: names(present)}
}

func platforms(of []leaf) []Platform {
	var out []Platform
	for _, l := range of {
		out = append(out, l.Platform)
	}
	return out
}

func names(of []leaf) []string {
	var out []string
	for _, l := range of {
		if !slices.Contains(out, l.Name) {
			out = append(out, l.Name)
		}
	}
	return out
}

// normalPlatform is a platform as a user writes it, in the form that PlatformName gives.
func normalPlatform(platform string) string {
	parts := append(strings.SplitN(platform, "/", 3), "", "", "")
	return registry.PlatformName(parts[0], parts[1], parts[2])
}

// nameOf is the name of a platform in an index, empty where it tells none.
func nameOf(p *ocispec.Platform) (string, error) {
	if p == nil || p.OS == "" || p.Architecture == "" {
		return "", nil
	}
	return platformName(p.OS, p.Architecture, p.Variant)
}

// platformPart is what a part of a platform's name may be; those of Go, which images take theirs from, all are.
var platformPart = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9_.-]*$`)
})

func platformName(os, arch, variant string) (string, error) {
	for _, part := range []string{os, arch, variant} {
		if !platformPart().MatchString(part) {
			return "", fmt.Errorf("platform %q cannot be", os+"/"+arch+"/"+variant)
		}
	}
	return registry.PlatformName(os, arch, variant), nil
}
