package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// detailsPath is where Amazon Inspector answers BatchGetFindingDetails
// (https://docs.aws.amazon.com/inspector/v2/APIReference/API_BatchGetFindingDetails.html).
const detailsPath = "/findings/details/batch/get"

// maxDetails is how many findings one request can be about.
const maxDetails = 10

var findingARN = regexp.MustCompile(`^arn:(aws[a-zA-Z-]*)?:inspector2:[a-z]{2}(-gov)?-[a-z]+-\d{1}:\d{12}:finding/[a-f0-9]{32}$`)

// inspectorSigned is how a request to Inspector is signed; the signature itself is not checked.
var inspectorSigned = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/[^/]+/inspector2/aws4_request,`)

// readDetails reads a file with an answer of BatchGetFindingDetails, with times as the service sends them or as the AWS CLI prints them.
func readDetails(file string) (map[string]json.RawMessage, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read details: %w", err)
	}
	var answer struct {
		Details []map[string]any `json:"findingDetails"`
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		return nil, fmt.Errorf("details %s: %w", filepath.Base(file), err)
	}
	details := map[string]json.RawMessage{}
	for _, detail := range answer.Details {
		arn, _ := detail["findingArn"].(string)
		if !findingARN.MatchString(arn) {
			return nil, fmt.Errorf("details %s: findingArn is %q", filepath.Base(file), arn)
		}
		if details[arn], err = json.Marshal(wireTimes(detail)); err != nil {
			return nil, fmt.Errorf("details %s: %w", filepath.Base(file), err)
		}
	}
	return details, nil
}

// serveInspector answers BatchGetFindingDetails and ListCoverage by what the scenario knows.
func (e *Emulator) serveInspector(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	answering := e.findingDetails
	if r.URL.Path == coveragePath {
		answering = e.coverage
	}
	answer, err := answering(r)
	var problem *apiError
	switch {
	case errors.As(err, &problem):
		w.Header().Set("X-Amzn-Errortype", problem.code)
		status := http.StatusBadRequest
		if problem.code != "ValidationException" {
			status = http.StatusForbidden
		}
		w.WriteHeader(status)
		answer = map[string]string{"message": problem.message}
	case err != nil:
		w.Header().Set("X-Amzn-Errortype", "InternalServerException")
		w.WriteHeader(http.StatusInternalServerError)
		answer = map[string]string{"message": err.Error()}
	}
	_ = json.NewEncoder(w).Encode(answer) // the client is gone if this fails
}

func (e *Emulator) findingDetails(r *http.Request) (any, error) {
	const action = "inspector2:BatchGetFindingDetails"
	if !inspectorSigned.MatchString(r.Header.Get("Authorization")) {
		return nil, &apiError{"MissingAuthenticationTokenException", "Missing Authentication Token"}
	}
	if problem := credentialCodes[e.scenario.Credentials]; problem != nil {
		return nil, problem
	}
	if e.scenario.denies(action) {
		return nil, &apiError{"AccessDeniedException", deniedText(action, "*")}
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest))
	if err != nil {
		return nil, err
	}
	var request struct {
		ARNs []string `json:"findingArns"`
	}
	if json.Unmarshal(body, &request) != nil || len(request.ARNs) < 1 || len(request.ARNs) > maxDetails {
		return nil, &apiError{"ValidationException", fmt.Sprintf("findingArns: Member must have length between 1 and %d, inclusive", maxDetails)}
	}
	known, failures := []json.RawMessage{}, []map[string]string{}
	for _, arn := range request.ARNs {
		if !findingARN.MatchString(arn) {
			return nil, &apiError{"ValidationException", "findingArns: Member must satisfy regular expression pattern: " + strings.Trim(findingARN.String(), "^$")}
		}
		if detail, found := e.scenario.details[arn]; found {
			known = append(known, detail)
			continue
		}
		failures = append(failures, map[string]string{"findingArn": arn, "errorCode": "FINDING_DETAILS_NOT_FOUND", "errorMessage": "Finding details not found"})
	}
	return map[string]any{"findingDetails": known, "errors": failures}, nil
}
