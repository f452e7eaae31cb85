package source_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/source"
)

var platformForm = regexp.MustCompile(`^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?$`)

// FuzzOpenArchive holds that no archive makes Open panic or leave a file, and that what opens is an image: it has platforms, each with
// the digest of a config. Seeds are the real archives, whole and without some of their files.
func FuzzOpenArchive(f *testing.F) {
	names, err := filepath.Glob("testdata/archives/*.tar")
	if err != nil || len(names) == 0 {
		f.Fatalf("find seeds: %v", err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, "")
		f.Add(data[len(data)/2:], "linux/amd64")
		f.Add(bytes.ReplaceAll(data, []byte("sha256:"), []byte("sha512:")), "linux/arm64/v8")
		f.Add(bytes.ReplaceAll(data, []byte("index.json"), []byte("index.jsom")), "")
		f.Add(bytes.ReplaceAll(data, []byte(`"layers"`), []byte(`"sreyal"`)), "")
	}
	f.Fuzz(openAny)
}

// FuzzOpenDocuments does the same with documents whose digests are right, so that what they say is read.
func FuzzOpenDocuments(f *testing.F) {
	const (
		index    = `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"digest":"MANIFEST","size":MANIFESTSIZE,"platform":{"os":"linux","architecture":"arm","variant":"v7"}},{"digest":"CONFIG","size":CONFIGSIZE,"annotations":{"vnd.docker.reference.type":"attestation-manifest"}}]}`
		manifest = `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"CONFIG","size":CONFIGSIZE},"layers":[{"digest":"CONFIG","size":CONFIGSIZE}]}`
		config   = `{"os":"linux","architecture":"amd64","config":{"Labels":{"a":"b"}},"rootfs":{"diff_ids":["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]}}`
		saved    = `[{"Config":"config","RepoTags":["a:1"],"Layers":["manifest"]}]`
	)
	f.Add(index, manifest, config, saved, "linux/arm/v7")
	f.Add(index, manifest, config, "", "")
	f.Add(manifest, manifest, config, "", "linux/amd64")
	f.Add("", manifest, config, saved, "")
	f.Fuzz(func(t *testing.T, index, manifest, config, saved, platform string) {
		b := bundle{"config": []byte(config), "manifest": []byte(manifest)}
		if saved != "" {
			b["manifest.json"] = []byte(saved)
		}
		c := b.add("", []byte(config))
		names := []string{"CONFIGSIZE", strconv.FormatInt(c.Size, 10), "CONFIG", c.Digest.String()}
		m := b.add("", []byte(strings.NewReplacer(names...).Replace(manifest)))
		names = append([]string{"MANIFESTSIZE", strconv.FormatInt(m.Size, 10), "MANIFEST", m.Digest.String()}, names...)
		if index != "" {
			b.top(t, b.add("", []byte(strings.NewReplacer(names...).Replace(index))))
		}
		openAny(t, b.tar(t), platform)
	})
}

// openAny opens what may be an archive: on stdin, with every file taken that can be, and in a file, where the same must come of it.
func openAny(t *testing.T, data []byte, platform string) {
	dir := t.TempDir()
	options := source.HandOver(source.Options{Stdin: bytes.NewReader(data), TempDir: dir, Platform: platform}, 1)
	image, keeper, err := openAndRead(t, "-", options)
	if err == nil {
		isImage(t, image)
		defer keeper.Close()
		defer image.Close()
	} else {
		if !strings.HasPrefix(err.Error(), "stdin ") {
			t.Errorf("the error does not name the file: %v", err)
		}
		nothingLeft(t, dir)
	}
	name := write(t, filepath.Join(t.TempDir(), "image.tar"), data)
	direct, fromFile := source.Open(t.Context(), parse(t, name), options)
	if fromFile == nil {
		defer direct.Close()
	}
	switch {
	case err != nil && fromFile != nil, errors.As(err, new(*source.CorruptError)): // which the file shows when its layers are read
	case fromFile == nil && direct.Unread(): // it is compressed
	default:
		if diff := cmp.Diff(outcome(direct, fromFile), outcome(image, err)); diff != "" {
			t.Errorf("in a file and on stdin (-file +stdin):\n%s", diff)
		}
	}
}

// outcome is what came of opening an archive: the error, or what the image is.
func outcome(image *source.Image, err error) []string {
	if err != nil {
		return []string{err.Error()}
	}
	identity := image.Identity()
	return append(identity.Configs, identity.Digest)
}

func isImage(t *testing.T, image *source.Image) {
	t.Helper()
	if (image.Sealed == nil) == (image.Loose == nil) {
		t.Error("the image is neither sealed nor loose, or both")
	}
	if len(image.Platforms) == 0 {
		t.Error("the image has no platform")
	}
	for _, p := range image.Platforms {
		if !platformForm.MatchString(p.Name) {
			t.Errorf("platform %q has no valid name", p.Name)
		}
		if err := p.Config.Validate(); err != nil {
			t.Errorf("platform %s: config %q: %v", p.Name, p.Config, err)
		}
		if (p.Digest == "") != (image.Sealed == nil) {
			t.Errorf("platform %s has manifest %q", p.Name, p.Digest)
		}
	}
	if image.Identity().Configs == nil {
		t.Error("the image has no identity")
	}
	if image.Loose == nil {
		return
	}
	for _, l := range image.Loose.Layers {
		if err := l.DiffID.Validate(); err != nil || l.Open == nil || l.Size < 0 {
			t.Errorf("layer %+v is none: %v", l, err)
		}
	}
}
