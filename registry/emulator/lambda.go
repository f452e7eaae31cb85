package emulator

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// functionsPath is where AWS Lambda lists functions, and tells of one under its name
// (https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html).
const functionsPath = "/2015-03-31/functions"

// latest is the version of a function that is not published.
const latest = "$LATEST"

// isLambda tells the requests of AWS Lambda.
func isLambda(r *http.Request) bool {
	return r.Method == http.MethodGet && (r.URL.Path == functionsPath || strings.HasPrefix(r.URL.Path, functionsPath+"/"))
}

// serveLambda answers ListFunctions and GetFunction by the workloads of the scenario.
func (e *Emulator) serveLambda(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Requestid", requestID())
	answer, err := e.lambda(r)
	if err != nil {
		problem, status := &apiError{"ServiceException", err.Error()}, http.StatusInternalServerError
		if errors.As(err, &problem) {
			status = http.StatusForbidden
		}
		switch problem.code {
		case "InvalidParameterValueException":
			status = http.StatusBadRequest
		case "ResourceNotFoundException":
			status = http.StatusNotFound
		}
		w.Header().Set("X-Amzn-Errortype", problem.code)
		w.WriteHeader(status)
		answer = map[string]string{"Message": problem.message}
	}
	_ = json.NewEncoder(w).Encode(answer) // the client is gone if this fails
}

func (e *Emulator) lambda(r *http.Request) (any, error) {
	name := strings.Trim(strings.TrimPrefix(r.URL.Path, functionsPath), "/")
	if name == "" {
		region, err := e.admit(r, "lambda", "ListFunctions")
		if err != nil {
			return nil, err
		}
		return e.listFunctions(r, region)
	}
	region, err := e.admit(r, "lambda", "GetFunction")
	if err != nil {
		return nil, err
	}
	if at := strings.LastIndexByte(name, ':'); strings.HasPrefix(name, "arn:") {
		name = name[at+1:]
	}
	return e.getFunction(r, region, name+":"+cmp.Or(r.URL.Query().Get("Qualifier"), latest))
}

// listFunctions lists functions, or with FunctionVersion=ALL their versions.
func (e *Emulator) listFunctions(r *http.Request, region string) (any, error) {
	query, found := r.URL.Query(), []any{}
	for _, w := range e.scenario.Workloads {
		if w.Function != "" && (query.Get("FunctionVersion") == "ALL" || strings.HasSuffix(w.Function, ":"+latest)) {
			found = append(found, describeFunction(w, region))
		}
	}
	limit := 50
	if text := query.Get("MaxItems"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 10_000 {
			return nil, &apiError{"InvalidParameterValueException", "MaxItems must be between 1 and 10000"}
		}
		limit = min(n, 50) // as Lambda does
	}
	part, next, err := page(found, query.Get("Marker"), &limit, 50, 50)
	if err != nil {
		return nil, &apiError{"InvalidParameterValueException", "Invalid Marker"}
	}
	answer := map[string]any{"Functions": part}
	if next != "" {
		answer["NextMarker"] = next
	}
	return answer, nil
}

func (e *Emulator) getFunction(r *http.Request, region, wanted string) (any, error) {
	at := slices.IndexFunc(e.scenario.Workloads, func(w Workload) bool { return w.Function == wanted })
	if at < 0 {
		return nil, &apiError{"ResourceNotFoundException", fmt.Sprintf("Function not found: arn:aws:lambda:%s:%s:function:%s", region, Account, wanted)}
	}
	w := e.scenario.Workloads[at]
	running := e.runs(r, w.Images[0])
	code := map[string]any{"RepositoryType": "ECR", "ImageUri": running.reference}
	if running.digest != "" {
		code["ResolvedImageUri"] = registryHost(r) + "/" + running.repository + "@" + running.digest
	}
	return map[string]any{"Configuration": describeFunction(w, region), "Code": code}, nil
}

func describeFunction(w Workload, region string) any {
	name, version, _ := strings.Cut(w.Function, ":")
	return map[string]any{
		"FunctionName": name, "FunctionArn": fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", region, Account, w.Function),
		"Version": version, "PackageType": "Image", "State": "Active",
	}
}
