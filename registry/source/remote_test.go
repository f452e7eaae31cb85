package source_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/source"
)

func TestRegistryGivesAnImage(t *testing.T) {
	repository := upstream(t, nothing)
	multi := engine("docker29-containerd-multi.tar")
	arm := view{Manifest: manifestArm, MediaType: buildxImage.MediaType, Platforms: []source.Platform{arm64(configArm, manifestArm)}, Layers: gzipBuildx}
	for _, tt := range []struct {
		reference, platform string
		want                view
	}{
		{":multi", "", multi},
		{"@" + multi.Manifest.String(), "", multi},
		{":multi", "linux/arm64", arm},
		{":plain", "", buildxImage},
		{":plain", "linux/amd64", buildxImage},
		{"@" + manifestArm.String(), "", arm},
	} {
		t.Run(tt.reference+" "+tt.platform, func(t *testing.T) {
			image := open(t, repository+tt.reference, source.Options{Platform: tt.platform})
			if diff := cmp.Diff(tt.want, look(t, image)); diff != "" {
				t.Errorf("image (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("without children that it does not hold", func(t *testing.T) {
		repository := upstream(t, func(w http.ResponseWriter, r *http.Request) bool {
			return strings.HasSuffix(r.URL.Path, manifestArm.String()) && answer(w, http.StatusNotFound, "MANIFEST_UNKNOWN")
		})
		if diff := cmp.Diff(buildxImage, look(t, open(t, repository+":multi", source.Options{Platform: "linux/amd64"}))); diff != "" {
			t.Errorf("image (-want +got):\n%s", diff)
		}
	})
}

func TestRegistryErrors(t *testing.T) {
	always := func(status int, code string) string {
		return upstream(t, func(w http.ResponseWriter, r *http.Request) bool {
			return r.URL.Path != "/v2/" && answer(w, status, code)
		})
	}
	instead := func(path, content string) string {
		return upstream(t, func(w http.ResponseWriter, r *http.Request) bool {
			found := strings.HasSuffix(r.URL.Path, path)
			if found {
				w.Header().Set("Content-Type", buildxImage.MediaType)
				io.WriteString(w, content)
			}
			return found
		})
	}
	manifest := func(config string) string {
		return `{"schemaVersion":2,"config":{"digest":"` + config + `"},"layers":[]}`
	}
	for _, tt := range []struct {
		name, reference, platform, want string
		as                              any
	}{
		{"no such tag", upstream(t, nothing) + ":none", "", `HOST has no image "HOST/shop/api:none"`, new(*source.NotFoundError)},
		{"no such platform", upstream(t, nothing) + ":multi", "linux/s390x", "read HOST/shop/api:multi: the image has no platform linux/s390x, it has linux/amd64, linux/arm64", new(*source.PlatformError)},
		{"not allowed", always(http.StatusForbidden, "DENIED") + ":multi", "", "", new(*registry.DeniedError)},
		{"not known", always(http.StatusUnauthorized, "UNAUTHORIZED") + ":multi", "", "", new(*registry.CredentialsError)},
		{"a fault of the registry", always(http.StatusInsufficientStorage, "UNKNOWN") + ":multi", "", "", new(*registry.UnavailableError)},
		{"another answer", always(http.StatusTeapot, "UNKNOWN") + ":multi", "", "", new(error)},
		{"nobody listens", "registry:" + strings.TrimPrefix(refusing(t), "tcp://") + "/shop/api:1", "", "", new(*registry.UnavailableError)},
		{"a reference that is none", "registry:UPPER/api", "", `image "UPPER/api": could not parse reference: UPPER/api`, new(error)},
		{"a manifest that is none", instead("/manifests/plain", "[]") + ":plain", "", "", new(error)},
		{"a config that is not the one", instead(configBuildx.Encoded(), "{}") + ":plain", "", "", new(error)},
		{"a digest with a path in it", instead("/manifests/plain", manifest("sha256:../../../token")) + ":plain", "", `read HOST/shop/api:plain: digest "sha256:../../../token": invalid checksum digest length`, new(error)},
		{"a digest of no known kind", instead("/manifests/plain", manifest("md5:d41d8cd98f00b204e9800998ecf8427e")) + ":plain", "", `read HOST/shop/api:plain: digest "md5:d41d8cd98f00b204e9800998ecf8427e": unsupported digest algorithm`, new(error)},
		{"a child with a path in its digest", instead("/manifests/plain", `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"digest":"sha256:../x"}]}`) + ":plain", "", `read HOST/shop/api:plain: digest "sha256:../x": invalid checksum digest length`, new(error)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := openError(t, tt.reference, source.Options{Platform: tt.platform})
			if !errors.As(err, tt.as) {
				t.Errorf("Open: %v, want a %T", err, tt.as)
			}
			host, _, _ := strings.Cut(strings.TrimPrefix(tt.reference, "registry:"), "/")
			if tt.want != "" {
				wantError(t, err, strings.ReplaceAll(tt.want, "HOST", host))
			}
		})
	}
}

// lost answers every request as the name resolver does when it knows no such host.
type lost struct{}

func (lost) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, &net.DNSError{Err: "no such host", Name: "registry.invalid", IsNotFound: true}
}

func TestRegistryThatDoesNotExist(t *testing.T) {
	err := openError(t, "registry:registry.invalid/shop/api:1", source.Options{Transport: lost{}})
	var got *registry.HostError
	if !errors.As(err, &got) || got.Host != "registry.invalid" {
		t.Errorf("Open: %v, want a HostError", err)
	}
}

func TestRegistryCredentials(t *testing.T) {
	repository := upstream(t, func(w http.ResponseWriter, r *http.Request) bool {
		if user, password, _ := r.BasicAuth(); user == "AWS" && password == "secret" {
			return false
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
		return answer(w, http.StatusUnauthorized, "UNAUTHORIZED")
	})
	host, _, _ := strings.Cut(strings.TrimPrefix(repository, "registry:"), "/")
	dir := t.TempDir()
	t.Setenv("DOCKER_CONFIG", dir)
	write(t, filepath.Join(dir, "config.json"), []byte(`{"auths":{"`+host+`":{"username":"AWS","password":"secret"}}}`))
	t.Run("come from the keychain", func(t *testing.T) {
		if diff := cmp.Diff(buildxImage, look(t, open(t, repository+":plain", source.Options{Keychain: authn.DefaultKeychain}))); diff != "" {
			t.Errorf("image (-want +got):\n%s", diff)
		}
	})
	t.Run("are none without a keychain", func(t *testing.T) {
		if err := openError(t, repository+":plain", source.Options{}); !errors.As(err, new(*registry.CredentialsError)) {
			t.Errorf("Open: %v, want a CredentialsError", err)
		}
	})
}

func TestRegistryImageEnds(t *testing.T) {
	repository := upstream(t, nothing)
	for name, end := range map[string]func(image *source.Image, cancel func()) error{
		"when it is closed":     func(image *source.Image, _ func()) error { return image.Close() },
		"when the context ends": func(_ *source.Image, cancel func()) error { cancel(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			image, err := source.Open(ctx, parse(t, repository+":plain"), source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := end(image, cancel); err != nil {
				t.Fatal(err)
			}
			if _, err := image.Sealed.Layers[0].Open(); !errors.Is(err, context.Canceled) {
				t.Errorf("Open: %v, want that it was cancelled", err)
			}
			if err := image.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestRegistryErrorsHoldNoSignature holds that the address that a registry sends a client on to is not told: it may be signed.
func TestRegistryErrorsHoldNoSignature(t *testing.T) {
	gone := strings.TrimPrefix(refusing(t), "tcp://")
	repository := upstream(t, func(w http.ResponseWriter, r *http.Request) bool {
		found := strings.HasSuffix(r.URL.Path, configBuildx.String())
		if found {
			http.Redirect(w, r, "http://"+gone+"/blob?X-Amz-Signature=secret", http.StatusTemporaryRedirect)
		}
		return found
	})
	err := openError(t, repository+":plain", source.Options{})
	if strings.Contains(err.Error(), "secret") || !errors.As(err, new(*registry.UnavailableError)) {
		t.Errorf("Open: %v, want an UnavailableError without the signature", err)
	}
}

func TestRegistryLayersAreChecked(t *testing.T) {
	repository := upstream(t, func(w http.ResponseWriter, r *http.Request) bool {
		found := strings.HasSuffix(r.URL.Path, gzipBuildx[0].Digest.String())
		if found {
			io.WriteString(w, "something else")
		}
		return found
	})
	image := open(t, repository+":plain", source.Options{})
	r, err := image.Sealed.Layers[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.ReadAll(r); err == nil {
		t.Error("the layer reads to its end, want an error")
	}
}
