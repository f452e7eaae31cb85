package cienv_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/tagger"
	"github.com/hallmark-ci/hallmark/tagger/cienv"
)

const (
	head  = "1111111111111111111111111111111111111111"
	merge = "2222222222222222222222222222222222222222"
	base  = "3333333333333333333333333333333333333333"
)

// applyTest is a job, and what it makes of a work tree.
type applyTest struct {
	name    string
	vars    map[string]string
	payload string // of the event
	tree    tagger.Revision
	prSHA   string // head when empty
	want    tagger.Revision
	notice  string // a part of the disagreement
}

func apply(t *testing.T, tests []applyTest) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.payload != "" {
				test.vars["GITHUB_EVENT_PATH"] = filepath.Join(t.TempDir(), "event.json")
				if err := os.WriteFile(test.vars["GITHUB_EVENT_PATH"], []byte(test.payload), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			job, found, err := cienv.Detect(test.vars)
			if err != nil || !found {
				t.Fatalf("Detect: found %t, %v", found, err)
			}
			prSHA := "head"
			if test.prSHA != "" {
				prSHA = test.prSHA
			}
			got, other := job.Apply(test.tree, prSHA)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Apply (-want +got):\n%s", diff)
			}
			said := ""
			if other != nil {
				said = other.String()
			}
			if (said == "") != (test.notice == "") || !strings.Contains(said, test.notice) {
				t.Errorf("Apply says %q, want %q", said, test.notice)
			}
		})
	}
}

func TestDetectOutsideCI(t *testing.T) {
	for name, vars := range map[string]map[string]string{
		"no CI at all":                      {},
		"GitLab's names alone":              {"CI": "true", "CI_COMMIT_SHA": head, "CI_COMMIT_TAG": "v1"},
		"a Jenkins server's address alone":  {"JENKINS_URL": "https://ci.example.com", "GIT_COMMIT": head},
		"a local runner says GitLab is not": {"GITLAB_CI": "false", "CI_COMMIT_SHA": head},
	} {
		t.Run(name, func(t *testing.T) {
			if job, found, err := cienv.Detect(vars); found || err != nil {
				t.Errorf("Detect = %+v, %t, %v", job, found, err)
			}
		})
	}
}

// No reference of Git holds a control character: what comes as one was made up.
func TestDetectRefusesNamesThatNoReferenceHas(t *testing.T) {
	for name, vars := range map[string]map[string]string{
		"a branch with a newline":        {"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/heads/main\nlatest"},
		"a Git tag with an escape":       {"GITLAB_CI": "true", "CI_COMMIT_TAG": "v1\x1b[31m"},
		"a target branch with a newline": {"GITLAB_CI": "true", "CI_MERGE_REQUEST_IID": "9", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "a\rb"},
		"a pull request with a newline":  {"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/pull/4\n2/merge"},
		"a default branch with a null":   {"GITLAB_CI": "true", "CI_DEFAULT_BRANCH": "main\x00"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := cienv.Detect(vars)
			if err == nil || !strings.Contains(err.Error(), "cannot be the name of a branch or tag") {
				t.Errorf("Detect: %v", err)
			}
		})
	}
}

func TestJobRevisionWithoutAWorkTree(t *testing.T) {
	tests := []struct {
		name string
		vars map[string]string
		want tagger.Revision
		ok   bool
	}{
		{
			name: "a tag",
			vars: map[string]string{"GITLAB_CI": "true", "CI_COMMIT_SHA": head, "CI_COMMIT_TAG": "v1.2.3", "CI_PROJECT_URL": "https://gitlab.example.com/shop/api"},
			want: tagger.Revision{Commit: head, Tags: []string{"v1.2.3"}, Source: "https://gitlab.example.com/shop/api", Repository: tagger.Repository{URL: "https://gitlab.example.com/shop/api"}, From: "ci", CI: "GitLab CI", Refs: []tagger.Ref{{Kind: tagger.TagRef, Name: "v1.2.3"}}},
			ok:   true,
		},
		{
			name: "the head of merged results",
			vars: map[string]string{"GITLAB_CI": "true", "CI_COMMIT_SHA": merge, "CI_MERGE_REQUEST_IID": "9", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": head},
			want: tagger.Revision{Commit: head, From: "ci", CI: "GitLab CI", Refs: []tagger.Ref{{Kind: tagger.PullRequestRef, Name: "9"}}},
			ok:   true,
		},
		{
			name: "no commit",
			vars: map[string]string{"GITLAB_CI": "true"},
			want: tagger.Revision{From: "ci", CI: "GitLab CI"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			job, _, err := cienv.Detect(test.vars)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := job.Revision()
			if diff := cmp.Diff(test.want, got); diff != "" || ok != test.ok {
				t.Errorf("Revision: %t (-want +got):\n%s", ok, diff)
			}
		})
	}
}
