package emulator_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry/emulator"
)

func TestRegistryWantsACredentialOfTheAPI(t *testing.T) {
	p := serveRepository(t, emulator.Repository{Name: "shop/api"})
	p.send(http.MethodGet, "/v2/", nil)
	good, err := base64.StdEncoding.DecodeString(p.token)
	if err != nil {
		t.Fatal(err)
	}
	_, password, _ := strings.Cut(string(good), ":")
	tests := []struct {
		name, authorization string
		after               time.Duration
		status              int
		code                string
	}{
		{"takes the token as it was given", "Basic " + p.token, 0, 200, ""},
		{"takes it for 12 hours", "Basic " + p.token, 12*time.Hour - time.Second, 200, ""},
		{"does not take it any longer", "Basic " + p.token, time.Second, 403, "DENIED"},
		{"asks for one where there is none", "", 0, 401, "UNAUTHORIZED"},
		{"does not take another user", basicAuth("root", password), 0, 403, "DENIED"},
		{"does not take another password", basicAuth("AWS", "secret"), 0, 403, "DENIED"},
		{"does not take a token of its own making", basicAuth("AWS", base64.StdEncoding.EncodeToString([]byte("99999999999.AAAA"))), 0, 403, "DENIED"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p.clock.advance(test.after)
			got := p.sendAs(test.authorization, http.MethodGet, "/v2/", nil)
			if got.Status != test.status || got.Code != test.code {
				t.Errorf("GET /v2/: %d %s, want %d %s", got.Status, got.Code, test.status, test.code)
			}
			if challenge := got.Header.Get("WWW-Authenticate"); (challenge != "") != (test.status == 401) {
				t.Errorf("GET /v2/: challenge %q", challenge)
			}
		})
	}
}

func TestRegistryAnswersAsECR(t *testing.T) {
	p := serveRepository(t, emulator.Repository{Name: "shop/api", Mutability: "IMMUTABLE_WITH_EXCLUSION", Exclusions: []string{"latest"}})
	raw, d := p.image("shop/api", "one")
	other := p.manifest("shop/api", "two")
	const api = "/v2/shop/api"
	config := ocispec.Descriptor{MediaType: ocispec.MediaTypeImageConfig, Digest: digest.FromString("absent"), Size: 6}
	layerless := p.marshal(ocispec.Manifest{MediaType: ocispec.MediaTypeImageManifest, Config: config, Layers: []ocispec.Descriptor{}})
	childless := p.marshal(ocispec.Index{MediaType: ocispec.MediaTypeImageIndex, Manifests: []ocispec.Descriptor{{MediaType: ocispec.MediaTypeImageManifest, Digest: config.Digest, Size: 6}}})
	tests := []struct {
		name, method, path string
		body               []byte
		status             int
		code               string
	}{
		{"a repository that is not there", "GET", "/v2/shop/web/manifests/latest", nil, 404, "NAME_UNKNOWN"},
		{"a push to a repository that is not there", "POST", "/v2/shop/web/blobs/uploads/", nil, 404, "NAME_UNKNOWN"},
		{"a tag that is not there", "GET", api + "/manifests/v1", nil, 404, "MANIFEST_UNKNOWN"},
		{"a manifest that is not there", "GET", api + "/manifests/" + digest.FromString("x").String(), nil, 404, "MANIFEST_UNKNOWN"},
		{"a blob that is not there", "GET", api + "/blobs/" + digest.FromString("x").String(), nil, 404, "BLOB_UNKNOWN"},
		{"an image by digest", "GET", api + "/manifests/" + d, nil, 200, ""},
		{"an absent fixed tag", "PUT", api + "/manifests/v1", raw, 201, ""},
		{"the same image under a tag that cannot move", "PUT", api + "/manifests/v1", raw, 400, "TAG_INVALID"},
		{"another image under a tag that cannot move", "PUT", api + "/manifests/v1", other, 400, "TAG_INVALID"},
		{"an absent tag that can move", "PUT", api + "/manifests/latest", raw, 201, ""},
		{"another image under a tag that can move", "PUT", api + "/manifests/latest", other, 201, ""},
		{"an image whose config was not sent", "PUT", api + "/manifests/v2", layerless, 404, "BLOB_UPLOAD_UNKNOWN"},
		{"an index before its images", "PUT", api + "/manifests/v2", childless, 404, "MANIFEST_BLOB_UNKNOWN"},
		{"a manifest that is no JSON", "PUT", api + "/manifests/v2", []byte(`{"mediaType":"` + ocispec.MediaTypeImageManifest + `"`), 400, "MANIFEST_INVALID"},
		{"a manifest under another digest", "PUT", api + "/manifests/" + digest.FromString("x").String(), raw, 400, "DIGEST_INVALID"},
		{"a manifest under what is no digest", "PUT", api + "/manifests/sha256:xyz", raw, 400, "DIGEST_INVALID"},
		{"a manifest under what is no tag", "PUT", api + "/manifests/-v2", raw, 400, "TAG_INVALID"},
		{"the deletion of a manifest", "DELETE", api + "/manifests/" + d, nil, 405, "UNSUPPORTED"},
		{"the deletion of a blob", "DELETE", api + "/blobs/" + d, nil, 405, "UNSUPPORTED"},
		{"a page of tags larger than 1000", "GET", api + "/tags/list?n=1001", nil, 405, "UNSUPPORTED"},
		{"an upload that was never begun", "PUT", api + "/blobs/uploads/bm9uZQ?digest=" + d, nil, 404, "BLOB_UPLOAD_UNKNOWN"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var header []string
			if test.body != nil {
				header = []string{"Content-Type", ocispec.MediaTypeImageManifest}
				if mediaType := mediaTypeOf(test.body); mediaType != "" {
					header[1] = mediaType
				}
			}
			p.wants(test.status, test.code, test.method, test.path, test.body, header...)
		})
	}
}

