package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// Image is an image whose layers are known by their digests.
type Image struct {
	Name, Tag string
	Layers    []Blob // uncompressed
	Config    []byte
}

// Blob is a piece of content by its digest, in hexadecimal.
type Blob struct {
	Digest string
	Size   int64
	Write  func(io.Writer) (int64, error)
}

// NewImage reads every layer once, to learn its digest. Layers that are the same stand once in an archive.
func NewImage(reference string, layers []*Layer) (Image, error) {
	name, tag, _ := strings.Cut(reference, ":")
	image := Image{Name: name, Tag: tag}
	config := imageConfig{Architecture: "amd64", OS: "linux", Created: epoch.Format("2006-01-02T15:04:05Z")}
	config.Config.Cmd = []string{"/app"}
	config.RootFS.Type = "layers"
	for i, layer := range layers {
		blob, err := newBlob(layer.WriteTo)
		if err != nil {
			return Image{}, fmt.Errorf("layer %d: %w", i, err)
		}
		image.Layers = append(image.Layers, blob)
		config.RootFS.DiffIDs = append(config.RootFS.DiffIDs, "sha256:"+blob.Digest)
		config.History = append(config.History, history{config.Created, fmt.Sprintf("COPY layer-%d /", i)})
	}
	var err error
	image.Config, err = json.Marshal(config)
	return image, err
}

type imageConfig struct {
	Architecture string `json:"architecture"`
	OS           string `json:"os"`
	Created      string `json:"created"`
	Config       struct {
		Cmd []string
	} `json:"config"`
	RootFS struct {
		Type    string   `json:"type"`
		DiffIDs []string `json:"diff_ids"`
	} `json:"rootfs"`
	History []history `json:"history"`
}

type history struct {
	Created   string `json:"created"`
	CreatedBy string `json:"created_by"`
}

func newBlob(write func(io.Writer) (int64, error)) (Blob, error) {
	hash := sha256.New()
	size, err := write(hash)
	return Blob{hex.EncodeToString(hash.Sum(nil)), size, write}, err
}

// bytesBlob is a blob that is in memory. Its content stands in archives as it is here.
func bytesBlob(data []byte) Blob {
	digest := sha256.Sum256(data)
	return Blob{hex.EncodeToString(digest[:]), int64(len(data)), func(w io.Writer) (int64, error) {
		n, err := w.Write(data)
		return int64(n), err
	}}
}

// compress keeps the blob, compressed as engines do it, in a file of that folder.
func (b Blob) compress(dir string) (Blob, error) {
	file := filepath.Join(dir, b.Digest+".gz")
	f, err := os.Create(file)
	if err != nil {
		return Blob{}, err
	}
	defer f.Close()
	z, err := gzip.NewWriterLevel(f, gzip.DefaultCompression)
	if err != nil {
		return Blob{}, err
	}
	if _, err := b.Write(z); err != nil {
		return Blob{}, err
	}
	if err := z.Close(); err != nil {
		return Blob{}, err
	}
	return newBlob(func(w io.Writer) (int64, error) {
		f, err := os.Open(file)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		return io.Copy(w, f)
	})
}
