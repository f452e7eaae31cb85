package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"cuelabs.dev/go/oci/ociregistry"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry"
)

// maxTagPage is the largest page of tags that ECR gives (https://github.com/google/go-containerregistry/issues/1091).
const maxTagPage = 1000

// registryError is an answer of the registry's HTTP face.
type registryError struct {
	status  int
	code    string
	message string
}

func (e *registryError) Error() string { return e.message }

// serveRegistry answers on /v2/, to requests with a credential that may do what they ask.
func (e *Emulator) serveRegistry(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Docker-Distribution-Api-Version", "registry/2.0")
	if problem := e.tokens.check(r); problem != nil {
		if problem.status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", fmt.Sprintf("Basic realm=%q,service=\"ecr.amazonaws.com\"", origin(r)+"/"))
		}
		writeRegistryError(w, r, problem)
		return
	}
	for _, action := range verbActions(r) {
		if e.scenario.denies(action) {
			writeRegistryError(w, r, &registryError{http.StatusForbidden, "DENIED", deniedText(action, "*")})
			return
		}
	}
	if _, reference, found := strings.Cut(r.URL.Path, "/manifests/"); found && r.Method == http.MethodPut {
		if err := errors.Join(checkReference(reference), readManifest(r)); err != nil {
			writeRegistryError(w, r, err)
			return
		}
	}
	e.resolveRange(r)
	// Mounting is an account setting that is off until someone turns it on: an upload is begun in its place
	// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html).
	if query := r.URL.Query(); r.Method == http.MethodPost && query.Has("mount") {
		query.Del("mount")
		r.URL.RawQuery = query.Encode()
	}
	e.registry.ServeHTTP(w, r)
}

// checkReference refuses what is neither a digest nor a tag.
func checkReference(reference string) error {
	if !strings.Contains(reference, ":") {
		if !tagForm().MatchString(reference) {
			return &registryError{http.StatusBadRequest, "TAG_INVALID", fmt.Sprintf("Invalid parameter at 'imageTag' failed to satisfy constraint: '%s'", reference)}
		}
		return nil
	}
	if err := digest.Digest(reference).Validate(); err != nil {
		return &registryError{http.StatusBadRequest, "DIGEST_INVALID", err.Error()}
	}
	return nil
}

// resolveRange writes out a range that is counted from the end of a blob, bytes=-N, which the server beneath does not know.
func (e *Emulator) resolveRange(r *http.Request) {
	last, counted := strings.CutPrefix(r.Header.Get("Range"), "bytes=-")
	path, found := strings.CutPrefix(r.URL.Path, "/v2/")
	repository, d, isBlob := strings.Cut(path, "/blobs/")
	n, err := strconv.ParseInt(last, 10, 64)
	if !counted || !found || !isBlob || err != nil || n < 0 {
		return
	}
	if size, found := e.store.hasBlob(repository, ociregistry.Digest(d)); found {
		r.Header.Set("Range", fmt.Sprintf("bytes=%d-", max(size-n, 0)))
	}
}

// readManifest reads the manifest of a request and puts it back, if it is one: what comes after would call any other a fault of the
// server.
func readManifest(r *http.Request) error {
	raw, err := io.ReadAll(io.LimitReader(r.Body, registry.MaxManifestSize+1))
	switch {
	case err != nil:
		return &manifestError{err.Error()}
	case len(raw) > registry.MaxManifestSize:
		return &manifestError{fmt.Sprintf("the manifest is larger than %d bytes", registry.MaxManifestSize)}
	case !json.Valid(raw):
		return &manifestError{"Invalid JSON syntax"}
	}
	r.Body = io.NopCloser(bytes.NewReader(raw))
	return nil
}

