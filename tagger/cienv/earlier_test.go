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

func TestEarlierCommits(t *testing.T) {
	const before = "4444444444444444444444444444444444444444"
	zeros, long := strings.Repeat("0", 40), strings.Repeat("5", 64)
	github := func(event string) map[string]string {
		return map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event, "GITHUB_SHA": head}
	}
	gitlab := func(before, target, base string) map[string]string {
		return map[string]string{"GITLAB_CI": "true", "CI_COMMIT_SHA": head, "CI_COMMIT_BEFORE_SHA": before,
			"CI_MERGE_REQUEST_TARGET_BRANCH_SHA": target, "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
	}
	tests := []struct {
		name    string
		vars    map[string]string
		payload string
		want    []string
	}{
		{"of a push on GitHub", github("push"), `{"before":"` + before + `"}`, []string{before}},
		{"of a push of a new branch on GitHub", github("push"), `{"before":"` + zeros + `"}`, nil},
		{"of a pull request on GitHub", github("pull_request"), `{"pull_request":{"head":{"sha":"` + head + `"},"base":{"sha":"` + base + `"}}}`, []string{base}},
		{"of a pull request on GitHub that was pushed to", github("pull_request"), `{"before":"` + before + `","pull_request":{"base":{"sha":"` + base + `"}}}`, []string{before, base}},
		{"of an event on GitHub that tells something else", github("repository_dispatch"), `{"before":{"at":"noon"}}`, nil},
		{"of an event on GitHub that tells none", github("schedule"), `{}`, nil},
		{"that are no commits", github("push"), `{"before":"refs/heads/main"}`, nil},
		{"of a push on GitLab", gitlab(before, "", ""), "", []string{before}},
		{"of a push on GitLab, by SHA-256", gitlab(long, "", ""), "", []string{long}},
		{"of a new branch on GitLab", gitlab(zeros, "", ""), "", nil},
		{"of a merge request on GitLab", gitlab(zeros, "", base), "", []string{base}},
		{"of merged results on GitLab", gitlab(zeros, before, base), "", []string{before, base}},
		{"of merged results on GitLab with one commit for both", gitlab(zeros, base, base), "", []string{base}},
		{"of SHA-256 zeros", gitlab(strings.Repeat("0", 64), "", ""), "", nil},
	}
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
			got, _ := job.Apply(tagger.Revision{Commit: head}, "head")
			if diff := cmp.Diff(test.want, got.Earlier); diff != "" {
				t.Errorf("Earlier (-want +got):\n%s", diff)
			}
		})
	}
}
