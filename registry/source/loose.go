package source

import "fmt"

// loosen makes a loose image of a single sealed one whose layers are not compressed.
func (i *Image) loosen() error {
	plain, err := i.Sealed.plain()
	if err != nil || !plain {
		return err
	}
	raw, err := readConfig(i.Sealed.Config)
	if err != nil {
		return err
	}
	c, err := parseConfig(raw)
	if err != nil {
		return err
	}
	loose, err := newLoose(raw, c, i.Sealed.Layers)
	if err != nil || loose == nil {
		return err
	}
	i.Sealed, i.Loose = nil, loose
	i.Platforms[0].Digest = "" // of the manifest that will not be used
	return nil
}

// newLoose is nil when a layer is missing: the manifest is the only thing that names it then.
func newLoose(raw []byte, c config, layers []Blob) (*Loose, error) {
	if len(layers) != len(c.RootFS.DiffIDs) {
		return nil, &layerCountError{has: len(layers), named: len(c.RootFS.DiffIDs)}
	}
	loose := &Loose{Config: raw}
	for n, b := range layers {
		if b.file == nil {
			return nil, nil
		}
		layer, err := b.file.layer(c.RootFS.DiffIDs[n])
		if err != nil {
			return nil, fmt.Errorf("read layer %s: %w", b.Digest, err)
		}
		loose.Layers = append(loose.Layers, layer)
	}
	return loose, nil
}

// plain says whether a layer of an image manifest is there and not compressed, whatever its media type says.
func (s Sealed) plain() (bool, error) {
	for _, b := range s.Layers {
		if b.file == nil {
			continue
		}
		compression, err := b.file.compressed()
		if err != nil {
			return false, fmt.Errorf("read layer %s: %w", b.Digest, err)
		}
		if compression == Uncompressed {
			return true, nil
		}
	}
	return false, nil
}

// notePlain says of which platforms of an index the layers are not compressed. The index names them by digest, so they go up as
// they are.
func (i *Image) notePlain(all []leaf) error {
	for _, l := range all {
		if l.sealed == nil {
			continue
		}
		plain, err := l.sealed.plain()
		if err != nil {
			return err
		}
		if plain {
			i.Notes = append(i.Notes, fmt.Sprintf("layers of the image for %s are not compressed, and go up as the index names them", l.Name))
		}
	}
	return nil
}
