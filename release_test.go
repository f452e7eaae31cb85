package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// releaseFile is what the tests look at of .goreleaser.yaml.
type releaseFile struct {
	ProjectName string `yaml:"project_name"`
	Builds      []struct {
		Env, Goos, Goarch, Flags, Ldflags []string
	}
	Archives []struct {
		Formats      []string
		NameTemplate string `yaml:"name_template"`
		Files        []struct{ Src string }
	}
	Release struct{ Draft bool }
}

// TestReleaseIsWhatTheActionTakes asks install.sh for the archive of each platform, under the name that goreleaser would give it. What
// becomes of the archives when they are built is for integration/release.
func TestReleaseIsWhatTheActionTakes(t *testing.T) {
	data, err := os.ReadFile(".goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var r releaseFile
	if err := yaml.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Builds) != 1 || len(r.Archives) != 1 || !slices.Equal(r.Archives[0].Formats, []string{"tar.gz"}) || !r.Release.Draft {
		t.Fatalf("want one build, one archive of tar.gz, and a draft: %+v", r)
	}
	build, archive := r.Builds[0], r.Archives[0]
	got := slices.Concat(build.Env, build.Flags, build.Ldflags)
	if diff := cmp.Diff([]string{"CGO_ENABLED=0", "-trimpath", "-buildvcs=true", "-s -w"}, got); diff != "" {
		t.Errorf("settings of the build (-want +got):\n%s", diff)
	}
	name, err := template.New("name").Parse(archive.NameTemplate)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(nil) // has nothing: what is asked for stands in the error
	defer server.Close()
	for goos, system := range map[string]string{"linux": "Linux", "darwin": "macOS", "windows": "Windows"} {
		for goarch, arch := range map[string]string{"amd64": "X64", "arm64": "ARM64"} {
			if !slices.Contains(build.Goos, goos) || !slices.Contains(build.Goarch, goarch) {
				t.Errorf("there is no build for %s_%s", goos, goarch)
			}
			var asset bytes.Buffer
			if err := name.Execute(&asset, map[string]string{"ProjectName": r.ProjectName, "Version": "1.2.3", "Os": goos, "Arch": goarch}); err != nil {
				t.Fatal(err)
			}
			asset.WriteString(".tar.gz")
			checkout := actionCheckout(t, strings.Repeat("0", 64)+"  "+asset.String()+"\n")
			_, stderr := installOn(t, checkout, t.TempDir(), server.URL, "1.2.3", system, arch)
			if !strings.Contains(stderr, "cannot be fetched from "+server.URL+"/acme/hallmark/releases/download/v1.2.3/"+asset.String()) {
				t.Errorf("install.sh on %s %s does not ask for %s:\n%s", system, arch, &asset, stderr)
			}
		}
	}
}
