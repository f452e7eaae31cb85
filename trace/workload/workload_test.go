package workload_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/trace/workload"
)

const digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// aws answers by the target and the body of a request, or by its address; each answer once, the last for good.
type aws struct {
	mu      sync.Mutex
	answers map[string][]string // an error is its status, a blank and the document
}

func (a *aws) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	key := operation + " " + string(body)
	if operation == "" {
		key = r.URL.RequestURI()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	answers := a.answers[key]
	if err != nil || len(answers) == 0 {
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, `{"__type":"Unexpected","message":"`+strings.ReplaceAll(key, `"`, "'")+`"}`)
		return
	}
	if len(answers) > 1 {
		a.answers[key] = answers[1:]
	}
	text, failed := strings.CutPrefix(answers[0], "400 ")
	if failed {
		w.WriteHeader(http.StatusBadRequest)
	}
	io.WriteString(w, text)
}

// reader asks a service that has these answers.
func reader(t *testing.T, answers map[string][]string) *workload.Reader {
	t.Helper()
	server := httptest.NewServer(&aws{answers: answers})
	t.Cleanup(server.Close)
	client, err := ecr.New(t.Context(), ecr.Options{Endpoint: server.URL, AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret", Region: "eu-west-1"})
	if err != nil {
		t.Fatal(err)
	}
	return workload.NewReader(client)
}

// ECS throttles, answers in pages, and a task may end between two questions.
func TestECSReadsEveryPageAndTriesAgain(t *testing.T) {
	const cluster = "arn:aws:ecs:eu-west-1:123456789012:cluster/prod"
	const task = "arn:aws:ecs:eu-west-1:123456789012:task/prod/0123"
	const stopped = "arn:aws:ecs:eu-west-1:123456789012:task/prod/4567"
	got, err := reader(t, map[string][]string{
		`ListClusters {"maxResults":100}`:                             {`400 {"__type":"com.amazonaws.ecs#ThrottlingException","message":"Rate exceeded"}`, `{"clusterArns":[],"nextToken":"more"}`},
		`ListClusters {"maxResults":100,"nextToken":"more"}`:          {`{"clusterArns":["` + cluster + `"]}`},
		`ListServices {"cluster":"` + cluster + `","maxResults":100}`: {`{"serviceArns":[]}`},
		`ListTasks {"cluster":"` + cluster + `","maxResults":100}`:    {`{"taskArns":["` + task + `","` + stopped + `"]}`},
		`DescribeTasks {"cluster":"` + cluster + `","tasks":["` + task + `","` + stopped + `"]}`: {
			`{"tasks":[{"taskArn":"` + task + `","group":"family:migrate","containers":[{"name":"app","image":"x/shop/api:1","imageDigest":"` + digest + `"}]}],
			"failures":[{"arn":"` + stopped + `","reason":"MISSING"}]}`},
	}).ECS(t.Context(), 0)
	want := workload.Seen{Images: []workload.Image{
		{Workload: workload.Workload{Kind: workload.Task, Name: "prod/0123"}, Container: "app", Reference: "x/shop/api:1", Digest: digest},
	}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("ECS: %v (-want +got):\n%s", err, diff)
	}
}

// What one question may not ask is told once, and the others go on.
func TestECSTellsWhatItMayNotSee(t *testing.T) {
	denied := []string{`400 {"__type":"AccessDeniedException","message":"no"}`}
	got, err := reader(t, map[string][]string{
		`ListClusters {"maxResults":100}`:                                                           {`{"clusterArns":["a/one","a/two"]}`},
		`ListServices {"cluster":"a/one","maxResults":100}`:                                         denied,
		`ListServices {"cluster":"a/two","maxResults":100}`:                                         denied,
		`ListTasks {"cluster":"a/one","maxResults":100}`:                                            {`{}`},
		`ListTasks {"cluster":"a/two","maxResults":100}`:                                            {`{}`},
		`ListTaskDefinitionFamilies {"maxResults":100,"status":"ACTIVE"}`:                           {`{"families":["api"]}`},
		`ListTaskDefinitions {"familyPrefix":"api","maxResults":2,"sort":"DESC","status":"ACTIVE"}`: {`{"taskDefinitionArns":["a/api:2","a/api:1"]}`},
		`DescribeTaskDefinition {"taskDefinition":"a/api:2"}`:                                       {`{"taskDefinition":{"containerDefinitions":[{"name":"app","image":"i:2"}]}}`},
		`DescribeTaskDefinition {"taskDefinition":"a/api:1"}`:                                       {`{"taskDefinition":{"containerDefinitions":[{"name":"app","image":"i:1"}]}}`},
	}).ECS(t.Context(), 2)
	want := []workload.Image{
		{Workload: workload.Workload{Kind: workload.TaskDefinition, Name: "api:1"}, Container: "app", Reference: "i:1"},
		{Workload: workload.Workload{Kind: workload.TaskDefinition, Name: "api:2"}, Container: "app", Reference: "i:2"},
	}
	if diff := cmp.Diff(want, got.Images); diff != "" || err != nil {
		t.Errorf("ECS: %v (-want +got):\n%s", err, diff)
	}
	var refused *registry.DeniedError
	if len(got.Problems) != 1 || !errors.As(got.Problems[0], &refused) || refused.Action != "ecs:ListServices" {
		t.Errorf("problems are %v", got.Problems)
	}
}

func TestLambdaReadsTheVersionsThatAreImages(t *testing.T) {
	got, err := reader(t, map[string][]string{
		"/2015-03-31/functions/?FunctionVersion=ALL&MaxItems=50": {`{"Functions":[{"FunctionName":"zip","Version":"1","PackageType":"Zip"}],"NextMarker":"n"}`},
		"/2015-03-31/functions/?FunctionVersion=ALL&Marker=n&MaxItems=50": {
			`{"Functions":[{"FunctionName":"resize","Version":"$LATEST","PackageType":"Image"}]}`},
		"/2015-03-31/functions/resize?Qualifier=%24LATEST": {`{"Code":{"ImageUri":"x/shop/api:1","ResolvedImageUri":"x/shop/api@` + digest + `"}}`},
	}).Lambda(t.Context())
	want := workload.Seen{Images: []workload.Image{
		{Workload: workload.Workload{Kind: workload.Function, Name: "resize:$LATEST"}, Reference: "x/shop/api:1", Digest: digest},
	}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Lambda: %v (-want +got):\n%s", err, diff)
	}
}
