package lifecycle_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

func TestParse(t *testing.T) {
	got, err := lifecycle.Parse([]byte(`{"rules": [
  {"rulePriority": 20, "selection": {"tagStatus": "any", "storageClass": "archive", "countType": "sinceImageTransitioned", "countUnit": "days", "countNumber": 90}, "action": {"type": "expire"}},
  {"rulePriority": 10, "description": "releases", "selection": {"tagStatus": "tagged", "tagPrefixList": ["v", "r"], "countType": "imageCountMoreThan", "countNumber": 5},
   "action": {"type": "transition", "targetStorageClass": "archive"}}
]}`))
	want := lifecycle.Policy{Rules: []lifecycle.Rule{
		{Position: lifecycle.Position{Line: 3, Column: 3}, Priority: 10, Description: "releases", Tags: lifecycle.Tagged, Prefixes: []string{"v", "r"},
			Class: lifecycle.Standard, Count: lifecycle.MoreThan, Number: 5, Effect: lifecycle.Transition},
		{Position: lifecycle.Position{Line: 2, Column: 3}, Priority: 20, Tags: lifecycle.Any,
			Class: lifecycle.Archive, Count: lifecycle.SinceTransitioned, Number: 90, Effect: lifecycle.Expire},
	}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Parse: %v (-want +got):\n%s", err, diff)
	}
}

