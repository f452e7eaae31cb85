package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
)

// entry is one file or folder of a tar archive.
type entry struct {
	name    string
	mode    int64
	content []byte // nil for a folder
}

func file(name string, mode int64, content []byte) entry { return entry{name, mode, content} }
func folder(name string) entry                           { return entry{name, 0o755, nil} }

func tarball(entries ...entry) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, e := range entries {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: e.name, Mode: e.mode, Size: int64(len(e.content)), ModTime: built, Format: tar.FormatUSTAR}
		if e.content == nil {
			header.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// object is a JSON object; its keys are written in order.
type object = map[string]any

// blobs are the files of an OCI layout that are named by digest.
type blobs map[string][]byte

// add takes content in and describes it.
func (b blobs) add(mediaType string, content []byte) object {
	sum := sha256.Sum256(content)
	name := hex.EncodeToString(sum[:])
	b[name] = content
	return object{"mediaType": mediaType, "digest": "sha256:" + name, "size": len(content)}
}

func (b blobs) addJSON(mediaType string, content any) (object, error) {
	data, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	return b.add(mediaType, data), nil
}

// save is the archive of one image with one name.
func save(name, tag string, layers ...[]byte) ([]byte, error) {
	b := blobs{}
	var descriptors []object
	var diffIDs, paths []string
	sources := object{}
	for _, layer := range layers {
		d := b.add("application/vnd.oci.image.layer.v1.tar", layer)
		id := d["digest"].(string)
		descriptors, diffIDs, paths = append(descriptors, d), append(diffIDs, id), append(paths, blobPath(id))
		sources[id] = d
	}
	config, err := b.addJSON("application/vnd.oci.image.config.v1+json", config(diffIDs))
	if err != nil {
		return nil, err
	}
	const manifestType = "application/vnd.oci.image.manifest.v1+json"
	manifest, err := b.addJSON(manifestType, object{"schemaVersion": 2, "mediaType": manifestType, "config": config, "layers": descriptors})
	if err != nil {
		return nil, err
	}
	manifest["annotations"] = object{"io.containerd.image.name": "docker.io/" + name + ":" + tag, "org.opencontainers.image.ref.name": tag}
	return b.archive(map[string]any{
		"index.json":    object{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": []object{manifest}},
		"manifest.json": []object{{"Config": blobPath(config["digest"].(string)), "RepoTags": []string{name + ":" + tag}, "Layers": paths, "LayerSources": sources}},
		"oci-layout":    object{"imageLayoutVersion": "1.0.0"},
	})
}

func blobPath(digest string) string { return "blobs/sha256/" + digest[len("sha256:"):] }

// archive writes blobs and documents in the order of their names, as Docker does.
func (b blobs) archive(documents map[string]any) ([]byte, error) {
	entries := []entry{folder("blobs/"), folder("blobs/sha256/")}
	for _, name := range slices.Sorted(maps.Keys(b)) {
		entries = append(entries, file("blobs/sha256/"+name, 0o644, b[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(documents)) {
		data, err := json.Marshal(documents[name])
		if err != nil {
			return nil, err
		}
		entries = append(entries, file(name, 0o644, data))
	}
	return tarball(entries...)
}

// config is the image config.
func config(diffIDs []string) object {
	step := func(by string, empty bool) object {
		o := object{"created": built, "created_by": by, "comment": "testdata/hello"}
		if empty {
			o["empty_layer"] = true
		}
		return o
	}
	return object{
		"architecture": "amd64",
		"os":           "linux",
		"created":      built,
		"config": object{
			"User":       "65532:65532",
			"Env":        []string{"PATH=/"},
			"Cmd":        []string{"/hello"},
			"WorkingDir": "/",
		},
		"rootfs": object{"type": "layers", "diff_ids": diffIDs},
		"history": []object{
			step("COPY os-release /etc/os-release", false),
			step("COPY hello /hello", false),
			step("USER 65532:65532", true),
			step(`CMD ["/hello"]`, true),
		},
	}
}
