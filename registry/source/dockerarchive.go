package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
)

// saved is an entry of manifest.json, as docker save writes it.
type saved struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// image reads the image in an archive. An OCI layout in it comes first, since it has the manifests and attestations that
// manifest.json leaves out; manifest.json is used where there is none, or where the layout is incomplete or has no layers, as Docker
// 25.0.0 wrote it (https://github.com/moby/moby/issues/47065).
func (a *archive) image(platform string) (*Image, error) {
	entries, found, err := a.manifestJSON()
	if err != nil {
		return nil, err
	}
	_, err = a.find("index.json")
	switch hasLayout := !errors.Is(err, fs.ErrNotExist); {
	case !hasLayout && !found:
		return nil, a.noImage()
	case !hasLayout:
		return a.docker(entries, platform)
	}
	l := layout{files: a, name: a.name, platform: platform, mend: "save one of them alone"}
	image, err := l.image()
	var count *layerCountError
	if len(entries) > 0 && (errors.Is(err, fs.ErrNotExist) || errors.As(err, &count)) {
		return a.docker(entries, platform)
	}
	return image, err
}

// noImage says of a tar archive what else it is.
func (a *archive) noImage() error {
	if _, err := a.find(".dockerenv"); err == nil {
		return &FormatError{File: a.name, Problem: "is the file system of a container, as docker export writes it: docker save writes an image"}
	}
	return &FormatError{File: a.name, Problem: "is a tar archive without an image: it has neither index.json nor manifest.json"}
}

func (a *archive) manifestJSON() (entries []saved, found bool, err error) {
	data, err := readSmall(a, "manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	if err := json.Unmarshal(data, &entries); err != nil {
		return nil, false, &FormatError{File: a.name, Problem: "has a manifest.json that cannot be read", Err: err}
	}
	return entries, true, nil
}

// docker reads a loose image by manifest.json.
func (a *archive) docker(entries []saved, platform string) (*Image, error) {
	one, err := a.onlyImage(entries)
	if err != nil {
		return nil, err
	}
	raw, err := readSmall(a, one.Config)
	if err != nil {
		return nil, err
	}
	c, err := parseConfig(raw)
	if err != nil {
		return nil, err
	}
	if len(c.RootFS.DiffIDs) != len(one.Layers) {
		return nil, &layerCountError{has: len(one.Layers), named: len(c.RootFS.DiffIDs)}
	}
	if platform != "" && c.name != normalPlatform(platform) {
		return nil, &PlatformError{Image: a.name, Platform: platform, Has: []string{c.name}}
	}
	loose := &Loose{Config: raw}
	for i, name := range one.Layers {
		f, err := a.find(name)
		if err != nil {
			return nil, err
		}
		layer, err := f.layer(c.RootFS.DiffIDs[i])
		if err != nil {
			return nil, fmt.Errorf("read layer %q: %w", name, err)
		}
		loose.Layers = append(loose.Layers, layer)
	}
	return &Image{Loose: loose, Platforms: []Platform{c.platform(digest.FromBytes(raw))}}, nil
}

// onlyImage is the one image of an archive, which several names may stand for.
func (a *archive) onlyImage(entries []saved) (saved, error) {
	if len(entries) == 0 {
		return saved{}, &FormatError{File: a.name, Problem: "has an empty manifest.json"}
	}
	var names []string
	several := false
	for _, e := range entries {
		if len(e.RepoTags) == 0 {
			names = append(names, e.Config) // saved by its id
		}
		names = append(names, e.RepoTags...)
		several = several || e.Config != entries[0].Config || !slices.Equal(e.Layers, entries[0].Layers)
	}
	if several {
		return saved{}, &FormatError{File: a.name, Problem: "holds several images, save one of them alone: " + strings.Join(names, ", ")}
	}
	return entries[0], nil
}
