package cienv_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/tagger"
	"github.com/hallmark-ci/hallmark/tagger/cienv"
)

func TestTheEventStandsInForGitHubsAPI(t *testing.T) {
	repository := `"repository":{"name":"app","description":"An app\r\nof\u0007 octo's","html_url":"https://github.com/octo/app","default_branch":"main","license":{"spdx_id":"MIT"}}`
	described := tagger.Repository{Name: "app", Description: "An app of octo's", URL: "https://github.com/octo/app", License: "MIT"}
	at := time.Date(2026, 1, 2, 2, 4, 5, 0, time.UTC)
	commit := `{"id":"` + head + `","timestamp":"2026-01-02T03:04:05+01:00"}`
	tests := []struct {
		name    string
		payload string
		ref     string
		event   string
		want    tagger.Revision
	}{
		{"a push", `{"head_commit":` + commit + `,` + repository + `}`, "refs/heads/main", "push",
			tagger.Revision{Commit: head, Time: at, Branch: "main", Refs: refs("branch:main"), DefaultBranch: "main", Source: described.URL, Repository: described, Event: "push", CI: "GitHub Actions", From: "ci"}},
		{"a push of several commits", `{"head_commit":null,"commits":[{"id":"` + base + `","timestamp":"2020-01-01T00:00:00Z"},` + commit + `]}`, "refs/heads/main", "push",
			tagger.Revision{Commit: head, Time: at, Branch: "main", Refs: refs("branch:main"), Event: "push", CI: "GitHub Actions", From: "ci"}},
		{"a time that is none, and no license", `{"head_commit":{"id":"` + head + `","timestamp":"yesterday"},"repository":{"name":"app","license":null,"description":null}}`, "refs/tags/v1", "push",
			tagger.Revision{Commit: head, Tags: []string{"v1"}, Refs: refs("tag:v1"), Repository: tagger.Repository{Name: "app"}, Event: "push", CI: "GitHub Actions", From: "ci"}},
		{"a dispatch on a branch", `{"inputs":{"ref":"other"},"ref":"refs/heads/topic"}`, "refs/heads/topic", "workflow_dispatch",
			tagger.Revision{Commit: head, Branch: "topic", Refs: refs("branch:topic"), Event: "workflow_dispatch", CI: "GitHub Actions", From: "ci"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			job, _, err := cienv.Detect(writeEvent(t, test.payload, "GITHUB_EVENT_NAME", test.event, "GITHUB_REF", test.ref))
			if err != nil {
				t.Fatal(err)
			}
			got, _ := job.Revision()
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Revision (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWorkflowRunTellsWhatItFollows(t *testing.T) {
	for name, test := range map[string]struct {
		run  string
		want []tagger.Ref
	}{
		"a push":                   {`"event":"push","head_branch":"topic"`, refs("branch:topic")},
		"what is likelier a tag":   {`"event":"push","head_branch":"v1.2.3"`, nil},
		"a pull request":           {`"event":"pull_request","head_branch":"topic","pull_requests":[{"number":7,"base":{"ref":"main"}}]`, refs("pr:7")},
		"a fork's main":            {`"event":"pull_request","head_branch":"main","pull_requests":[]`, nil},
		"a push to a pull request": {`"event":"push","head_branch":"topic","pull_requests":[{"number":7}]`, refs("branch:topic")},
	} {
		t.Run(name, func(t *testing.T) {
			vars := writeEvent(t, `{"workflow_run":{"head_sha":"`+head+`",`+test.run+`},"repository":{"default_branch":"main"}}`,
				"GITHUB_EVENT_NAME", "workflow_run", "GITHUB_SHA", base, "GITHUB_REF", "refs/heads/main")
			job, _, err := cienv.Detect(vars)
			if err != nil {
				t.Fatal(err)
			}
			follows, _ := job.Apply(tagger.Revision{Commit: head}, "head")
			own, _ := job.Apply(tagger.Revision{Commit: base}, "head")
			if diff := cmp.Diff([][]tagger.Ref{test.want, refs("branch:main")}, [][]tagger.Ref{follows.Refs, own.Refs}); diff != "" {
				t.Errorf("Refs at the run's commit and at the job's (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNamesThatNoReferenceHasAreRefused(t *testing.T) {
	for _, name := range []string{"a\nb", "a\x1b[31m", "a\r::set-output name=x::y", "a\x00", "a\u0085b"} {
		for variable, vars := range map[string]map[string]string{
			"GITHUB_REF":           {"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/heads/" + name},
			"GITHUB_HEAD_REF":      {"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/pull/7/merge", "GITHUB_HEAD_REF": name},
			"CI_COMMIT_TAG":        {"GITLAB_CI": "true", "CI_COMMIT_TAG": name},
			"TRAVIS_PULL_REQUEST":  {"TRAVIS": "true", "TRAVIS_PULL_REQUEST": name},
			"BITBUCKET_BRANCH":     over(bucket, "BITBUCKET_BRANCH", name),
			"BUILD_SOURCEBRANCH":   over(azure, "BUILD_SOURCEBRANCH", "refs/tags/"+name),
			"DRONE_TARGET_BRANCH":  over(drone, "DRONE_PULL_REQUEST", "7", "DRONE_TARGET_BRANCH", name),
			"CI_REPO_DEFAULT_NAME": over(pecker, "CI_REPO_DEFAULT_BRANCH", name),
		} {
			_, found, err := cienv.Detect(vars)
			if found || err == nil || strings.ContainsAny(err.Error(), "\n\r\x1b\x00") {
				t.Errorf("%s: Detect of %q: found %t, %v", variable, name, found, err)
			}
		}
	}
}

// They are nothing to us: no shell and no option parser sees them.
func TestNamesThatLookDangerousAreNames(t *testing.T) {
	for _, name := range []string{"$(reboot)", "`reboot`", "--upload-pack=x", "-x", "../../etc", "a;b", "日本"} {
		job, found, err := cienv.Detect(over(circle, "CIRCLE_BRANCH", name))
		if err != nil || !found {
			t.Fatalf("Detect of %q: %v", name, err)
		}
		got, _ := job.Apply(tagger.Revision{Commit: head}, "head")
		if diff := cmp.Diff(refs("branch:"+name), got.Refs); diff != "" {
			t.Errorf("Refs (-want +got):\n%s", diff)
		}
	}
}

func TestDetectRefusesABadEventFile(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.json")
	if err := os.WriteFile(bad, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	large := filepath.Join(dir, "large.json")
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, 25<<20+1); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"too large": large, "missing": filepath.Join(dir, "missing.json"), "not JSON": bad, "a folder": dir} {
		t.Run(name, func(t *testing.T) {
			_, _, err := cienv.Detect(map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": file})
			if err == nil || !strings.Contains(err.Error(), "GITHUB_EVENT_PATH") || !strings.Contains(err.Error(), file) {
				t.Errorf("Detect: %v", err)
			}
		})
	}
}
