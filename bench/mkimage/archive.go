package main

import (
	"archive/tar"
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// Entry is a file of an archive, or a folder when its name ends in a slash.
type Entry struct {
	Name string
	Blob Blob
}

// WriteArchive writes a tar archive in the order of the names, each name once, as engines do.
func WriteArchive(file string, entries []Entry) (err error) {
	slices.SortStableFunc(entries, func(a, b Entry) int { return cmp.Compare(a.Name, b.Name) })
	entries = slices.CompactFunc(entries, func(a, b Entry) bool { return a.Name == b.Name })
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
	}()
	buffered := bufio.NewWriterSize(f, 1<<20)
	t := tar.NewWriter(buffered)
	for _, entry := range entries {
		if err := writeEntry(t, entry); err != nil {
			return fmt.Errorf("%s: %w", entry.Name, err)
		}
	}
	if err := t.Close(); err != nil {
		return err
	}
	return buffered.Flush()
}

// writeEntry writes a blob under its name. A file that has changed since the blob's digest was taken is an error.
func writeEntry(t *tar.Writer, entry Entry) error {
	if strings.HasSuffix(entry.Name, "/") {
		return t.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: entry.Name, Mode: 0o755, ModTime: epoch})
	}
	err := t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: entry.Name, Mode: 0o644, Size: entry.Blob.Size, ModTime: epoch})
	if err != nil {
		return err
	}
	hash := sha256.New()
	if _, err := entry.Blob.Write(io.MultiWriter(t, hash)); err != nil {
		return err
	}
	if digest := hex.EncodeToString(hash.Sum(nil)); digest != entry.Blob.Digest {
		return fmt.Errorf("digest %s, want %s: a file has changed meanwhile", digest, entry.Blob.Digest)
	}
	return nil
}