// Every fault is told with its place, and all of them at once.
func TestParseRefusesWhatECRRefuses(t *testing.T) {
	one := func(selection string) string { return "{\"rules\": [\n" + rule(1, selection, "expire") + "]}" }
	for _, c := range []struct {
		name, text string
		want       []string // place: text | hint
	}{
		{"nothing", " \n", []string{`1:1: it is empty`}},
		{"no JSON", "{\"rules\": [\n  {\"rulePriority\": 1,}\n]}", []string{`2:22: it is no JSON: invalid character '}' looking for beginning of object key string`}},
		{"half of it", "{\"rules\":\n [", []string{`2:2: it is no JSON: unexpected end of JSON input`}},
		{"more after it", "{}\n{}", []string{`2:1: it is no JSON: invalid character '{' after top-level value`}},
		{"bytes that are no UTF-8", "{\n \"é\xff\"", []string{`2:4: it is not UTF-8`}},
		{"depth", strings.Repeat("[", 30) + strings.Repeat("]", 30), []string{`1:10: it is nested deeper than any policy`}},
		{"length", `{"rules": "` + strings.Repeat("é", 30_720) + `"}`, []string{`1:1: it has 30733 characters, and ECR takes 30720`}},
		{"another kind", `[]`, []string{`1:1: the policy is a list: want an object`}},
		{"a key of another name", `{"Rules": []}`, []string{`1:1: the policy has no rules`, `1:2: the policy: unknown key "Rules" | did you mean "rules"`}},
		{"no rules", `{"rules": []}`, []string{`1:11: there are 0 rules, and ECR takes 1 to 50`}},
		{"rules of another kind", `{"rules": {}}`, []string{`1:11: rules is an object: want a list`}},
		{"a rule of another kind", `{"rules": [null]}`, []string{`1:12: rules[0] is null: want an object`}},
		{"what a rule lacks", `{"rules": [{"rulePriority": 1}]}`, []string{`1:12: rules[0] has no selection`, `1:12: rules[0] has no action`}},
		{"a key twice", `{"rules": [{"rulePriority": 1, "rulePriority": 2, "selection": {}, "action": {}}]}`, []string{
			`1:32: rules[0]: "rulePriority" stands twice`, `1:64: selection has no tagStatus`, `1:64: selection has no countType`,
			`1:64: selection has no countNumber`, `1:78: action has no type`,
		}},
		{"a key that is misspelt", one(`"tagStatus": "untagged", "countTyp": "imageCountMoreThan", "countNumber": 1`), []string{
			`2:34: selection has no countType`, `2:60: selection: unknown key "countTyp" | did you mean "countType"`,
		}},
		{"words that are misspelt", one(`"tagStatus": "Untagged", "countType": "sinceImagePush", "countUnit": "day", "countNumber": 1`), []string{
			`2:48: tagStatus is "Untagged" | did you mean "untagged"`, `2:73: countType is "sinceImagePush" | did you mean "sinceImagePushed"`,
			`2:104: countUnit is "day" | did you mean "days"`,
		}},
		{"numbers", one(`"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 0`), []string{`2:110: countNumber is 0: want 1 or more`}},
		{"a fraction", one(`"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 1.5`), []string{`2:110: countNumber is 1.5: want a whole number of at most 2147483647`}},
		{"a number as text", one(`"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": "1"`), []string{`2:110: countNumber is a text: want a whole number`}},
		{"tagged without a list", one(`"tagStatus": "tagged"` + keeps(1)), []string{`2:34: tagStatus "tagged" needs a tagPatternList or a tagPrefixList | every tag is meant by "tagPatternList": ["*"]`}},
		{"both lists", one(tagged(`"v*"`) + `, "tagPrefixList": ["v"]` + keeps(1)), []string{`2:84: tagPrefixList stands beside tagPatternList: ECR takes one of them | prefixes are patterns that end in *`}},
		{"a list for untagged images", one(untagged + `, "tagPatternList": ["v*"]` + keeps(1)), []string{`2:60: tagPatternList goes with tagStatus "tagged" only`}},
		{"a prefix list for any image", one(anyTag + `, "tagPrefixList": ["v"]` + keeps(1)), []string{`2:55: tagPrefixList goes with tagStatus "tagged" only`}},
		{"an empty list", one(`"tagStatus": "tagged", "tagPatternList": []` + keeps(1)), []string{`2:76: tagPatternList wants a list of one text or more`}},
		{"a list of numbers", one(tagged(`"v*", 1`) + keeps(1)), []string{`2:83: tagPatternList holds a number: want texts`}},
		{"wildcards", one(tagged(`"*test*1*2*3", "test*1*2*3*4*5*6"`) + keeps(1)), []string{`2:92: "test*1*2*3*4*5*6" has 6 wildcards, and ECR takes 4`}},
		{"a unit for a count of images", one(untagged + `, "countUnit": "days"` + keeps(1)), []string{`2:60: countUnit stands beside imageCountMoreThan, which counts images | leave it out`}},
		{"days without a unit", one(untagged + `, "countType": "sinceImagePushed", "countNumber": 1`), []string{`2:34: sinceImagePushed needs a countUnit | add "countUnit": "days"`}},
		{"an expiry by the last pull", one(anyTag + since("Pulled", 90)), []string{
			`2:139: sinceImagePulled goes with the action "transition" only | archive by the last pull, and expire what is archived by sinceImageTransitioned`,
		}},
		{"the archive without its class", one(anyTag + since("Transitioned", 90)), []string{`2:34: sinceImageTransitioned needs the storageClass "archive" | add "storageClass": "archive"`}},
		{"the archive with the other class", one(anyTag + `, "storageClass": "standard"` + since("Transitioned", 90)), []string{`2:71: sinceImageTransitioned goes with the storageClass "archive" only`}},
		{"a count in the archive", one(anyTag + `, "storageClass": "archive"` + keeps(1)), []string{`2:71: imageCountMoreThan goes with the storageClass "standard" only`}},
		{"too few days in the archive", one(anyTag + `, "storageClass": "archive"` + since("Transitioned", 89)), []string{`2:157: countNumber is 89, and an image is archived for 90 days at least`}},
		{"a transition without a target", `{"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any"` + keeps(1) + `}, "action": {"type": "transition"}}]}`, []string{
			`1:130: action "transition" has no targetStorageClass | add "targetStorageClass": "archive"`,
		}},
		{"an expiry with a target", `{"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any"` + keeps(1) + `}, "action": {"type": "expire", "targetStorageClass": "archive"}}]}`, []string{
			`1:149: targetStorageClass goes with the action "transition" only`,
		}},
		{"one priority twice", text(rule(1, tagged(`"a"`)+keeps(1), "expire"), rule(1, tagged(`"b"`)+keeps(1), "expire")), []string{`2:1: rulePriority 1 stands twice`}},
		{"any that is not the last", text(rule(1, anyTag+keeps(1), "expire"), rule(2, untagged+keeps(1), "expire"), rule(3, tagged(`"b"`)+keeps(1), "expire")), []string{
			`1:12: rule 1 is for any image and must come last: after rule 3 | give it a rulePriority above 3`,
		}},
		{"two rules for untagged images", text(rule(1, untagged+keeps(1), "expire"), rule(2, untagged+keeps(2), "expire")), []string{
			`2:1: rules 1 and 2 are both for untagged images, and ECR takes one`,
		}},
		{"prefixes that are not unique", text(rule(1, `"tagStatus": "tagged", "tagPrefixList": ["a", "b"]`+keeps(1), "expire"), rule(2, `"tagStatus": "tagged", "tagPrefixList": ["b", "a"]`+keeps(2), "expire")), []string{
			`2:1: rules 1 and 2 have the same prefixes: "b" and "a"`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := lifecycle.Parse([]byte(c.text))
			var invalid *lifecycle.InvalidError
			if !errors.As(err, &invalid) {
				t.Fatalf("Parse: %v", err)
			}
			var got []string
			for _, p := range invalid.Problems {
				line := p.String()
				if p.Hint != "" {
					line += " | " + p.Hint
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("Parse(%s) (-want +got):\n%s", c.text, diff)
			}
		})
	}
}

func TestParseTakesAsManyRulesAsECR(t *testing.T) {
	var rules []string
	for n := range 51 {
		rules = append(rules, rule(n+1, tagged(fmt.Sprintf(`"v%d.*"`, n))+keeps(1), "expire"))
	}
	if _, err := lifecycle.Parse([]byte(text(rules[:50]...))); err != nil {
		t.Errorf("50 rules: %v", err)
	}
	if _, err := lifecycle.Parse([]byte(text(rules...))); err == nil || err.Error() != "1:11: there are 51 rules, and ECR takes 1 to 50" {
		t.Errorf("51 rules: %v", err)
	}
}

// Whatever a file holds, it is a policy that can be linted and simulated, or faults with their places.
func FuzzParse(f *testing.F) {
	f.Add([]byte(text(rule(1, tagged(`"v*"`)+keeps(1), "expire"), rule(2, anyTag+since("Pulled", 1), "archive"))))
	f.Add([]byte(`{"rules": [{"rulePriority": 1e0, "selection": {"tagStatus": "tagged", "tagPrefixList": [""]}}]}`))
	f.Add([]byte("{\"rules\": [\n{\"a\": [[]], \"a\": {}}, null, \"\\ud800\"]}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := lifecycle.Parse(data)
		if err == nil {
			images := []lifecycle.Image{image("A", 3, "v1"), image("B", 200)}
			lifecycle.Lint(p, lifecycle.Facts{Images: images})
			if got := lifecycle.Simulate(p, images, now); len(got) != 2 {
				t.Errorf("2 images have %d outcomes", len(got))
			}
			return
		}
		var invalid *lifecycle.InvalidError
		if !errors.As(err, &invalid) || len(invalid.Problems) == 0 {
			t.Fatalf("Parse: %v", err)
		}
		lines := strings.Count(string(data), "\n") + 1
		for _, problem := range invalid.Problems {
			if at := problem.Position; at.Line < 1 || at.Column < 1 || at.Line > lines {
				t.Errorf("a fault at %s of %d lines: %s", at, lines, problem.Text)
			}
		}
	})
}
