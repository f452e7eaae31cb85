package report_test

import (
	"bytes"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/report"
	"github.com/hallmark-ci/hallmark/tagger"
)

// full is a result with every field set.
func full(t *testing.T) report.Result {
	t.Helper()
	dirty := false
	tags := report.NewTags(plan(t))
	tags[0].Written = true
	v := report.NewVerdict(gate.Verdict{
		Result: gate.Fail, Reasons: []string{"1 critical, at or above high"}, PolicySHA256: digest[7:], Counted: map[string]int{"critical": 1},
		Findings: []gate.Judged{
			{Decision: gate.Counts, Reason: "at or above high", Finding: gate.Finding{ID: "CVE-2023-37920", Package: "certifi", Version: "2022.12.7", FixedVersion: "2023.7.22", Fix: gate.HasFix, Severity: gate.Critical, Score: 9.8, Exploit: true, Platforms: []string{"linux/amd64"}, URL: "https://nvd.nist.gov/vuln/detail/CVE-2023-37920?a=1&b=<2>"}},
			{Decision: gate.Ignored, Finding: gate.Finding{ID: "X", Fix: gate.UnknownFix, Severity: ""}},
		},
	})
	v.Findings[0].Until = "2027-01-31"
	return report.Result{
		Schema: report.Schema, Command: "push", Status: report.Failed, ExitCode: 2,
		Repository: account + "/shop/api", Digest: digest, MediaType: "application/vnd.oci.image.index.v1+json", ImageID: digest,
		Platforms: []report.Platform{{Platform: "linux/amd64", Digest: digest}},
		Tags:      tags,
		Version:   "v1.2.3",
		Revision:  &report.Revision{Commit: commit, Short: commit[:7], Branch: "main", Tags: []string{"v1.2.3"}, Time: "2026-01-02T03:04:05Z", Source: "https://git.example.com/shop/api", Dirty: &dirty, Shallow: true, From: "git"},
		Upload:    &report.Upload{Bytes: 1, BytesTotal: 2, Requests: 3, Seconds: 1.5, Layers: []report.Layer{{Digest: digest, DiffID: digest, Size: 2, Action: "upload", Seconds: 0.25}}},
		Scan:      &report.Scan{Type: "enhanced", Status: "COMPLETE", CompletedAt: "2026-01-02T03:04:05Z", WaitedSeconds: 69.375, Polls: 8, Counts: map[string]int{"MEDIUM": 2, "CRITICAL": 1}},
		Verdict:   v,
		Error:     &report.Failure{Message: "the gate failed", Hint: "mend what counts", Code: "gate-failed"},
	}
}

func TestJSONOfResults(t *testing.T) {
	for file, document := range map[string]any{
		"result.golden.json":       full(t),
		"result_small.golden.json": report.Result{Schema: report.Schema, Command: "gate", Status: report.Error, ExitCode: 64, Error: &report.Failure{Message: "no image"}},
		"tags.golden.json": report.NewTagsDocument(tagger.Revision{Commit: commit, Branch: "main", Dirty: tagger.Dirty, From: "git"}, tagger.Derivation{
			Version: "v1.2.3", Latest: true,
			Tags:    []tagger.Tag{tag(t, "v1.2.3", "type=ref,event=tag", tagger.Version), tag(t, "latest", "flavor latest=auto", tagger.Moving)},
			Explain: []tagger.Explanation{{Rule: "type=ref,event=tag", Result: "v1.2.3", Why: "the Git tag"}},
		}, []string{"one/api", "two/api"}),
		"tags_small.golden.json": report.NewTagsDocument(tagger.Revision{}, tagger.Derivation{}, nil),
	} {
		var out bytes.Buffer
		if err := report.JSON(&out, document); err != nil {
			t.Fatal(err)
		}
		golden(t, file, out.Bytes())
	}
}

// A document is written into logs too, in which CI systems look for commands.
func TestJSONHoldsNoCommand(t *testing.T) {
	var out bytes.Buffer
	if err := report.JSON(&out, []string{"##[set-output name=x]y", "###", "#", "::error::x\n::error::y"}); err != nil {
		t.Fatal(err)
	}
	want := "[\n  \"#\\u0023[set-output name=x]y\",\n  \"#\\u0023#\",\n  \"#\",\n  \"::error::x\\n::error::y\"\n]\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

// full disks and closed pipes end so.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestJSONSaysWhatCannotBeWritten(t *testing.T) {
	if err := report.JSON(broken{}, report.Result{}); err == nil {
		t.Error("JSON to a broken writer says nothing")
	}
	var out bytes.Buffer
	if err := report.JSON(&out, math.NaN()); err == nil || out.Len() > 0 {
		t.Errorf("JSON of NaN: %v, %q", err, out.String())
	}
}

func TestNewRevision(t *testing.T) {
	yes, no := true, false
	tests := []struct {
		name     string
		revision tagger.Revision
		want     *report.Revision
	}{
		{"everything", tagger.Revision{Commit: commit, Branch: "main", Tags: []string{"v1"}, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600)), Source: "https://git.example.com/a", Dirty: tagger.Dirty, Shallow: true, From: "git"},
			&report.Revision{Commit: commit, Short: "0123456", Branch: "main", Tags: []string{"v1"}, Time: "2026-01-02T02:04:05Z", Source: "https://git.example.com/a", Dirty: &yes, Shallow: true, From: "git"}},
		{"clean", tagger.Revision{Commit: commit, Dirty: tagger.Clean, From: "git"}, &report.Revision{Commit: commit, Short: "0123456", Dirty: &no, From: "git"}},
		{"who knows", tagger.Revision{Commit: "0123", From: "ci"}, &report.Revision{Commit: "0123", Short: "0123", From: "ci"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, report.NewRevision(test.revision)); diff != "" {
				t.Errorf("NewRevision (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNewTags(t *testing.T) {
	steps := []registry.Step{
		{Tag: tag(t, "v1", "type=ref,event=tag", tagger.Version), Action: registry.Create, Reason: "new"},
		{Tag: tag(t, "edge", "type=edge", tagger.Moving), Action: registry.Move, Reason: "from " + digest, Current: registry.Image{Digest: digest}},
	}
	want := []report.Tag{
		{Name: "v1", Rule: "type=ref,event=tag", Action: "create", Reason: "new"},
		{Name: "edge", Rule: "type=edge", Moving: true, Action: "move", Reason: "from " + digest, PreviousDigest: digest},
	}
	if diff := cmp.Diff(want, report.NewTags(registry.Plan{Steps: steps})); diff != "" {
		t.Errorf("NewTags (-want +got):\n%s", diff)
	}
}

func TestTagsDocumentLines(t *testing.T) {
	d := tagger.Derivation{Tags: []tagger.Tag{tag(t, "v1", "", tagger.Version), tag(t, "v2", "", tagger.Version)}}
	if diff := cmp.Diff([]string{"v1", "v2"}, report.NewTagsDocument(tagger.Revision{}, d, nil).Lines()); diff != "" {
		t.Errorf("Lines (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a:v1", "a:v2", "b:v1", "b:v2"}, report.NewTagsDocument(tagger.Revision{}, d, []string{"a", "b"}).Lines()); diff != "" {
		t.Errorf("Lines (-want +got):\n%s", diff)
	}
}
