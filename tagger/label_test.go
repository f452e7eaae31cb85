package tagger_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/tagger"
)

func TestRevisionLabels(t *testing.T) {
	r := branch("main")
	r.Source = "https://git.example.com/shop/api"
	r.Time = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	labels, idle, err := r.Labels("v1", r.Time, []string{
		"a=b=c", `"quoted=a, b"`, "org.opencontainers.image.title={{branch}}", "nothing", "# none", "empty=", "=x", "at={{commit_date 'YYYY'}}", "a=last",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"a": "last", "quoted": "a, b", "empty": "", "at": "2026",
		"org.opencontainers.image.title":       "main",
		"org.opencontainers.image.description": "",
		"org.opencontainers.image.licenses":    "",
		"org.opencontainers.image.url":         "https://git.example.com/shop/api",
		"org.opencontainers.image.source":      "https://git.example.com/shop/api",
		"org.opencontainers.image.revision":    commit,
		"org.opencontainers.image.version":     "v1",
		"org.opencontainers.image.created":     "2026-01-02T03:04:05.000Z",
	}
	if diff := cmp.Diff(want, labels); diff != "" {
		t.Errorf("Labels (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"nothing", "=x"}, idle); diff != "" {
		t.Errorf("idle lines (-want +got):\n%s", diff)
	}
}

func TestRevisionLabelsRefuses(t *testing.T) {
	for line, problem := range map[string]string{
		"a={{nope}}":              "unknown expression {{nope}} at column 3",
		"a={{date 'YYYY'}}":       "the time of the run is not known",
		`"a=b"c`:                  "a comma must follow the quote",
		`"a=b",c`:                 "quoted as a whole or not at all",
		"a={{date 'Y' tz='X/Y'}}": `unknown time zone "X/Y"`,
	} {
		if labels, _, err := branch("main").Labels("", time.Time{}, []string{line}); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("Labels(%q) = %v, %v, want %q", line, labels, err, problem)
		}
	}
}

func TestParseImages(t *testing.T) {
	tests := []struct{ name, lines, want string }{
		{"a name", "name/foo", "name/foo"},
		{"names with a comma", "name/foo,ghcr.io:443/name/Bar", "name/foo ghcr.io:443/name/bar"},
		{"names on lines", "name/foo\n# none\n\n  name/bar", "name/foo name/bar"},
		{"one that is switched off", "name/foo,enable=false\nname=name/bar,enable=true", "name/bar"},
		{"the last of several names", "name/foo,name=name/bar,enable=true", "name/bar"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := tagger.ParseImages([]string{test.lines})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Fields(test.want), got); diff != "" {
				t.Errorf("ParseImages(%q) (-want +got):\n%s", test.lines, diff)
			}
		})
	}
}

func TestParseImagesRefuses(t *testing.T) {
	for line, problem := range map[string]string{
		"value=name/foo":       `unknown key "value" at column 1`,
		"name/foo,enable=bar":  `enable is "bar"`,
		"name/foo,enabel=true": `unknown key "enabel" at column 10, did you mean enable?`,
		"name=,enable=true":    `column 1: "" is no name of an image`,
		"enable=true":          "name is missing",
		"name/foo:tag":         `"name/foo:tag" is no name of an image`,
		"a b":                  `"a b" is no name of an image`,
		"-x":                   `"-x" is no name of an image`,
	} {
		if got, err := tagger.ParseImages([]string{line}); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("ParseImages(%q) = %q, %v, want %q", line, got, err, problem)
		}
	}
}
