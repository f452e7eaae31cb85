package source_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// opened opens an image of a daemon without reading it.
func opened(t *testing.T, host, platform string) *source.Image {
	t.Helper()
	image, err := source.Open(t.Context(), parse(t, "docker:local/fx:1"), source.Options{DockerHost: host, Platform: platform})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { image.Close() })
	return image
}

// never is a daemon's answer that must not be asked for.
func never(t *testing.T) http.HandlerFunc {
	return func(http.ResponseWriter, *http.Request) { t.Error("the image was saved") }
}

func TestDaemonTellsWhatAnImageIsBeforeItIsSaved(t *testing.T) {
	const id = "sha256:3e5eb82bc1745c5af3c50bc2e45625e9085915c2750dcb110818c69d0e5b56cc"
	const index = "application/vnd.oci.image.index.v1+json"
	described := `{"Id":"` + id + `","Os":"linux","Architecture":"amd64","Descriptor":{"mediaType":"` + index + `","digest":"` + id + `","size":10}}`
	for _, tt := range []struct {
		name, inspected, info, platform string
		want                            registry.Image
		identified                      bool
	}{
		{"by the id of its config", inspected20, overlayInfo, "", registry.Image{Configs: []string{config20.String()}}, true},
		{"for the platform that is asked for", inspected20, overlayInfo, "linux/amd64", registry.Image{Configs: []string{config20.String()}}, true},
		{"by the digest of its index alone, in containerd's store", `{"Id":"` + id + `","Os":"linux","Architecture":"amd64"}`, containerdInfo, "", registry.Image{Digest: id}, false},
		{"by the digest of its index, where it is described", described, "", "", registry.Image{Digest: id, MediaType: index}, false},
		{"not for one platform of an index", described, "", "linux/amd64", registry.Image{}, false},
		{"not where the store is not known", inspected20, "", "", registry.Image{}, false},
		{"not without a platform", `{"Id":"` + config20.String() + `"}`, overlayInfo, "", registry.Image{}, false},
		{"not by an id that is no digest", `{"Id":"85604cbb","Os":"linux","Architecture":"amd64"}`, overlayInfo, "", registry.Image{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			image := opened(t, daemonOf(t, tt.inspected, tt.info, never(t)), tt.platform)
			if diff := cmp.Diff(tt.want, image.Identity()); diff != "" {
				t.Errorf("Identity (-want +got):\n%s", diff)
			}
			if image.Identified() != tt.identified || !image.Unread() {
				t.Errorf("Identified is %t and Unread is %t, want %t and true", image.Identified(), image.Unread(), tt.identified)
			}
		})
	}
}

func TestDaemonTellsTheLayersBeforeAnImageIsSaved(t *testing.T) {
	image := opened(t, daemon(t, never(t)), "")
	want := &source.Loose{Layers: []source.Layer{{DiffID: plain20[0].Digest}, {DiffID: plain20[1].Digest}}}
	if diff := cmp.Diff(want, image.Loose); diff != "" {
		t.Errorf("Loose (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(docker20.Platforms, image.Platforms); diff != "" {
		t.Errorf("Platforms (-want +got):\n%s", diff)
	}
}

func TestDaemonHasAnotherPlatform(t *testing.T) {
	err := openError(t, "docker:local/fx:1", source.Options{DockerHost: daemon(t, never(t)), Platform: "linux/arm64"})
	wantError(t, err, `image "local/fx:1" of the daemon has no platform linux/arm64, it has linux/amd64`)
	if !errors.As(err, new(*source.PlatformError)) {
		t.Errorf("Open: %T, want a PlatformError", err)
	}
}

// TestDaemonOfContainerd reads the image that the id stands for.
func TestDaemonOfContainerd(t *testing.T) {
	want := engine("docker29-containerd-attest.tar")
	data := read(t, "testdata/archives/docker29-containerd-attest.tar")
	image := open(t, "local/fx:1", source.Options{DockerHost: daemonOf(t, `{"Id":"`+want.Manifest.String()+`"}`, containerdInfo, sends(data))})
	if diff := cmp.Diff(want, look(t, image)); diff != "" {
		t.Errorf("image (-want +got):\n%s", diff)
	}
	if got := image.Identity().Digest; got != want.Manifest.String() {
		t.Errorf("Identity has digest %s, want %s", got, want.Manifest)
	}
}

func TestDaemonImageThatChanges(t *testing.T) {
	other := read(t, "testdata/archives/docker29-graph.tar")
	same := read(t, "testdata/archives/docker20.tar")
	t.Run("before it is read", func(t *testing.T) {
		err := openError(t, "local/fx:1", source.Options{DockerHost: daemon(t, sends(other))})
		wantError(t, err, `image "local/fx:1" of the daemon changed while it was read`)
		if !errors.As(err, new(*source.ChangedError)) {
			t.Errorf("Read: %T, want a ChangedError", err)
		}
	})
	t.Run("before it is read again", func(t *testing.T) {
		answers := [][]byte{same, same, other}
		host := daemonOf(t, inspected20, "", func(w http.ResponseWriter, _ *http.Request) {
			w.Write(answers[0])
			answers = answers[1:]
		})
		image := opened(t, host, "")
		for range 2 {
			keeper := source.KeepAll(t.TempDir())
			defer keeper.Close()
			if err := image.Read(t.Context(), keeper); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(docker20, look(t, image)); diff != "" {
				t.Errorf("image (-want +got):\n%s", diff)
			}
		}
		if err := image.Read(t.Context(), source.KeepAll("")); !errors.As(err, new(*source.ChangedError)) {
			t.Errorf("Read: %v, want a ChangedError", err)
		}
		if diff := cmp.Diff(docker20, look(t, image)); diff != "" {
			t.Errorf("image after an error (-want +got):\n%s", diff)
		}
	})
}

// TestDaemonIsToldThatNobodyReadsOn holds that an answer that is of no use any more is cut off.
func TestDaemonIsToldThatNobodyReadsOn(t *testing.T) {
	data := read(t, "testdata/archives/docker20.tar")
	ended := make(chan struct{})
	host := daemon(t, func(w http.ResponseWriter, r *http.Request) {
		w.Write(data[:9000])
		http.NewResponseController(w).Flush()
		<-r.Context().Done()
		close(ended)
	})
	image, err := source.Open(t.Context(), parse(t, "local/fx:1"), source.HandOver(source.Options{DockerHost: host}, 1))
	if err != nil {
		t.Fatal(err)
	}
	failure := errors.New("the repository is gone")
	err = image.Read(t.Context(), intake(func(source.Incoming) (source.Taken, error) { return source.Taken{}, failure }))
	if err == nil || err.Error() != failure.Error() {
		t.Errorf("Read: %v, want what the intake said", err)
	}
	<-ended
	if err := image.Close(); err != nil {
		t.Error(err)
	}
}
