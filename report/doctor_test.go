package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/doctor"
	"github.com/hallmark-ci/hallmark/report"
)

// checks have each status, and texts that are too long for a line in each place.
func checks() []doctor.Check {
	arn := "arn:aws:ecr:eu-central-1:123456789012:repository/shop/api"
	return []doctor.Check{
		{Name: "commit", Status: doctor.OK, Found: "a1b2c3d on main, read by git"},
		{Name: "history", Status: doctor.Warning, Found: "this clone is shallow: Git tags and earlier commits may be missing", Mend: "give actions/checkout the line fetch-depth: 0"},
		{Name: "tags", Status: doctor.OK, Found: "latest (moves)"},
		{Name: "daemon", Status: doctor.OK, Found: "Docker 28.1.1 at unix:///var/run/docker.sock"},
		{Name: "caller", Status: doctor.OK, Found: "arn:aws:sts::123456789012:assumed-role/a-role-that-pushes/GitHubActions"},
		{Name: "clock", Status: doctor.Untried, Found: "ECR does not answer"},
		{
			Name: "mutability", Status: doctor.Missing, Found: `tag "latest" is meant to move, and repository "shop/api" is immutable: it would freeze at its first push`,
			Mend:    "take the rule out, or let the tag move",
			Command: "aws ecr put-image-tag-mutability --repository-name shop/api --image-tag-mutability IMMUTABLE_WITH_EXCLUSION --image-tag-mutability-exclusion-filters filterType=WILDCARD,filter='latest'",
		},
		{Name: "permissions", Status: doctor.Missing, Found: "ecr:BatchGetImage is denied", Actions: []string{"ecr:BatchGetImage"}, Mend: "allow it on " + arn},
	}
}

func TestDoctorDocument(t *testing.T) {
	document := report.NewDoctorDocument(checks())
	var text, colored, encoded bytes.Buffer
	for _, err := range []error{document.Write(&text, false), document.Write(&colored, true), report.JSON(&encoded, document)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "doctor.txt", text.Bytes())
	golden(t, "doctor.json", encoded.Bytes())
	documented(t, text.String())
	for line := range strings.Lines(text.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 && len(strings.Fields(line)) > 1 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if plain := strings.NewReplacer("\x1b[31m", "", "\x1b[32m", "", "\x1b[33m", "", "\x1b[36m", "", "\x1b[0m", "").Replace(colored.String()); plain != text.String() {
		t.Errorf("colour changes the text: %q", plain)
	}
}

// documented compares what docs/doctor.md shows with what is written.
func documented(t *testing.T, text string) {
	t.Helper()
	const begin, end = "<!-- checks -->\n", "<!-- end -->\n"
	file := filepath.Join("..", "docs", "doctor.md")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(data), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no place for checks", file)
	}
	want := before + begin + "```text\n" + text + "```\n" + end + after
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(want, string(data)); diff != "" {
		t.Errorf("%s is not what -update writes (-want +got):\n%s", file, diff)
	}
}

func TestDoctorDocumentForgesNoLines(t *testing.T) {
	var out bytes.Buffer
	hostile := "\x1b[31m\nmissing\r " + strings.Repeat("long ", 10) + "::set-output name=digest::x"
	document := report.NewDoctorDocument([]doctor.Check{{Name: "commit", Status: doctor.OK, Found: hostile, Mend: hostile, Command: hostile}})
	if err := document.Write(&out, false); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if text := strings.TrimSpace(line); strings.ContainsAny(line, "\x1b\r") || strings.HasPrefix(text, "::") || strings.HasPrefix(text, "missing") {
			t.Errorf("%q", line)
		}
	}
}
