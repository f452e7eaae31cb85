package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry"
)

// config is the part of an image config that is used.
type config struct {
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant"`
	Config       struct {
		Labels map[string]string `json:"Labels"`
	} `json:"config"`
	RootFS struct {
		DiffIDs []digest.Digest `json:"diff_ids"`
	} `json:"rootfs"`

	name string // of the platform
}

// readConfig reads the config of a sealed image.
func readConfig(b Blob) ([]byte, error) {
	if b.Size > registry.MaxManifestSize {
		return nil, tooLarge("config "+b.Digest.String(), b.Size)
	}
	r, err := b.Open()
	if err != nil {
		return nil, fmt.Errorf("read config: %w", err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read config: %w", err)
	}
	return data, nil
}

// parseConfig reads an image config. What names no platform is the config of something else.
func parseConfig(data []byte) (config, error) {
	var c config
	if err := json.Unmarshal(data, &c); err != nil {
		return config{}, fmt.Errorf("read config: %w", err)
	}
	if c.OS == "" || c.Architecture == "" {
		return config{}, errors.New("read config: it names no platform, so this is no image")
	}
	for _, id := range c.RootFS.DiffIDs {
		if err := id.Validate(); err != nil {
			return config{}, fmt.Errorf("read config: layer %q: %w", id, err)
		}
	}
	var err error
	if c.name, err = platformName(c.OS, c.Architecture, c.Variant); err != nil {
		return config{}, fmt.Errorf("read config: %w", err)
	}
	return c, nil
}

// platform is the image that has this config.
func (c config) platform(id digest.Digest) Platform {
	return Platform{Name: c.name, Config: id, Labels: c.Config.Labels}
}
