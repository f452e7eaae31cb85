package source_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// TestFilesThatAreNoImage holds what is said of each, from a file, on stdin and compressed.
func TestFilesThatAreNoImage(t *testing.T) {
	real := read(t, "testdata/archives/docker20.tar")
	var folders bytes.Buffer
	w := tar.NewWriter(&folders)
	if err := errors.Join(w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "etc/"}), w.Close()); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"nothing", nil, "is empty"},
		{"text", []byte("FROM scratch\n"), "is not a tar archive"},
		{"long text", bytes.Repeat([]byte("FROM scratch\n"), 100), "is not a tar archive"},
		{"JSON", []byte(`{"schemaVersion":2}`), "is a JSON file, not an image archive"},
		{"the answer of docker inspect", []byte(`[{"Id":"sha256:…"}]`), "is a JSON file, not an image archive"},
		{"a ZIP file", append([]byte("PK\x03\x04"), make([]byte, 1000)...), "is a ZIP file, not an image archive"},
		{"an xz file", append([]byte("\xfd7zXZ\x00"), make([]byte, 1000)...), "is compressed with xz, which images are not: decompress it first"},
		{"a bzip2 file", append([]byte("BZh91AY&SY"), make([]byte, 1000)...), "is compressed with bzip2, which images are not: decompress it first"},
		{"a Singularity image", append([]byte("#!/usr/bin/env run-singularity\n\x00SIF_MAGIC\x00"), make([]byte, 1000)...), "is a Singularity image"},
		{"the first byte of an archive", real[:1], "is not a tar archive"},
		{"a part of its first header", real[:511], "is not a tar archive"},
		{"zeros", make([]byte, 4096), "is an empty tar archive"},
		{"an archive of folders", folders.Bytes(), "is a tar archive without an image: it has neither index.json nor manifest.json"},
		{"an archive of other files", bundle{"etc/passwd": []byte("root")}.tar(t), "is a tar archive without an image: it has neither index.json nor manifest.json"},
		{"what docker export writes", bundle{".dockerenv": nil, "etc/passwd": []byte("root")}.tar(t), "is the file system of a container, as docker export writes it: docker save writes an image"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			name := write(t, filepath.Join(t.TempDir(), "image"), tt.content)
			wantFormatError(t, openError(t, "archive:"+name, source.Options{}), name+" "+tt.want)
			wantFormatError(t, openError(t, "-", source.Options{Stdin: bytes.NewReader(tt.content)}), "stdin "+tt.want)
			wantFormatError(t, openError(t, "-", source.Options{Stdin: bytes.NewReader(gzipped(t, tt.content))}), "stdin "+tt.want)
			wantFormatError(t, openError(t, "-", source.Options{Stdin: bytes.NewReader(zstandard(t, tt.content))}), "stdin "+tt.want)
		})
	}
}

func wantFormatError(t *testing.T, err error, want string) {
	t.Helper()
	wantError(t, err, want)
	var format *source.FormatError
	if !errors.As(err, &format) {
		t.Errorf("the error is a %T, want a FormatError", err)
	}
}

func TestArchivesThatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing.tar")
	wantFormatError(t, openError(t, missing, source.Options{}), missing+" does not exist")
	wantFormatError(t, openError(t, "archive:"+dir, source.Options{}), dir+" is a folder: an OCI layout is opened with oci: before its name")
	wantFormatError(t, openError(t, "-", source.Options{}), "stdin is empty")
	for name, reference := range map[string]string{"an archive": missing, "a layout": "oci:" + missing} {
		var format *source.FormatError
		if err := openError(t, reference, source.Options{}); !errors.As(err, &format) || !format.Missing {
			t.Errorf("%s that does not exist: %v, want that it is missing", name, err)
		}
	}
}

// TestCutArchives cuts a real archive at every place: what is left is an image, and the whole one, or it is said that it is not.
func TestCutArchives(t *testing.T) {
	for _, name := range []string{"docker20.tar", "docker29-containerd-attest.tar", "docker29-graph.tar"} {
		data := read(t, filepath.Join("testdata/archives", name))
		for end := 0; end < len(data); end += 97 {
			options := source.HandOver(source.Options{Stdin: bytes.NewReader(data[:end]), TempDir: t.TempDir()}, 1)
			image, keeper, err := openAndRead(t, "-", options)
			if err != nil {
				if !errors.As(err, new(*source.FormatError)) {
					t.Errorf("%s cut at %d: %v, want a FormatError", name, end, err)
				}
				continue
			}
			if diff := cmp.Diff(engine(name), look(t, image)); diff != "" {
				t.Errorf("%s cut at %d (-want +got):\n%s", name, end, diff)
			}
			if err := errors.Join(image.Close(), keeper.Close()); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestCutCompressedArchives(t *testing.T) {
	data := read(t, "testdata/archives/docker20.tar")
	for _, content := range [][]byte{gzipped(t, data), zstandard(t, data)} {
		for end := 5; end < len(content); end += 31 {
			name := write(t, filepath.Join(t.TempDir(), "image.tar.gz"), content[:end])
			wantFormatError(t, openError(t, name, source.Options{}), name+" cannot be read to its end: unexpected EOF")
		}
	}
	broken := gzipped(t, data)
	broken[len(broken)-8]++
	name := write(t, filepath.Join(t.TempDir(), "image.tar.gz"), broken)
	wantFormatError(t, openError(t, name, source.Options{}), name+" cannot be read to its end: gzip: invalid checksum")
}
