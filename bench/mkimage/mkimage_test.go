package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

func TestArchivesHoldTheSameImage(t *testing.T) {
	legacy, named, oci := mkimage(t)
	for _, archive := range []string{legacy, named} {
		image, err := tarball.ImageFromPath(archive, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate.Image(image); err != nil {
			t.Errorf("%s: %v", archive, err)
		}
	}
	fromLegacy, fromNamed := entries(t, legacy), entries(t, named)
	config := sole(t, fromLegacy, func(name string) bool { return strings.HasSuffix(name, ".json") && len(name) == 64+len(".json") })
	if _, found := fromNamed["blobs/sha256/"+strings.TrimSuffix(config, ".json")]; !found {
		t.Errorf("%s is not in the archive of the other form", config)
	}
	if _, found := entries(t, oci)["blobs/sha256/"+strings.TrimSuffix(config, ".json")]; !found {
		t.Errorf("%s is not in the OCI archive", config)
	}
}

func TestArchivesAreInTheOrderOfTheirNames(t *testing.T) {
	legacy, named, oci := mkimage(t)
	for _, archive := range []string{legacy, named, oci} {
		var names []string
		walk(t, archive, func(name string, _ []byte) { names = append(names, name) })
		if !slices.IsSorted(names) {
			t.Errorf("%s: %q", filepath.Base(archive), names)
		}
	}
}

func TestBlobsAreNamedByTheirDigest(t *testing.T) {
	_, named, oci := mkimage(t)
	for _, archive := range []string{named, oci} {
		for name, content := range entries(t, archive) {
			sum := sha256.Sum256(content)
			if base, found := strings.CutPrefix(name, "blobs/sha256/"); found && base != "" && base != hex.EncodeToString(sum[:]) {
				t.Errorf("%s: %s holds %x", filepath.Base(archive), name, sum)
			}
		}
	}
}

func TestLayerHasItsSizeAndIsTheSameAgain(t *testing.T) {
	list := writeList(t, map[string]string{"b": strings.Repeat("b", 3000), "a": "a"})
	layer, err := ParseLayer(list + ":20000:noise")
	if err != nil {
		t.Fatal(err)
	}
	var first, second bytes.Buffer
	for _, w := range []io.Writer{&first, &second} {
		if _, err := layer.WriteTo(w); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the layer has other bytes when it is written again")
	}
	var size int64
	var names []string
	r := tar.NewReader(&first)
	for header, err := r.Next(); !errors.Is(err, io.EOF); header, err = r.Next() {
		if err != nil {
			t.Fatal(err)
		}
		size += header.Size
		names = append(names, header.Name)
	}
	if size != 20000 {
		t.Errorf("%d bytes of content, want 20000", size)
	}
	if diff := cmp.Diff([]string{"a", "a.noise", "b", "b.noise", "round-1/a", "round-1/a.noise"}, names[:6]); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestParseLayerRefusesWhatItDoesNotKnow(t *testing.T) {
	list := writeList(t, map[string]string{"a": "a"})
	for _, spec := range []string{list + ":many", list + ":1:loud", list + ".not-there"} {
		if _, err := ParseLayer(spec); err == nil {
			t.Errorf("ParseLayer(%q) succeeded", spec)
		}
	}
}

// mkimage writes an image of three layers in every form.
func mkimage(t *testing.T) (legacy, named, oci string) {
	t.Helper()
	dir := t.TempDir()
	legacy, named, oci = filepath.Join(dir, "legacy.tar"), filepath.Join(dir, "named.tar"), filepath.Join(dir, "oci.tar")
	base, top := writeList(t, map[string]string{"usr/a": "content of a", "usr/b": ""}), writeList(t, map[string]string{"app": "program"})
	err := run([]string{"--layer", base + ":5000", "--layer", base + ":6000:noise", "--layer", top, "--legacy", legacy, "--named", named, "--oci", oci})
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "layers-*")); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
	return legacy, named, oci
}

// writeList writes files and a list of them.
func writeList(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	var list strings.Builder
	for name, content := range files {
		path := filepath.Join(dir, strings.ReplaceAll(name, "/", "-"))
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&list, "%s\t%s\n", name, path)
	}
	file := filepath.Join(dir, "list")
	if err := os.WriteFile(file, []byte(list.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func entries(t *testing.T, archive string) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	walk(t, archive, func(name string, content []byte) { found[name] = content })
	for _, name := range []string{"manifest.json", "index.json"} {
		if data, there := found[name]; there && !json.Valid(data) {
			t.Errorf("%s: %s is not JSON", archive, name)
		}
	}
	return found
}

func walk(t *testing.T, archive string, each func(name string, content []byte)) {
	t.Helper()
	f, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := tar.NewReader(f)
	for header, err := r.Next(); !errors.Is(err, io.EOF); header, err = r.Next() {
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		each(header.Name, content)
	}
}

// sole is the one name that passes.
func sole(t *testing.T, found map[string][]byte, passes func(string) bool) string {
	t.Helper()
	var names []string
	for name := range found {
		if passes(name) {
			names = append(names, name)
		}
	}
	if len(names) != 1 {
		t.Fatalf("%q, want one name", names)
	}
	return names[0]
}
