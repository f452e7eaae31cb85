package source

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
)

// openArchive opens an archive by file name, or on stdin as "-".
func openArchive(ctx context.Context, name string, o Options) (*Image, error) {
	if name == "-" {
		if o.Stdin == nil {
			o.Stdin = strings.NewReader("")
		}
		return openOnce(ctx, "stdin", o.Stdin, o)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	image, err := openFile(ctx, f, name, o)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	image.closers = append(image.closers, f)
	return image, nil
}

// openFile opens an archive in a file: at once where the file can be read at any place, else as a stream.
func openFile(ctx context.Context, f *os.File, name string, o Options) (*Image, error) {
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, unreadable(name, err)
	case info.IsDir():
		return nil, &FormatError{File: name, Problem: "is a folder: an OCI layout is opened with oci: before its name"}
	case !info.Mode().IsRegular():
		return openOnce(ctx, name, f, o)
	}
	direct, err := readsDirectly(f, name)
	if err != nil {
		return nil, err
	}
	if direct {
		return imageIn(f, name, o)
	}
	s := newStream(name, o)
	s.open = again(f)
	r, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	return &Image{stream: s}, lookAt(ctx, r, name)
}

// openOnce opens an archive that cannot be read again.
func openOnce(ctx context.Context, name string, r io.Reader, o Options) (*Image, error) {
	start, err := onceFrom(ctx, r, name)
	if err != nil {
		return nil, err
	}
	s := newStream(name, o)
	s.open = start.open
	return &Image{stream: s}, nil
}

// readsDirectly says whether an archive can be read where it is, since it is not compressed.
func readsDirectly(f *os.File, name string) (bool, error) {
	head := make([]byte, blockSize)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, unreadable(name, err)
	}
	if compressionOf(head[:n]) != Uncompressed {
		return false, nil
	}
	return true, checkHead(name, head[:n])
}

// imageIn reads the image in an uncompressed archive.
func imageIn(f *os.File, name string, o Options) (*Image, error) {
	a, err := indexArchive(f, name)
	if err != nil {
		return nil, err
	}
	image, err := a.image(o.Platform)
	return image, problem(name, err)
}

// foreign are forms of file that people take for image archives, by their first bytes.
var foreign = []struct {
	magic, what string
}{
	{"PK\x03\x04", "is a ZIP file, not an image archive"},
	{"\xfd7zXZ\x00", "is compressed with xz, which images are not: decompress it first"},
	{"BZh", "is compressed with bzip2, which images are not: decompress it first"},
	{"#!/usr/bin/env run-singularity", "is a Singularity image"},
	{"{", "is a JSON file, not an image archive"},
	{"[", "is a JSON file, not an image archive"},
}

// blockSize is how much of a file its head is: a tar header.
const blockSize = 512

// checkHead says by its first bytes what a file is that is no tar archive, before all of it is read.
func checkHead(name string, head []byte) error {
	if len(head) == 0 {
		return &FormatError{File: name, Problem: "is empty"}
	}
	_, err := tar.NewReader(bytes.NewReader(head)).Next()
	if errors.Is(err, io.EOF) && len(head) == blockSize {
		return &FormatError{File: name, Problem: "is an empty tar archive"}
	}
	if !errors.Is(err, tar.ErrHeader) && len(head) == blockSize {
		return nil // a header that goes on in further blocks is none that is wrong
	}
	for _, form := range foreign {
		if strings.HasPrefix(string(head), form.magic) {
			return &FormatError{File: name, Problem: form.what}
		}
	}
	return &FormatError{File: name, Problem: "is not a tar archive"}
}

// unwrapPath drops the file name from an error whose message names it already.
func unwrapPath(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
