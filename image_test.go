package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// image FILE LAYER... makes an archive as docker save did up to Docker 24, of an image with these layers, base first. A layer holds
// one file of its name, whose bytes follow from the name and do not compress: 300 kB, or 30 kB where the name begins with app.
func image(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: image FILE LAYER...")
	}
	archive, err := dockerArchive(args[1:])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), archive, 0o644))
}

// member is one file of an archive.
type member struct {
	name string
	data []byte
}

func dockerArchive(layers []string) ([]byte, error) {
	var members []member
	var diffIDs, paths []string
	for i, layer := range layers {
		data, err := tarOf(member{layer, noise(layer)})
		if err != nil {
			return nil, err
		}
		diffIDs = append(diffIDs, fmt.Sprintf("sha256:%x", sha256.Sum256(data)))
		paths = append(paths, fmt.Sprintf("%d/layer.tar", i))
		members = append(members, member{paths[i], data})
	}
	config, err := json.Marshal(map[string]any{
		"architecture": "amd64", "os": "linux", "created": "2026-01-02T03:04:05Z", "config": map[string]any{"Cmd": []string{"/app"}},
		"rootfs": map[string]any{"type": "layers", "diff_ids": diffIDs},
	})
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("%x.json", sha256.Sum256(config))
	manifest, err := json.Marshal([]any{map[string]any{"Config": name, "RepoTags": []string{"shop/api:build"}, "Layers": paths}})
	if err != nil {
		return nil, err
	}
	return tarOf(append(members, member{name, config}, member{"manifest.json", manifest})...)
}

func noise(name string) []byte {
	size := 300_000
	if strings.HasPrefix(name, "app") {
		size = 30_000
	}
	data := make([]byte, size)
	_, _ = rand.NewChaCha8(sha256.Sum256([]byte(name))).Read(data) // it never fails
	return data
}

func tarOf(members ...member) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, m := range members {
		if err := w.WriteHeader(&tar.Header{Name: m.name, Mode: 0o644, Size: int64(len(m.data))}); err != nil {
			return nil, err
		}
		if _, err := w.Write(m.data); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), w.Close()
}
