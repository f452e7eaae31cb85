package main

import (
	"archive/tar"
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// epoch is the time of every file in every layer and archive.
var epoch = time.Unix(1700000000, 0).UTC()

// File is a file of the machine, and the name it gets in a layer.
type File struct{ Name, Path string }

// Layer is an uncompressed layer that is made anew, with the same bytes, whenever it is written.
type Layer struct {
	Files []File // in the order of their names
	Size  int64  // bytes of content: files are taken until they make it up, again and again if they are too few; zero takes each once
	Noise bool   // after each file comes one of the same size that does not compress
}

// ParseLayer reads FILES[:SIZE[:noise]], and the list of files that it names.
func ParseLayer(spec string) (*Layer, error) {
	list, rest, _ := strings.Cut(spec, ":")
	size, noise, _ := strings.Cut(rest, ":")
	layer := &Layer{Noise: noise == "noise"}
	if noise != "" && !layer.Noise {
		return nil, fmt.Errorf("layer %q: %q is not noise", spec, noise)
	}
	var err error
	if size != "" {
		if layer.Size, err = strconv.ParseInt(size, 10, 64); err != nil {
			return nil, fmt.Errorf("layer %q: %w", spec, err)
		}
	}
	if layer.Files, err = readList(list); err != nil {
		return nil, fmt.Errorf("layer %q: %w", spec, err)
	}
	return layer, nil
}

func readList(file string) ([]File, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var files []File
	for line := range strings.Lines(string(data)) {
		name, path, found := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !found || name == "" {
			return nil, fmt.Errorf("%s: %q is not a name, a tab and a path", file, line)
		}
		files = append(files, File{name, path})
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s names no file", file)
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files, nil
}

// WriteTo writes the layer as a tar archive.
func (l *Layer) WriteTo(w io.Writer) (int64, error) {
	counted := &counter{w: w}
	buffered := bufio.NewWriterSize(counted, 1<<20)
	t := layerWriter{tar.NewWriter(buffered), l.Size > 0, l.Size, l.Noise}
	for round := 0; ; round++ {
		before := t.left
		for _, file := range l.Files {
			if t.full() {
				break
			}
			if err := t.add(file, round); err != nil {
				return counted.n, err
			}
		}
		if !t.limited || t.full() {
			break
		}
		if t.left == before {
			return counted.n, fmt.Errorf("files without content do not make up %d bytes", l.Size)
		}
	}
	if err := t.Close(); err != nil {
		return counted.n, err
	}
	return counted.n, buffered.Flush()
}

// layerWriter writes files until none of the wanted bytes are left.
type layerWriter struct {
	*tar.Writer
	limited bool
	left    int64 // of a limited layer
	noise   bool
}

func (t *layerWriter) full() bool { return t.limited && t.left == 0 }

// add writes a file. In later rounds it has another name, and begins at another place, so that no two files are the same.
func (t *layerWriter) add(file File, round int) error {
	f, err := os.Open(file.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	name := file.Name
	size, shift := info.Size(), int64(0)
	if round > 0 {
		name = fmt.Sprintf("round-%d/%s", round, name)
		shift = int64(round) * 40961 % max(size, 1)
	}
	content := io.MultiReader(io.NewSectionReader(f, shift, size-shift), io.NewSectionReader(f, 0, shift))
	if err := t.entry(name, size, content); err != nil {
		return fmt.Errorf("%s: %w", file.Path, err)
	}
	if t.noise && !t.full() {
		return t.entry(name+".noise", size, noise(name))
	}
	return nil
}

func (t *layerWriter) entry(name string, size int64, content io.Reader) error {
	if t.limited {
		size = min(size, t.left)
		t.left -= size
	}
	err := t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: size, ModTime: epoch})
	if err == nil {
		_, err = io.CopyN(t, content, size)
	}
	return err
}

// noise is an endless stream that does not compress, another for each name.
func noise(name string) io.Reader {
	return rand.NewChaCha8(sha256.Sum256([]byte(name)))
}

// counter counts what is written through it.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}
