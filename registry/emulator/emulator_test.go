package emulator_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry/emulator"
)

// clock is a clock that stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// peer is an emulator and a client of it that knows nothing of its code.
type peer struct {
	t     *testing.T
	url   string
	clock *clock
	token string // of the registry, as the API gave it
}

func serve(t *testing.T, o emulator.Options) *peer {
	t.Helper()
	p := &peer{t: t, clock: newClock()}
	o.Now = p.clock.Now
	e, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(e)
	t.Cleanup(func() {
		server.Close()
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	p.url = server.URL
	return p
}

// serveRepository serves an emulator with one repository of a mode.
func serveRepository(t *testing.T, r emulator.Repository) *peer {
	t.Helper()
	return serve(t, emulator.Options{Scenario: &emulator.Scenario{Repositories: []emulator.Repository{r}}})
}

// document is a JSON object.
type document = map[string]any

// call calls the API and returns the answer with its status.
func (p *peer) call(operation string, request any) (int, document) {
	p.t.Helper()
	body, err := json.Marshal(request)
	if err != nil {
		p.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AmazonEC2ContainerRegistry_V20150921."+operation)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKID/20260102/eu-west-1/ecr/aws4_request, SignedHeaders=host, Signature=0")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.Header.Get("Content-Type") != "application/x-amz-json-1.1" || answer.Header.Get("X-Amzn-Requestid") == "" {
		p.t.Errorf("%s: headers %v", operation, answer.Header)
	}
	var out document
	if err := json.NewDecoder(answer.Body).Decode(&out); err != nil {
		p.t.Fatalf("%s: %v", operation, err)
	}
	return answer.StatusCode, out
}

// must calls the API and wants no error.
func (p *peer) must(operation string, request any) document {
	p.t.Helper()
	status, out := p.call(operation, request)
	if status != http.StatusOK {
		p.t.Fatalf("%s: %d %v", operation, status, out)
	}
	return out
}

// fails calls the API and wants an error of a code.
func (p *peer) fails(operation string, request any, code string) {
	p.t.Helper()
	status, out := p.call(operation, request)
	if status != http.StatusBadRequest || out["__type"] != code || out["message"] == "" {
		p.t.Errorf("%s: %d %v, want 400 %s", operation, status, out, code)
	}
}

// answer is what the registry answers to one request.
type answer struct {
	Status int
	Code   string // of the first error
	Header http.Header
	Body   string
}

// send sends a request to the registry with a good credential.
func (p *peer) send(method, path string, body []byte, header ...string) answer {
	p.t.Helper()
	if p.token == "" {
		data := p.must("GetAuthorizationToken", document{})["authorizationData"].([]any)
		p.token = data[0].(document)["authorizationToken"].(string)
	}
	return p.sendAs("Basic "+p.token, method, path, body, header...)
}

func (p *peer) sendAs(authorization, method, path string, body []byte, header ...string) answer {
	p.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = p.url + path
	}
	r, err := http.NewRequest(method, path, bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	out := answer{Status: response.StatusCode, Header: response.Header, Body: string(data)}
	var problem struct {
		Errors []struct{ Code, Message string }
	}
	if response.StatusCode >= 400 && json.Unmarshal(data, &problem) == nil && len(problem.Errors) > 0 {
		out.Code = problem.Errors[0].Code
	}
	return out
}

// wants fails the test unless a request is answered with a status and a code.
func (p *peer) wants(status int, code, method, path string, body []byte, header ...string) answer {
	p.t.Helper()
	got := p.send(method, path, body, header...)
	if got.Status != status || got.Code != code {
		p.t.Errorf("%s %s: %d %s %s, want %d %s", method, path, got.Status, got.Code, got.Body, status, code)
	}
	return got
}

// blob puts a blob into a repository and describes it.
func (p *peer) blob(repository, content string) ocispec.Descriptor {
	p.t.Helper()
	d := digest.FromString(content)
	session := p.wants(http.StatusAccepted, "", http.MethodPost, "/v2/"+repository+"/blobs/uploads/", nil)
	location := p.url + session.Header.Get("Location")
	p.wants(http.StatusCreated, "", http.MethodPut, location+"?digest="+d.String(), []byte(content), "Content-Type", "application/octet-stream")
	return ocispec.Descriptor{MediaType: ocispec.MediaTypeImageLayerGzip, Digest: d, Size: int64(len(content))}
}

// manifest makes the manifest of an image whose content is told apart by a word, and puts its blobs.
func (p *peer) manifest(repository, word string) []byte {
	p.t.Helper()
	config := p.blob(repository, `{"os":"linux","architecture":"amd64","word":"`+word+`"}`)
	config.MediaType = ocispec.MediaTypeImageConfig
	m := ocispec.Manifest{MediaType: ocispec.MediaTypeImageManifest, Config: config, Layers: []ocispec.Descriptor{p.blob(repository, "layer "+word)}}
	m.SchemaVersion = 2
	return p.marshal(m)
}

func (p *peer) marshal(document any) []byte {
	p.t.Helper()
	raw, err := json.Marshal(document)
	if err != nil {
		p.t.Fatal(err)
	}
	return raw
}

// put puts a manifest under a digest or a tag.
func (p *peer) put(repository, reference string, raw []byte) answer {
	p.t.Helper()
	return p.send(http.MethodPut, "/v2/"+repository+"/manifests/"+reference, raw, "Content-Type", mediaTypeOf(raw))
}

func mediaTypeOf(raw []byte) string {
	var m struct{ MediaType string }
	_ = json.Unmarshal(raw, &m)
	return m.MediaType
}

// image puts an image by digest and returns its manifest and digest.
func (p *peer) image(repository, word string) ([]byte, string) {
	p.t.Helper()
	raw := p.manifest(repository, word)
	d := digest.FromBytes(raw).String()
	if got := p.put(repository, d, raw); got.Status != http.StatusCreated {
		p.t.Fatalf("put %s: %d %s", word, got.Status, got.Body)
	}
	return raw, d
}

func basicAuth(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}
