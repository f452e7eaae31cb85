//go:build integration

package integration

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestArchivesOfRealEnginesKeepTheirDigest pushes every archive in testdata, and those in the folder HALLMARK_ARCHIVES when it is
// set, into both kinds of registry.
func TestArchivesOfRealEnginesKeepTheirDigest(t *testing.T) {
	archives := findArchives(t, "../registry/source/testdata/archives")
	if dir := os.Getenv("HALLMARK_ARCHIVES"); dir != "" {
		archives = append(archives, findArchives(t, dir)...)
	}
	if len(archives) == 0 {
		t.Fatal("no archive found")
	}
	destinations := []destination{
		{"archives", lab.ecr, []string{"--create-repository", "--no-gate"}, ecrCredentials(t, lab.ecr)},
		{"archives", lab.plain, []string{"--no-gate"}, nil},
	}
	for i, archive := range archives {
		from := archiveOrigin(t, fmt.Sprintf("archive-%d", i), archive)
		for _, to := range destinations {
			t.Run(filepath.Base(archive)+" to "+to.address, func(t *testing.T) {
				if from.digest == "" {
					from.arrives(t, to)
				} else {
					from.keepsItsDigest(t, to)
				}
			})
		}
	}
}

// findArchives lists the archives and OCI layouts under a folder, in order.
func findArchives(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || entry.IsDir():
			return err
		case entry.Name() == "oci-layout":
			found = append(found, filepath.Dir(path))
		case strings.Contains(entry.Name(), ".tar"):
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range found {
		if found[i], err = filepath.Abs(found[i]); err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// archiveOrigin finds out, without hallmark, what an archive holds: a manifest over compressed layers, whose digest it keeps, or
// loose layers.
func archiveOrigin(t *testing.T, name, archive string) origin {
	t.Helper()
	o := origin{name: name, ref: "archive:" + archive}
	layout := archive
	if info, err := os.Stat(archive); err != nil {
		t.Fatal(err)
	} else if info.IsDir() {
		o.ref = "oci:" + archive
	} else {
		layout = t.TempDir()
		command{}.must(t, "tar", "-xf", archive, "-C", layout)
	}
	if holdsCompressedLayers(t, layout) {
		o.digest = layoutDigest(t, layout)
		return o
	}
	o.want = archiveContent(t, archive)
	return o
}

// holdsCompressedLayers says whether a folder is an OCI layout with a manifest whose layers are compressed. Engines that keep layers
// unpacked write a layout too when they save, and compress only when they push.
func holdsCompressedLayers(t *testing.T, layout string) bool {
	t.Helper()
	blobs, err := filepath.Glob(filepath.Join(layout, "blobs/sha256/*"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(blobs, func(blob string) bool {
		data, err := os.ReadFile(blob)
		if err != nil {
			t.Fatal(err)
		}
		return strings.HasPrefix(string(data), "\x1f\x8b") || strings.HasPrefix(string(data), "\x28\xb5\x2f\xfd")
	})
}

// archiveContent is what skopeo finds in a docker-archive. Its form dir keeps the config as it is.
func archiveContent(t *testing.T, archive string) content {
	t.Helper()
	dir := t.TempDir()
	command{}.must(t, "skopeo", "copy", "--quiet", "docker-archive:"+archive, "dir:"+dir)
	var manifest struct {
		Config struct{ Digest string }
	}
	readJSON(t, filepath.Join(dir, "manifest.json"), &manifest)
	var config struct {
		RootFS struct {
			DiffIDs []string `json:"diff_ids"`
		}
	}
	readJSON(t, filepath.Join(dir, strings.TrimPrefix(manifest.Config.Digest, "sha256:")), &config)
	return content{Config: manifest.Config.Digest, DiffIDs: config.RootFS.DiffIDs}
}

func readJSON(t *testing.T, file string, into any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// keepsItsDigest pushes an image or index whose manifest the archive has, and reads all of it back: skopeo holds every blob of every
// platform against its digest.
func (o origin) keepsItsDigest(t *testing.T, to destination) {
	r := push(t, []string{at(lab.ecr)}, append(to.flags, "--repository", o.repository(to), o.ref)...)
	if diff := cmp.Diff(o.digest, r.Digest); diff != "" {
		t.Errorf("digest (-archive +pushed):\n%s", diff)
	}
	copied := t.TempDir()
	args := []string{"copy", "--quiet", "--all", "--preserve-digests", "--src-tls-verify=false", "docker://" + o.repository(to) + "@" + r.Digest, "dir:" + copied}
	command{}.must(t, "skopeo", append(args, to.creds...)...)
}
