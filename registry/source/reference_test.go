package source_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/source"
)

const someDigest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestParseReference(t *testing.T) {
	for _, tt := range []struct {
		text string
		want source.Reference
	}{
		{"shop/api", source.Reference{Kind: source.Daemon, Name: "shop/api"}},
		{"shop/api:1.2", source.Reference{Kind: source.Daemon, Name: "shop/api:1.2"}},
		{"localhost:5000/shop/api:1", source.Reference{Kind: source.Daemon, Name: "localhost:5000/shop/api:1"}},
		{"shop/api@" + someDigest, source.Reference{Kind: source.Daemon, Name: "shop/api@" + someDigest}},
		{"docker:shop/api:1", source.Reference{Kind: source.Daemon, Name: "shop/api:1"}},
		{"docker:image.tar", source.Reference{Kind: source.Daemon, Name: "image.tar"}},
		{"image.tar", source.Reference{Kind: source.Archive, Name: "image.tar"}},
		{"./out/image.tar.gz", source.Reference{Kind: source.Archive, Name: "./out/image.tar.gz"}},
		{"image.tgz", source.Reference{Kind: source.Archive, Name: "image.tgz"}},
		{"image.tar.zst", source.Reference{Kind: source.Archive, Name: "image.tar.zst"}},
		{`C:\out\image.tar`, source.Reference{Kind: source.Archive, Name: `C:\out\image.tar`}},
		{"archive:image", source.Reference{Kind: source.Archive, Name: "image"}},
		{`archive:C:\out\image`, source.Reference{Kind: source.Archive, Name: `C:\out\image`}},
		{"-", source.Reference{Kind: source.Archive, Name: "-"}},
		{"oci:out", source.Reference{Kind: source.Layout, Name: "out"}},
		{"oci:out:1", source.Reference{Kind: source.Layout, Name: "out", Which: "1"}},
		{"oci:out@" + someDigest, source.Reference{Kind: source.Layout, Name: "out", Which: someDigest}},
		{"oci:a:b/out", source.Reference{Kind: source.Layout, Name: "a:b/out"}},
		{"oci:me@work/out", source.Reference{Kind: source.Layout, Name: "me@work/out"}},
		{"oci:me@work/out:1", source.Reference{Kind: source.Layout, Name: "me@work/out", Which: "1"}},
		{"oci:me@work/out@" + someDigest, source.Reference{Kind: source.Layout, Name: "me@work/out", Which: someDigest}},
		{`oci:C:\out`, source.Reference{Kind: source.Layout, Name: `C:\out`}},
		{`oci:C:\out:1`, source.Reference{Kind: source.Layout, Name: `C:\out`, Which: "1"}},
		{"oci:out.tar", source.Reference{Kind: source.Layout, Name: "out.tar"}},
		{"registry:public.ecr.aws/shop/api:1", source.Reference{Kind: source.Registry, Name: "public.ecr.aws/shop/api:1"}},
	} {
		t.Run(tt.text, func(t *testing.T) {
			got, err := source.ParseReference(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ParseReference(%q) (-want +got):\n%s", tt.text, diff)
			}
			again, err := source.ParseReference(got.String())
			if diff := cmp.Diff(got, again); diff != "" || err != nil {
				t.Errorf("ParseReference(%q): %v (-want +got):\n%s", got, err, diff)
			}
		})
	}
}

func TestParseReferenceRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "binary", nil)
	for _, dir := range []string{"api", "layout"} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join("layout", "oci-layout"), nil)
	for _, tt := range []struct {
		text, want string
	}{
		{"", "the image is empty"},
		{"docker:", `image "docker:": a name must follow the colon`},
		{"archive:", `image "archive:": a name must follow the colon`},
		{"registry:", `image "registry:": a name must follow the colon`},
		{"oci:", `image "oci:": a folder must follow the colon`},
		{"oci::1", `image "oci::1": a folder must follow the colon`},
		{"oci:out:", `image "oci:out:": a tag must follow the last colon`},
		{"oci:out@latest", `image "oci:out@latest": a digest must follow the @: invalid checksum digest format`},
		{"oci:out@md5:d41d8cd98f00b204e9800998ecf8427e", `image "oci:out@md5:d41d8cd98f00b204e9800998ecf8427e": a digest must follow the @: unsupported digest algorithm`},
		{"binary", `image "binary" is a file: write archive:binary if it is an archive, or docker:binary for the daemon's image`},
		{"layout", `image "layout" is a folder: write oci:layout if it is an OCI layout, or docker:layout for the daemon's image`},
		{"./api", `image "./api" is a folder: write oci:./api if it is an OCI layout`},
		{"./binary", `image "./binary" is a file: write archive:./binary if it is an archive`},
		{"./missing", `image "./missing" looks like a file, and there is none`},
		{"/missing", `image "/missing" looks like a file, and there is none`},
		{`C:\missing`, `image "C:\\missing" looks like a file, and there is none`},
	} {
		t.Run(tt.text, func(t *testing.T) {
			got, err := source.ParseReference(tt.text)
			if err == nil {
				t.Fatalf("ParseReference(%q) = %+v, want an error", tt.text, got)
			}
			wantError(t, err, tt.want)
		})
	}
	t.Run("but not a name that a folder bears too", func(t *testing.T) {
		got, err := source.ParseReference("api")
		if diff := cmp.Diff(source.Reference{Kind: source.Daemon, Name: "api"}, got); diff != "" || err != nil {
			t.Errorf("ParseReference: %v (-want +got):\n%s", err, diff)
		}
	})
}

func TestOpenOfNothing(t *testing.T) {
	_, err := source.Open(t.Context(), source.Reference{}, source.Options{})
	wantError(t, err, "the image reference is empty")
}
