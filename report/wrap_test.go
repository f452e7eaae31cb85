package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/report"
)

func TestMessagesFitTheTerminal(t *testing.T) {
	const letMove = "take the rule out, or let the tag move: aws ecr put-image-tag-mutability --repository-name shop/api --image-tag-mutability " +
		"IMMUTABLE_WITH_EXCLUSION --image-tag-mutability-exclusion-filters filterType=WILDCARD,filter='a  b'"
	tests := []struct {
		name    string
		columns int
		say     func(*report.Text)
		want    string
	}{
		{"an error is broken at words", 40, func(t *report.Text) { t.Error("read image layout somewhere: no such file or directory", "") }, `
hallmark: read image layout somewhere:
    no such file or directory
`},
		{"the lines of a list stay in", 40, func(t *report.Text) { t.Error("no rule gives a tag\n  type=ref,event=pr: this is no pull request", "") }, `
hallmark: no rule gives a tag
hallmark:   type=ref,event=pr: this is
    no pull request
`},
		{"a warning is broken at words", 40, func(t *report.Text) { t.Warn("every finding counts as %s", "new: the baseline is an image") }, `
hallmark: warning: every finding counts
    as new: the baseline is an image
`},
		{"a word that is too long stays whole", 40, func(t *report.Text) { t.Error("open "+strings.Repeat("deep/", 8)+": not there", "") }, `
hallmark: open
    deep/deep/deep/deep/deep/deep/deep/deep/:
    not there
`},
		{"a command that fits a line has one", 60, func(t *report.Text) {
			t.Error("denied", "save one with: aws ecr get-lifecycle-policy --repository-name NAME")
		}, `
hallmark: denied
hallmark: hint: save one with:
    aws ecr get-lifecycle-policy --repository-name NAME
`},
		{"what comes after a command goes on under it", 60, func(t *report.Text) {
			t.Error("denied", "try: aws sts get-caller-identity; in GitHub Actions let another step come before this one")
		}, `
hallmark: denied
hallmark: hint: try:
    aws sts get-caller-identity;
    in GitHub Actions let another step come before this one
`},
		{"a longer command goes on as a shell takes it", 80, func(t *report.Text) { t.Error("refused", letMove) }, `
hallmark: refused
hallmark: hint: take the rule out, or let the tag move:
    aws ecr put-image-tag-mutability --repository-name shop/api \
      --image-tag-mutability IMMUTABLE_WITH_EXCLUSION \
      --image-tag-mutability-exclusion-filters filterType=WILDCARD,filter='a  b'
`},
		{"a line for a file stays whole", 60, func(t *report.Text) {
			t.Error("failed", "add to ignore in .hallmark.yaml:\n  - {id: CVE-2023-45853, package: zlib, reason: WHY}")
		}, `
hallmark: failed
hallmark: hint: add to ignore in .hallmark.yaml:
    - {id: CVE-2023-45853, package: zlib, reason: WHY}
`},
		{"no line of a message begins as a command to the runner", 40, func(t *report.Text) { t.Error("answered this and then it said: ::error::x", "") }, `
hallmark: answered this and then it
    said: ::error::x
`},
		{"without a terminal a line stays whole", 0, func(t *report.Text) { t.Error(strings.Repeat("word ", 40)+"end", letMove) },
			"\nhallmark: " + strings.Repeat("word ", 40) + "end\nhallmark: hint: " + letMove + "\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			test.say(&report.Text{W: &out, Columns: test.columns})
			if diff := cmp.Diff(test.want, "\n"+out.String()); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
		})
	}
}

func TestColorsOfAMessageEndWithItsLines(t *testing.T) {
	var out bytes.Buffer
	(&report.Text{W: &out, Columns: 40, Color: true}).Error("read image layout somewhere: no such file", "")
	want := "hallmark: \x1b[31mread image layout somewhere:\x1b[0m\n\x1b[31m    no such file\x1b[0m\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("Error (-want +got):\n%s", diff)
	}
}
