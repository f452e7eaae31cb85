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
		return readArchive(ctx, "stdin", o.Stdin, o)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, &FormatError{File: name, Problem: "cannot be read", Err: unwrapPath(err)}
	}
	direct, err := readsDirectly(f, name)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if direct {
		return imageIn(&spoolFile{File: f}, name, o)
	}
	defer f.Close()
	return readArchive(ctx, name, f, o)
}

// readsDirectly says whether a file can be read where it is: any file but one that is compressed or a pipe.
func readsDirectly(f *os.File, name string) (bool, error) {
	info, err := f.Stat()
	if err != nil {
		return false, &FormatError{File: name, Problem: "cannot be read", Err: unwrapPath(err)}
	}
	if info.IsDir() {
		return false, &FormatError{File: name, Problem: "is a folder: an OCI layout is opened with oci: before its name"}
	}
	if !info.Mode().IsRegular() {
		return false, nil
	}
	head := make([]byte, blockSize)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, &FormatError{File: name, Problem: "cannot be read", Err: unwrapPath(err)}
	}
	if compressionOf(head[:n]) != Uncompressed {
		return false, nil
	}
	return true, checkHead(name, head[:n])
}

// readArchive spools an archive that is compressed or cannot be read twice.
func readArchive(ctx context.Context, name string, r io.Reader, o Options) (*Image, error) {
	s, err := spool(ctx, r, name, o.TempDir)
	if err != nil {
		return nil, err
	}
	return imageIn(s, name, o)
}

// imageIn reads the image in an uncompressed archive, and closes the file when there is none.
func imageIn(s *spoolFile, name string, o Options) (*Image, error) {
	a, err := indexArchive(s.File, name)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	image, err := a.image(o.Platform)
	if err != nil {
		return nil, errors.Join(problem(name, err), s.Close())
	}
	image.closers = append(image.closers, s)
	return image, nil
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
