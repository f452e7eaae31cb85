package tagger_test

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/report"
	"github.com/hallmark-ci/hallmark/tagger"
	"github.com/hallmark-ci/hallmark/tagger/cienv"
)

// ownRows are rows of our own in the form of the table; others are named by the variable HALLMARK_CONFORMANCE.
const ownRows = "testdata/conformance.json"

// deviations are rows of docker/metadata-action's that are answered otherwise on purpose, with the reason. docs/tags.md lists them.
var deviations = map[string]string{
	"own/branch/-x":           beginning,
	"own/branch/.x":           beginning,
	"own/template/}}{{sha}}{": beginning,
	"own/branch/日本":           "a branch of which no tag can be made gives none, with the reason",
	"own/branch/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": "a name beyond 128 characters is cut, with a hash of the whole",
	"own/flavor/expression on latest":                     "expressions of a flavor are filled on latest too",
	"own/flavor/latest twice":                             "latest is listed once",
	"own/date/2011-12-30T10:00:00.000Z Pacific/Apia DDDD": "the day of the year is the calendar's, also where a zone left a day out",
}

const beginning = "what no tag begins with is cut off"

// conformanceCase is a row: what docker/metadata-action does with inputs in a job.
type conformanceCase struct {
	ID        string            `json:"id"`
	Kind      string            `json:"kind"`
	Env       map[string]string `json:"event_env"`
	Payload   map[string]any    `json:"payload"`
	Effective struct{ Ref, SHA string }
	Repo      map[string]any `json:"repo"`
	Git       gitState       `json:"git_state"`
	Clock     struct {
		Now    time.Time
		Commit time.Time `json:"commit_date"`
	}
	Inputs   json.RawMessage
	Levels   []string `json:"annotation_levels"`
	Expected json.RawMessage
}

// gitState is what a work tree says in rows about one.
type gitState struct {
	Ref    string    `json:"ref"`
	SHA    string    `json:"sha"`
	Commit time.Time `json:"commit_date"`
}

// inputs are those of rows about a whole run.
type inputs struct {
	Images, Tags, Flavor, Labels, Annotations []string
	SepTags, BakeTarget                       string
}

// TestConformance scores the rows by the rules of the table's README: tags, version and latest in order, labels as a map.
func TestConformance(t *testing.T) {
	file := os.Getenv("HALLMARK_CONFORMANCE")
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		file = filepath.Join(file, "metadata-action-cases.json")
	}
	if file == "" {
		file = ownRows
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var cases []conformanceCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	met, otherwise := 0, 0
	for _, c := range cases {
		want, got := c.run(t)
		diff := cmp.Diff(want, got)
		switch reason, deviates := deviations[c.ID]; {
		case diff == "" && deviates:
			t.Errorf("%s deviates no more: %s", c.ID, reason)
		case diff == "":
			met++
		case deviates:
			otherwise++
		default:
			t.Errorf("%s (-docker/metadata-action +hallmark):\n%s", c.ID, diff)
		}
	}
	t.Logf("conformance: %d of %d rows of %s, and %d listed deviations", met, len(cases), file, otherwise)
	if len(cases) == 0 {
		t.Error("no rows")
	}
}

// run works a row out and returns what is wanted and what came of it, in the same form.
func (c conformanceCase) run(t *testing.T) (want, got any) {
	var expected map[string]any
	c.read(t, c.Expected, &expected)
	runs := map[string]func(*testing.T, map[string]any) any{
		"meta": c.meta, "json": c.outputs, "bake": c.bake, "joined-tags": c.joined,
		"parse-tag": c.parseTag, "parse-tags-sorted": c.parseTags, "parse-flavor": c.parseFlavor, "parse-images": c.parseImages,
		"read-inputs": c.readInputs, "context": c.context, "is-raw-pattern": c.rawPattern,
	}
	run, known := runs[c.Kind]
	if !known {
		t.Fatalf("%s: unknown kind %q", c.ID, c.Kind)
	}
	return sortLabels(expected), sortLabels(plain(t, run(t, expected)))
}

func (c conformanceCase) read(t *testing.T, data []byte, to any) {
	t.Helper()
	if err := json.Unmarshal(data, to); err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
}

// plain is a document as its JSON reads back.
func plain(t *testing.T, document any) any {
	data, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// sortLabels sorts lists of labels and annotations, which docker/metadata-action has in the order of a locale.
func sortLabels(document any) any {
	fields, ok := document.(map[string]any)
	if !ok {
		return document
	}
	for key, value := range fields {
		if list, ok := value.([]any); ok && (key == "labels" || key == "annotations") {
			slices.SortFunc(list, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
		}
		sortLabels(value)
	}
	return fields
}

// revision is what the job of the row and a work tree at its commit say.
func (c conformanceCase) revision(t *testing.T) tagger.Revision {
	t.Helper()
	repository, _ := c.Payload["repository"].(map[string]any)
	merged := maps.Clone(repository)
	if merged == nil {
		merged = map[string]any{}
	}
	for _, key := range []string{"name", "description", "html_url", "license"} { // what the action asks the API for
		if value, ok := c.Repo[key]; ok {
			merged[key] = value
		}
	}
	payload := maps.Clone(c.Payload)
	if payload == nil {
		payload = map[string]any{}
	}
	payload["repository"] = merged
	data, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	vars := map[string]string{}
	maps.Copy(vars, c.Env)
	vars["GITHUB_ACTIONS"], vars["GITHUB_EVENT_PATH"] = "true", file
	job, found, err := cienv.Detect(vars)
	if err != nil || !found {
		t.Fatalf("%s: Detect: %t, %v", c.ID, found, err)
	}
	tree := tagger.Revision{Commit: c.Effective.SHA, Now: c.Clock.Now, Time: c.Clock.Commit}
	if tree.Commit == "" {
		tree.Commit = c.Env["GITHUB_SHA"]
	}
	r, _ := job.Apply(tree, "merge")
	return r
}

// build runs a whole row, with docker/metadata-action's defaults in place of ours.
func (c conformanceCase) build(t *testing.T) (report.Build, tagger.Revision) {
	t.Helper()
	var in inputs
	c.read(t, c.Inputs, &in)
	if len(in.Tags) == 0 {
		in.Tags = []string{"type=schedule", "type=ref,event=branch", "type=ref,event=tag", "type=ref,event=pr"}
	}
	rules, err := tagger.ParseRules(in.Tags)
	if err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	flavor, err := tagger.ParseFlavor(append([]string{"latest=auto"}, in.Flavor...))
	if err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	images, err := tagger.ParseImages(in.Images)
	if err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	r := c.revision(t)
	d, err := tagger.Derive(r, rules, flavor)
	var none *tagger.NoTagsError
	if err != nil && !errors.As(err, &none) {
		t.Errorf("%s: %v", c.ID, err)
	}
	build := report.Build{Document: report.NewTagsDocument(r, d, images), Images: images, Levels: c.Levels, Target: in.BakeTarget, Separator: in.SepTags}
	if build.Document.Labels, _, err = r.Labels(d.Version, c.Clock.Now, in.Labels); err != nil {
		t.Errorf("%s: %v", c.ID, err)
	}
	if build.Document.Annotations, _, err = r.Labels(d.Version, c.Clock.Now, in.Annotations); err != nil {
		t.Errorf("%s: %v", c.ID, err)
	}
	return build, r
}
