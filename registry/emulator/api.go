package emulator

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/hallmark-ci/hallmark/registry"
)

// target is what the header X-Amz-Target begins with, before the name of the operation.
const target = "AmazonEC2ContainerRegistry_V20150921."

// call is one request to the API.
type call struct {
	*Emulator
	request *http.Request
	region  string // that the request is signed for
}

// operation answers one call, from the bytes of its JSON document.
type operation func(c *call, body []byte) (any, error)

// typed makes an operation of a function with a request of its own type.
func typed[Request any](answer func(*call, Request) (any, error)) operation {
	return func(c *call, body []byte) (any, error) {
		var request Request
		if err := json.Unmarshal(body, &request); err != nil {
			return nil, &apiError{"SerializationException", err.Error()}
		}
		return answer(c, request)
	}
}

// operations are all that are known.
func operations() map[string]operation {
	return map[string]operation{
		"GetAuthorizationToken": typed((*call).getAuthorizationToken),

		"CreateRepository":                    typed((*call).createRepository),
		"DescribeRepositories":                typed((*call).describeRepositories),
		"DeleteRepository":                    typed((*call).deleteRepository),
		"PutImageTagMutability":               typed((*call).putImageTagMutability),
		"PutImageScanningConfiguration":       typed((*call).putImageScanningConfiguration),
		"DescribeRepositoryCreationTemplates": typed((*call).describeRepositoryCreationTemplates),
		"TagResource":                         typed((*call).tagResource),
		"UntagResource":                       typed((*call).untagResource),
		"ListTagsForResource":                 typed((*call).listTagsForResource),
		"SetRepositoryPolicy":                 typed((*call).setRepositoryPolicy),
		"GetRepositoryPolicy":                 typed((*call).getRepositoryPolicy),
		"DeleteRepositoryPolicy":              typed((*call).deleteRepositoryPolicy),

		"ListImages":                  typed((*call).listImages),
		"DescribeImages":              typed((*call).describeImages),
		"BatchGetImage":               typed((*call).batchGetImage),
		"BatchDeleteImage":            typed((*call).batchDeleteImage),
		"PutImage":                    typed((*call).putImage),
		"BatchCheckLayerAvailability": typed((*call).batchCheckLayerAvailability),
		"GetDownloadUrlForLayer":      typed((*call).getDownloadURLForLayer),

		"GetRegistryScanningConfiguration":        typed((*call).getRegistryScanningConfiguration),
		"PutRegistryScanningConfiguration":        typed((*call).putRegistryScanningConfiguration),
		"BatchGetRepositoryScanningConfiguration": typed((*call).batchGetRepositoryScanningConfiguration),
		"StartImageScan":                          typed((*call).startImageScan),
		"DescribeImageScanFindings":               typed((*call).describeImageScanFindings),

		"PutLifecyclePolicy":    typed((*call).putLifecyclePolicy),
		"GetLifecyclePolicy":    typed((*call).getLifecyclePolicy),
		"DeleteLifecyclePolicy": typed((*call).deleteLifecyclePolicy),

		"StartLifecyclePolicyPreview": typed((*call).startLifecyclePolicyPreview),
		"GetLifecyclePolicyPreview":   typed((*call).getLifecyclePolicyPreview),
	}
}

// maxRequest bounds the document of a request, in bytes: the largest holds a manifest as a JSON string.
const maxRequest = 4 * registry.MaxManifestSize

// serveAPI answers one call.
func (e *Emulator) serveAPI(w http.ResponseWriter, r *http.Request) {
	answer, err := e.call(r)
	answerJSON(w, answer, err)
}

// answerJSON answers in the JSON protocol of AWS
// (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html).
func answerJSON(w http.ResponseWriter, answer any, err error) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.Header().Set("X-Amzn-Requestid", requestID())
	if err != nil {
		problem := asAPIError(err)
		w.WriteHeader(problem.status())
		answer = map[string]string{"__type": problem.code, "message": problem.message}
	}
	_ = json.NewEncoder(w).Encode(answer) // the client is gone if this fails
}

func requestID() string {
	id := make([]byte, 16)
	rand.Read(id) // never fails
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// signature is the part of an Authorization header that says for what region a request is signed. The signature itself is not
// checked: any key will do.
var signature = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/([^/]+)/ecr/aws4_request,`)
})

func (e *Emulator) call(r *http.Request) (any, error) {
	name, found := strings.CutPrefix(r.Header.Get("X-Amz-Target"), target)
	run := operations()[name]
	if !found || run == nil {
		return nil, &apiError{"UnknownOperationException", fmt.Sprintf("the emulator has no operation %q", name)}
	}
	signed := signature().FindStringSubmatch(r.Header.Get("Authorization"))
	if signed == nil {
		return nil, &apiError{"MissingAuthenticationTokenException", "Missing Authentication Token"}
	}
	if problem := credentialCodes[e.scenario.Credentials]; problem != nil {
		return nil, problem
	}
	if e.scenario.denies("ecr:" + name) {
		return nil, &apiError{"AccessDeniedException", deniedText("ecr:"+name, "*")}
	}
	if slices.Contains(e.scenario.Throttled, "ecr:"+name) {
		return nil, &apiError{"ThrottlingException", "Rate exceeded"}
	}
	if slices.Contains(e.scenario.Blocked, "ecr:"+name) {
		return nil, &apiError{"BlockedByOrganizationPolicyException", "The operation did not succeed because the account is managed by a organization policy."}
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest))
	if err != nil {
		return nil, err
	}
	if len(body) == 0 {
		body = []byte("{}")
	}
	return run(&call{Emulator: e, request: r, region: signed[1]}, body)
}

// deniedText is what AWS says of an action that no policy allows.
func deniedText(action, resource string) string {
	return fmt.Sprintf("User: arn:aws:sts::%s:assumed-role/emulator/session is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action",
		Account, action, resource, action)
}

// apiError is an error in the form of the API.
type apiError struct {
	code    string
	message string
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

// status is the HTTP status of an error: that of the service is 500, every other 400
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/CommonErrors.html).
func (e *apiError) status() int {
	if e.code == "ServerException" {
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

// invalid says that a parameter is not what it must be.
func invalid(format string, a ...any) error {
	return &apiError{"InvalidParameterException", fmt.Sprintf(format, a...)}
}

// asAPIError is the table of what the API answers to each fault.
func asAPIError(err error) *apiError {
	var (
		answer  *apiError
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
		return &apiError{"RepositoryNotFoundException", err.Error()}
	case errors.As(err, &bad):
		return &apiError{"InvalidParameterException", "Invalid parameter at 'imageManifest' failed to satisfy constraint: '" + err.Error() + "'"}
	case errors.As(err, &missing) && missing.manifests:
		return &apiError{"ReferencedImagesNotFoundException", err.Error()}
	case errors.As(err, &missing):
		return &apiError{"LayersNotFoundException", err.Error()}
	case errors.As(err, &taken):
		return &apiError{"ImageTagAlreadyExistsException", err.Error()}
	case errors.As(err, &limit):
		return &apiError{"LimitExceededException", err.Error()}
	}
	return &apiError{"ServerException", err.Error()}
}