func TestBlobsBelongToOneRepository(t *testing.T) {
	p := serve(t, emulator.Options{Scenario: &emulator.Scenario{Repositories: []emulator.Repository{{Name: "shop/api"}, {Name: "shop/web"}}}})
	blob := p.blob("shop/api", "content")
	p.wants(200, "", http.MethodHead, "/v2/shop/api/blobs/"+blob.Digest.String(), nil)
	p.wants(404, "", http.MethodHead, "/v2/shop/web/blobs/"+blob.Digest.String(), nil)
	mount := p.wants(202, "", http.MethodPost, "/v2/shop/web/blobs/uploads/?mount="+blob.Digest.String()+"&from=shop/api", nil)
	if mount.Header.Get("Location") == "" {
		t.Error("a mount that is not done begins no upload")
	}
}

func TestUploadInParts(t *testing.T) {
	p := serveRepository(t, emulator.Repository{Name: "shop/api"})
	session := p.wants(202, "", http.MethodPost, "/v2/shop/api/blobs/uploads/", nil)
	at := p.url + session.Header.Get("Location")
	d := digest.FromString("hello world").String()
	p.wants(202, "", http.MethodPatch, at, []byte("hello "), "Content-Range", "0-5")
	p.wants(416, "RANGE_INVALID", http.MethodPatch, at, []byte("hello "), "Content-Range", "0-5")
	p.wants(202, "", http.MethodPatch, at, []byte("world"), "Content-Range", "6-10")
	p.wants(400, "DIGEST_INVALID", http.MethodPut, at+"?digest="+digest.FromString("other").String(), nil)
	p.wants(201, "", http.MethodPut, at+"?digest="+d, nil)
	p.wants(404, "BLOB_UPLOAD_UNKNOWN", http.MethodPut, at+"?digest="+d, nil)
	part := p.wants(206, "", http.MethodGet, "/v2/shop/api/blobs/"+d, nil, "Range", "bytes=6-8")
	if part.Body != "wor" {
		t.Errorf("bytes 6 to 8 are %q", part.Body)
	}
	p.wants(416, "RANGE_INVALID", http.MethodGet, "/v2/shop/api/blobs/"+d, nil, "Range", "bytes=11-")
	end := p.wants(206, "", http.MethodGet, "/v2/shop/api/blobs/"+d, nil, "Range", "bytes=-3")
	if end.Body != "rld" || end.Header.Get("Content-Range") != "bytes 8-10/11" {
		t.Errorf("the last 3 bytes are %q, %s", end.Body, end.Header.Get("Content-Range"))
	}
}

