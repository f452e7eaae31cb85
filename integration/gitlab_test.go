//go:build integration

package integration

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestComponentEndsAsTheProgramDoes includes the component in pipelines as users do.
func TestComponentEndsAsTheProgramDoes(t *testing.T) {
	createRepository(t, lab.ecr, "gitlab/outcomes", "IMMUTABLE")
	undecided := map[string]any{"hallmark-gate": map[string]any{"allow_failure": map[string]any{"exit_codes": []int{3, 75}}}}
	for _, test := range []struct {
		name       string
		with       inputs
		jobs       map[string]any
		push, gate string
		tags       string // of HALLMARK_RESULT_TAGS in the result
	}{
		{"dry run", inputs{"dry-run": "true"}, nil, "PASS", "PASS", ""},
		{"refused", inputs{"tags": "type=raw,value=latest"}, nil, "FAIL 4", "", ""},
		{"failed", inputs{"args": "--emulator=" + criticalScenario(t)}, nil, "PASS", "FAIL 2", ""},
		{"undecided", inputs{"args": "--emulator=" + ofProject(t, "testdata", "scenario", "unsupported.yaml")}, undecided, "PASS", "WARN 3", ""},
		{"without a gate", inputs{"no-gate": "true", "tags": "type=raw,value=ungated"}, nil, "PASS", "PASS", "ungated"},
		{"passed", inputs{"tags": "type=raw,value=a  type=raw,value=b c"}, nil, "PASS", "PASS", "a b-c"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.with["repository"] = "gitlab/outcomes"
			r := pipeline{includes: []inputs{test.with}, jobs: test.jobs, env: []string{at(lab.ecr)}}.run(t)
			if diff := cmp.Diff([]string{test.push, test.gate}, []string{r.ended("hallmark-push"), r.ended("hallmark-gate")}); diff != "" {
				t.Errorf("jobs (-want +got):\n%s\n%s", diff, r.log)
			}
			dotenv := r.file(t, "hallmark.env")
			if !strings.Contains(dotenv, "\nHALLMARK_RESULT_TAGS="+test.tags+"\n") {
				t.Errorf("dotenv: %s", dotenv)
			}
			r.file(t, "hallmark.json")
			r.file(t, "hallmark-junit.xml")
			r.file(t, "gl-container-scanning-report.json")
		})
	}
}

// file is one that the job that pushes has left. Reports of GitLab's own are not taken out of there by gitlab-ci-local.
func (r ran) file(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(r.dir, ".gitlab-ci-local", "builds", "hallmark-push", name))
	if err != nil {
		t.Error(err)
	}
	return string(data)
}

func TestComponentHandsItsResultToLaterJobs(t *testing.T) {
	const repository = "gitlab/dotenv"
	createRepository(t, lab.ecr, repository, "IMMUTABLE")
	file := filepath.Join(t.TempDir(), "deployed")
	r := pipeline{
		includes: []inputs{{"repository": repository, "push-job": "publish", "gate-job": "judge"}},
		jobs: map[string]any{"after": map[string]any{
			"stage": "after", "needs": []string{"publish", "judge"}, "variables": map[string]string{"FILE": file},
			"script": `printf %s "$HALLMARK_RESULT_STATUS $HALLMARK_RESULT_TAG $HALLMARK_RESULT_IMAGE" >"$FILE"`,
		}},
		env: []string{at(lab.ecr)},
	}.run(t)
	commit := command{dir: r.dir}.must(t, "git", "rev-parse", "HEAD")
	data, err := os.ReadFile(file)
	if want := "passed " + commit + " " + lab.ecr + "/" + repository + "@sha256:"; err != nil || !strings.HasPrefix(string(data), want) {
		t.Errorf("the later job sees %q, %v, want %q\n%s", data, err, want, r.log)
	}
	if diff := cmp.Diff([]string{commit}, ecrTags(t, lab.ecr, repository)); diff != "" {
		t.Errorf("tags in the repository (-want +got):\n%s", diff)
	}
}

func TestComponentTakesNoInputForMoreThanAText(t *testing.T) {
	pwned := filepath.Join(t.TempDir(), "pwned")
	text := "a'b\"$(touch " + pwned + ")`touch " + pwned + "`;touch " + pwned + " #: [*]\\"
	p := pipeline{env: []string{at(lab.ecr)}}
	for _, name := range []string{"image", "repository", "tags", "flavor", "path", "policy", "timeout", "platforms", "args", "gate-args", "role"} {
		with := inputs{"push-job": "push-" + name, "gate-job": "gate-" + name, "dry-run": "true", "args": "--emulator"}
		with[name] = text
		p.includes = append(p.includes, with)
	}
	r := p.run(t)
	for _, with := range p.includes {
		if r.ended(with["push-job"]) == "" {
			t.Errorf("%s did not run\n%s", with["push-job"], r.log)
		}
	}
	if _, err := os.Stat(pwned); err == nil {
		t.Errorf("an input was executed\n%s", r.log)
	}
}

func TestComponentSaysWhichInputIsMissing(t *testing.T) {
	r := pipeline{includes: []inputs{{"fail-on": "everything"}}}.run(t)
	if r.code != 1 || !strings.Contains(r.log, "fail-on") || !strings.Contains(r.log, "not in the list of allowed options") {
		t.Errorf("exit status %d\n%s", r.code, r.log)
	}
}

// TestComponentTakesARole gives the token of the job to a server that stands for AWS STS, and wants its credentials used in place of those
// that the job has.
func TestComponentTakesARole(t *testing.T) {
	var asked url.Values
	sts := startSTS(t, func(form url.Values) { asked = form })
	used := make(chan string, 1)
	front := newFront(t, lab.ecr, func(r *http.Request) bool {
		if authorization := r.Header.Get("Authorization"); strings.HasPrefix(authorization, "AWS4") {
			select {
			case used <- authorization:
			default:
			}
		}
		return false
	}, false)
	createRepository(t, lab.ecr, "gitlab/role", "IMMUTABLE")
	const role = "arn:aws:iam::123456789012:role/push"
	r := pipeline{
		includes: []inputs{{"repository": "gitlab/role", "role": role, "dry-run": "true"}},
		env:      []string{at(front.address), "AWS_ENDPOINT_URL_STS=" + sts},
		token:    "header.claims.signature",
	}.run(t)
	if got := []string{asked.Get("Action"), asked.Get("RoleArn"), asked.Get("WebIdentityToken")}; r.code != 0 ||
		cmp.Diff([]string{"AssumeRoleWithWebIdentity", role, "header.claims.signature"}, got) != "" {
		t.Fatalf("exit status %d, STS is asked for %q\n%s", r.code, got, r.log)
	}
	select {
	case authorization := <-used:
		if !strings.Contains(authorization, "Credential=ASIAROLE/") {
			t.Errorf("ECR is asked with %s", authorization)
		}
	default:
		t.Errorf("ECR is not asked\n%s", r.log)
	}
	if strings.Contains(r.log, "header.claims.signature") {
		t.Errorf("the log holds the token\n%s", r.log)
	}
}

// startSTS serves an AWS STS that gives a role to whoever asks.
func startSTS(t *testing.T, asked func(url.Values)) (address string) {
	t.Helper()
	sts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		asked(r.PostForm)
		fmt.Fprintf(w, stsAnswer, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
	}))
	t.Cleanup(sts.Close)
	return sts.URL
}

// stsAnswer has the form of https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html.
const stsAnswer = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken><Expiration>%s</Expiration></Credentials>
</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`