// verbActions are the IAM actions that a request to the registry needs
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html tells which operation each becomes).
func verbActions(r *http.Request) []string {
	read := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch path := r.URL.Path; {
	case strings.Contains(path, "/manifests/") && read, strings.Contains(path, "/referrers/"):
		return []string{"ecr:BatchGetImage"}
	case strings.Contains(path, "/manifests/"):
		return []string{"ecr:PutImage"}
	case strings.HasSuffix(path, "/tags/list"):
		return []string{"ecr:ListImages"}
	case strings.HasSuffix(strings.TrimSuffix(path, "/"), "/blobs/uploads"):
		return []string{"ecr:InitiateLayerUpload"}
	case strings.Contains(path, "/blobs/uploads/") && r.Method == http.MethodPut && r.ContentLength == 0:
		return []string{"ecr:CompleteLayerUpload"}
	case strings.Contains(path, "/blobs/uploads/") && r.Method == http.MethodPut:
		return []string{"ecr:UploadLayerPart", "ecr:CompleteLayerUpload"} // the last part, or all of it
	case strings.Contains(path, "/blobs/uploads/"):
		return []string{"ecr:UploadLayerPart"}
	case r.Method == http.MethodHead:
		return []string{"ecr:BatchCheckLayerAvailability"}
	case strings.Contains(path, "/blobs/"):
		return []string{"ecr:GetDownloadUrlForLayer"}
	default:
		return nil
	}
}

// writeRegistryError answers with an error in the form of the distribution specification, in ECR's codes.
func writeRegistryError(w http.ResponseWriter, _ *http.Request, err error) {
	answer := asRegistryError(err)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(answer.status)
	body := map[string]any{"errors": []any{map[string]string{"code": answer.code, "message": answer.message}}}
	_ = json.NewEncoder(w).Encode(body) // the client is gone if this fails
}

// asRegistryError is the table of what the registry answers to each fault.
func asRegistryError(err error) *registryError {
	var (
		answer  *registryError
		noRepo  *noRepositoryError
		bad     *manifestError
		missing *missingError
		taken   *takenError
		limit   *limitError
	)
	switch {
	case errors.As(err, &answer):
		return answer
	case errors.As(err, &noRepo):
		return &registryError{http.StatusNotFound, "NAME_UNKNOWN", err.Error()}
	case errors.As(err, &bad):
		return &registryError{http.StatusBadRequest, "MANIFEST_INVALID", err.Error()}
	case errors.As(err, &missing) && missing.manifests:
		return &registryError{http.StatusNotFound, "MANIFEST_BLOB_UNKNOWN", err.Error()}
	case errors.As(err, &missing):
		return &registryError{http.StatusNotFound, "BLOB_UPLOAD_UNKNOWN", err.Error()}
	case errors.As(err, &taken):
		return &registryError{http.StatusBadRequest, "TAG_INVALID", err.Error()}
	case errors.As(err, &limit):
		return &registryError{http.StatusForbidden, "DENIED", err.Error()}
	}
	var protocol ociregistry.WireErrors
	body, status := ociregistry.MarshalError(err)
	if json.Unmarshal(body, &protocol) != nil || len(protocol.Errors) == 0 {
		return &registryError{http.StatusInternalServerError, "UNKNOWN", err.Error()}
	}
	code := protocol.Errors[0].Code_
	if code == "UNSUPPORTED" && errors.Is(err, ociregistry.ErrUnsupported) {
		status = http.StatusMethodNotAllowed
	}
	return &registryError{status, code, protocol.Errors[0].Message}
}

// apiHost is a host of ECR's API, as the SDK builds it from region and partition.
var apiHost = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^api\.(ecr|ecr-fips)\.([a-z0-9-]+)\.(.+)$`)
})

// registryHost is the host of the registry as a client names it that reached the emulator by the host of r. Under ECR's own host
// names the registry has another one than the API; everywhere else they share one.
func registryHost(r *http.Request) string {
	parts := apiHost().FindStringSubmatch(r.Host)
	if parts == nil {
		return r.Host
	}
	return fmt.Sprintf("%s.dkr.%s.%s.%s", Account, parts[1], parts[2], parts[3])
}

// origin is the registry's address.
func origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + registryHost(r)
	}
	return "http://" + registryHost(r)
}
