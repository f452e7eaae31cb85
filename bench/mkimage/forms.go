package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

const (
	layerType    = "application/vnd.oci.image.layer.v1.tar"
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	configType   = "application/vnd.oci.image.config.v1+json"
	indexType    = "application/vnd.oci.image.index.v1+json"
)

// dockerManifest is an entry of manifest.json.
type dockerManifest struct {
	Config       string
	RepoTags     []string
	Layers       []string
	LayerSources map[string]descriptor `json:",omitempty"`
}

type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int64             `json:"size"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// manifest is an OCI manifest or, with manifests in place of layers, an index.
type manifest struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Config        *descriptor  `json:"config,omitempty"`
	Layers        []descriptor `json:"layers,omitempty"`
	Manifests     []descriptor `json:"manifests,omitempty"`
}

// Legacy is the form of docker save up to version 24: each layer in a folder named by an identifier that is no digest of it.
func (i Image) Legacy(string) ([]Entry, error) {
	config := bytesBlob(i.Config)
	list := dockerManifest{Config: config.Digest + ".json", RepoTags: []string{i.Name + ":" + i.Tag}}
	entries := []Entry{{list.Config, config}}
	parent := ""
	for _, layer := range i.Layers {
		sum := sha256.Sum256([]byte(parent + " " + layer.Digest))
		id := hex.EncodeToString(sum[:])
		v1 := map[string]string{"id": id, "created": epoch.Format("2006-01-02T15:04:05Z"), "os": "linux"}
		if parent != "" {
			v1["parent"] = parent
		}
		data, err := json.Marshal(v1)
		if err != nil {
			return nil, err
		}
		list.Layers = append(list.Layers, id+"/layer.tar")
		entries = append(entries, Entry{id + "/", Blob{}}, Entry{id + "/VERSION", bytesBlob([]byte("1.0"))},
			Entry{id + "/json", bytesBlob(data)}, Entry{id + "/layer.tar", layer})
		parent = id
	}
	return i.withLists(entries, list, parent)
}

// Named is the form of docker save from version 25 on, of an engine that keeps layers unpacked: each layer is named by its diffID.
func (i Image) Named(string) ([]Entry, error) {
	entries, err := i.layout(i.Layers, layerType)
	if err != nil {
		return nil, err
	}
	list := dockerManifest{
		Config:       "blobs/sha256/" + bytesBlob(i.Config).Digest,
		RepoTags:     []string{i.Name + ":" + i.Tag},
		LayerSources: map[string]descriptor{},
	}
	for _, layer := range i.Layers {
		list.Layers = append(list.Layers, "blobs/sha256/"+layer.Digest)
		list.LayerSources["sha256:"+layer.Digest] = describe(layer, layerType)
	}
	return i.withLists(entries, list, i.Layers[len(i.Layers)-1].Digest)
}

// OCI is an OCI archive with compressed layers, which are kept in the folder dir.
func (i Image) OCI(dir string) ([]Entry, error) {
	var compressed []Blob
	for _, layer := range i.Layers {
		blob, err := layer.compress(dir)
		if err != nil {
			return nil, err
		}
		compressed = append(compressed, blob)
	}
	return i.layout(compressed, layerType+"+gzip")
}

// withLists adds manifest.json and repositories.
func (i Image) withLists(entries []Entry, list dockerManifest, top string) ([]Entry, error) {
	lists, err := json.Marshal([]dockerManifest{list})
	if err != nil {
		return nil, err
	}
	repositories, err := json.Marshal(map[string]map[string]string{i.Name: {i.Tag: top}})
	if err != nil {
		return nil, err
	}
	return append(entries, Entry{"manifest.json", bytesBlob(lists)}, Entry{"repositories", bytesBlob(repositories)}), nil
}

// layout is an OCI layout of the config and these layers.
func (i Image) layout(layers []Blob, mediaType string) ([]Entry, error) {
	config := bytesBlob(i.Config)
	configDescriptor := describe(config, configType)
	m := manifest{SchemaVersion: 2, MediaType: manifestType, Config: &configDescriptor}
	entries := []Entry{{"blobs/", Blob{}}, {"blobs/sha256/", Blob{}}, blobEntry(config)}
	for _, layer := range layers {
		m.Layers = append(m.Layers, describe(layer, mediaType))
		entries = append(entries, blobEntry(layer))
	}
	manifestData, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	only := describe(bytesBlob(manifestData), manifestType)
	only.Annotations = map[string]string{
		"io.containerd.image.name":          "docker.io/library/" + i.Name + ":" + i.Tag,
		"org.opencontainers.image.ref.name": i.Tag,
	}
	index, err := json.Marshal(manifest{SchemaVersion: 2, MediaType: indexType, Manifests: []descriptor{only}})
	if err != nil {
		return nil, err
	}
	return append(entries, blobEntry(bytesBlob(manifestData)), Entry{"index.json", bytesBlob(index)},
		Entry{"oci-layout", bytesBlob([]byte(`{"imageLayoutVersion":"1.0.0"}`))}), nil
}

func blobEntry(b Blob) Entry { return Entry{"blobs/sha256/" + b.Digest, b} }

func describe(b Blob, mediaType string) descriptor {
	return descriptor{MediaType: mediaType, Digest: "sha256:" + b.Digest, Size: b.Size}
}