func TestAPushCreatesARepositoryWhereNoneAreListed(t *testing.T) {
	p := serve(t, emulator.Options{})
	p.fails("DescribeRepositories", document{"repositoryNames": []string{"shop/api"}}, "RepositoryNotFoundException")
	raw, _ := p.image("shop/api", "one")
	made := p.must("DescribeRepositories", document{"repositoryNames": []string{"shop/api"}})["repositories"].([]any)[0].(document)
	if made["imageTagMutability"] != "IMMUTABLE" {
		t.Errorf("the repository is %v", made)
	}
	p.put("shop/api", "v1", raw)
	p.wants(400, "TAG_INVALID", http.MethodPut, "/v2/shop/api/manifests/v1", p.manifest("shop/api", "two"), "Content-Type", ocispec.MediaTypeImageManifest)
	scans := p.must("BatchGetRepositoryScanningConfiguration", document{"repositoryNames": []string{"shop/api"}})["scanningConfigurations"].([]any)[0].(document)
	if scans["scanFrequency"] != "SCAN_ON_PUSH" {
		t.Errorf("its scanning is %v", scans)
	}
}

func TestReferrersOfAnImage(t *testing.T) {
	p := serveRepository(t, emulator.Repository{Name: "shop/api"})
	raw, d := p.image("shop/api", "one")
	empty := p.blob("shop/api", "{}")
	empty.MediaType = ocispec.MediaTypeEmptyJSON
	subject := ocispec.Descriptor{MediaType: ocispec.MediaTypeImageManifest, Digest: digest.Digest(d), Size: int64(len(raw))}
	attachment := p.marshal(ocispec.Manifest{MediaType: ocispec.MediaTypeImageManifest, ArtifactType: "application/vnd.example.sbom", Config: empty, Layers: []ocispec.Descriptor{empty}, Subject: &subject, Annotations: map[string]string{"a": "b"}})
	if got := p.put("shop/api", digest.FromBytes(attachment).String(), attachment); got.Header.Get("OCI-Subject") != d {
		t.Errorf("PUT of an attachment: %d, subject %q", got.Status, got.Header.Get("OCI-Subject"))
	}
	var index ocispec.Index
	list := p.wants(200, "", http.MethodGet, "/v2/shop/api/referrers/"+d+"?artifactType=application/vnd.example.sbom", nil)
	if err := json.Unmarshal([]byte(list.Body), &index); err != nil {
		t.Fatal(err)
	}
	want := []ocispec.Descriptor{{MediaType: ocispec.MediaTypeImageManifest, ArtifactType: "application/vnd.example.sbom", Digest: digest.FromBytes(attachment), Size: int64(len(attachment)), Annotations: map[string]string{"a": "b"}}}
	if diff := cmp.Diff(want, index.Manifests); diff != "" {
		t.Errorf("referrers (-want +got):\n%s", diff)
	}
}

func TestDataOutlivesTheEmulator(t *testing.T) {
	data := t.TempDir()
	scenario := &emulator.Scenario{Repositories: []emulator.Repository{{Name: "shop/api"}}}
	first := serve(t, emulator.Options{Data: data, Scenario: scenario})
	raw, d := first.image("shop/api", "one")
	first.put("shop/api", "v1", raw)
	first.wants(202, "", http.MethodPost, "/v2/shop/api/blobs/uploads/", nil) // never ended
	second := serve(t, emulator.Options{Data: data, Scenario: scenario})
	got := second.wants(200, "", http.MethodGet, "/v2/shop/api/manifests/v1", nil)
	if got.Body != string(raw) || got.Header.Get("Docker-Content-Digest") != d {
		t.Errorf("the tag names %s, want %s", got.Header.Get("Docker-Content-Digest"), d)
	}
	left, err := os.ReadDir(filepath.Join(data, "uploads"))
	if err != nil || len(left) > 0 {
		t.Errorf("uploads that nobody can go on with: %v, %v", left, err)
	}
}

func TestNewRefusesDataThatIsNotItsOwn(t *testing.T) {
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "registry.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := emulator.New(emulator.Options{Data: data}); err == nil || !strings.Contains(err.Error(), "registry.json") {
		t.Errorf("New: %v", err)
	}
}

func TestCloseLeavesNothingBehind(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	e, err := emulator.New(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
