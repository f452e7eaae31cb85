package tagger_test

import (
	"strings"
	"testing"

	"github.com/hallmark-ci/hallmark/report"
	"github.com/hallmark-ci/hallmark/tagger"
)

// Each kind of row answers in the form of its expectation. Fields that a row of ours leaves out are not asked for.

func (c conformanceCase) meta(t *testing.T, expected map[string]any) any {
	build, _ := c.build(t)
	d := build.Document
	out := map[string]any{"version": nil, "partial": []string{}, "latest": d.Latest, "tags": []string{}}
	var names []string
	for _, tag := range d.Tags {
		if !strings.HasPrefix(tag.Rule, "flavor ") {
			names = append(names, tag.Name)
		}
	}
	if len(names) > 0 {
		out["version"], out["partial"], out["tags"] = d.Version, names[1:], d.Lines()
	}
	for key, values := range map[string]map[string]string{"labels": d.Labels, "annotations": d.Annotations} {
		var lines []string
		for label, value := range values {
			lines = append(lines, label+"="+value)
		}
		out[key] = lines
	}
	for key := range out {
		if _, asked := expected[key]; !asked {
			delete(out, key)
		}
	}
	return out
}

func (c conformanceCase) outputs(t *testing.T, _ map[string]any) any {
	build, _ := c.build(t)
	return map[string]any{"json": build.Outputs()}
}

func (c conformanceCase) bake(t *testing.T, expected map[string]any) any {
	build, _ := c.build(t)
	out := map[string]any{
		"bake_tags": build.Bake("tags"), "bake_labels": build.Bake("labels"), "bake_annotations": build.Bake("annotations"),
		"bake": build.Bake("tags", "labels"),
	}
	for key := range out {
		if _, asked := expected[key]; !asked {
			delete(out, key)
		}
	}
	return out
}

func (c conformanceCase) joined(t *testing.T, _ map[string]any) any {
	build, _ := c.build(t)
	return map[string]any{"joined_tags": build.Joined()}
}

var invalid = map[string]any{"invalid": true}

func (c conformanceCase) parseTag(t *testing.T, _ map[string]any) any {
	var in struct{ Tag string }
	c.read(t, c.Inputs, &in)
	rule, err := tagger.ParseRule(in.Tag)
	if err != nil {
		return invalid
	}
	return map[string]any{"invalid": false, "tag": attributesOf(rule)}
}

func attributesOf(rule tagger.Rule) any {
	kind, attributes := rule.Attributes()
	return map[string]any{"type": kind, "attrs": attributes}
}

func (c conformanceCase) parseTags(t *testing.T, _ map[string]any) any {
	var in struct{ Tags []string }
	c.read(t, c.Inputs, &in)
	rules, err := tagger.ParseRules(in.Tags)
	if err != nil {
		return invalid
	}
	var out []any
	for _, rule := range tagger.ByPriority(rules) {
		out = append(out, attributesOf(rule))
	}
	return map[string]any{"invalid": false, "tags": out}
}

func (c conformanceCase) parseFlavor(t *testing.T, _ map[string]any) any {
	var in struct{ Flavor []string }
	c.read(t, c.Inputs, &in)
	f, err := tagger.ParseFlavor(append([]string{"latest=auto"}, in.Flavor...))
	if err != nil {
		return invalid
	}
	latest := string(f.Latest)
	if f.Latest == tagger.LatestNever {
		latest = "false"
	}
	return map[string]any{"invalid": false, "flavor": map[string]any{
		"latest": latest, "prefix": f.Prefix, "prefix_on_latest": f.PrefixLatest, "suffix": f.Suffix, "suffix_on_latest": f.SuffixLatest,
	}}
}

func (c conformanceCase) parseImages(t *testing.T, _ map[string]any) any {
	var in struct{ Images []string }
	c.read(t, c.Inputs, &in)
	var out []tagger.Image
	for _, line := range in.Images {
		images, err := tagger.ParseImageLine(line)
		if err != nil {
			return invalid
		}
		out = append(out, images...)
	}
	return map[string]any{"invalid": false, "images": out}
}

// readInputs splits inputs. What we have no input for stays as docker/metadata-action has it by default.
func (c conformanceCase) readInputs(t *testing.T, _ map[string]any) any {
	var in map[string]string
	c.read(t, c.Inputs, &in)
	out := map[string]any{"context": "workflow", "bake_target": report.DefaultTarget, "sep_tags": "\n", "sep_labels": "\n", "sep_annotations": "\n"}
	for _, key := range []string{"images", "tags", "flavor", "labels", "annotations"} {
		out[key] = append([]string{}, tagger.SplitLines(in[key])...)
	}
	for _, key := range []string{"bake-target", "sep-tags", "sep-labels", "sep-annotations"} {
		if in[key] != "" {
			out[strings.ReplaceAll(key, "-", "_")] = in[key]
		}
	}
	return out
}

// context is what a run without a rule knows: of the job, or of a work tree outside one.
func (c conformanceCase) context(t *testing.T, _ map[string]any) any {
	var in struct{ Context string }
	c.read(t, c.Inputs, &in)
	var r tagger.Revision
	if in.Context == "git" {
		name := strings.TrimPrefix(c.Git.Ref, "refs/heads/")
		r = tagger.Revision{Commit: c.Git.SHA, Time: c.Git.Commit, Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: name}}}
	} else {
		r = c.revision(t)
	}
	labels, _, err := r.Labels("", r.Time, []string{"ref=refs/heads/{{branch}}", "date={{commit_date 'YYYY-MM-DDTHH:mm:ss.SSS[Z]'}}"})
	if err != nil {
		t.Errorf("%s: %v", c.ID, err)
	}
	return map[string]any{"ref": labels["ref"], "sha": labels["org.opencontainers.image.revision"], "commit_date": labels["date"]}
}

func (c conformanceCase) rawPattern(t *testing.T, _ map[string]any) any {
	var in struct{ Pattern string }
	c.read(t, c.Inputs, &in)
	return map[string]any{"is_raw": tagger.IsRaw(in.Pattern)}
}
