package tagger_test

import (
	"strings"
	"testing"

	"github.com/hallmark-ci/hallmark/tagger"
)

func TestParseRuleRefuses(t *testing.T) {
	tests := []struct{ name, line, problem string }{
		{"an unknown type", "type=shaa", `unknown type "shaa" at column 1, did you mean sha?`},
		{"an unknown key", "type=sha,formt=long", `unknown key "formt" at column 10 for type sha, did you mean format?`},
		{"a key of another type", "type=raw,value=x,event=branch", `unknown key "event"`},
		{"a missing pattern", "type=semver", "pattern is missing"},
		{"an unknown field of a version", "type=semver,pattern={{mayor}}", "unknown expression {{mayor}} at column 21, did you mean major?"},
		{"a missing value", "type=raw", "value is missing"},
		{"an unknown expression", "type=raw,value=x-{{brnch}}", "unknown expression {{brnch}} at column 18, did you mean branch?"},
		{"an expression that is not closed", "type=raw,value={{branch", "not closed"},
		{"a bad event", "type=ref,event=tags", `event is "tags"`},
		{"a missing event", "type=ref", `event is ""`},
		{"a bad format", "type=sha,format=medium", `format is "medium"`},
		{"a pattern that looks around", "type=match,pattern=v(?=1)", "pattern: column 21: (?= looks around"},
		{"a pattern that looks behind", "type=match,pattern=(?<!v)1", "pattern: column 20: (?<! looks around"},
		{"a pattern that refers back", `type=match,pattern=(a)\1`, `pattern: column 23: \1 refers back`},
		{"a pattern with an unknown flag", "type=match,pattern=/a/iy", `unknown flag "y"`},
		{"a match without a pattern", "type=match", "pattern is missing"},
		{"a group that is no number", "type=match,pattern=a,group=x", `group "x" is no number`},
		{"a negative group", "type=match,pattern=a,group=-1", `group "-1" is no number`},
		{"an expression a schedule does not have", "type=schedule,pattern={{branch}}", "unknown expression {{branch}} at column 23, known are date, commit_date"},
		{"a tag-prefix of a branch", "type=ref,event=branch,tag-prefix=a", "tag-prefix is for event=tag"},
		{"a bad unique", "type=sha,unique=yes", `unique is "yes"`},
		{"a line that is too long", "type=raw,value=" + strings.Repeat("x", 5000), "4096 is the most a line may have"},
		{"a bad priority", "type=sha,priority=high", `priority "high" is no whole number`},
		{"a bad enable", "type=sha,enable=yes", `enable is "yes"`},
		{"a bad moving", "type=sha,moving=maybe", `moving is "maybe"`},
		{"a pattern that does not compile", "type=semver,pattern={{version}},match=(", "match: column 39: missing closing ): ("},
		{"a pattern that would take for ever", "type=match,pattern=(a{1000}){1000}", "pattern: column 20: invalid repeat count: {1000}"},
		{"a pattern that looks ahead in a quoted field", `type=match,"pattern=v(?!1),2"`, "pattern: column 22: (?! looks around, which no expression here can do: match more"},
		{"a pattern that repeats nothing", "type=match,pattern=/v**/i", "pattern: column 22: invalid nested repetition operator: **"},
		{"a pattern with flags that looks around", "type=match,pattern=/v(?=1)/", "pattern: column 22: (?= looks around"},
		{"an unknown expression in a quoted field", `type=raw,"value=""a"",{{brnch}}"`, "unknown expression {{brnch}} at column 23"},
		{"an unknown expression behind letters of other scripts", "type=raw,prefix=日本,value=grün{{brnch}}", "unknown expression {{brnch}} at column 30"},
		{"an unknown expression in a block of an indented value", "type=raw, value = {{#if tag}}{{nope}}{{/if}}", "at column 30"},
		{"a quote that is not closed", `type=raw,"value=a`, "the quote at column 10 is not closed"},
		{"a quote inside a field", `type=raw,value="a,b"`, `a quote behind the equals sign at column 10: a field is quoted as a whole, "value=…"`},
		{"a quote that ends early", `type=raw,"value=a"b`, "a comma must follow the quote"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := tagger.ParseRule(test.line)
			if err == nil || !strings.Contains(err.Error(), test.problem) {
				t.Errorf("ParseRule(%q): %v, want %q", test.line, err, test.problem)
			}
		})
	}
}

func TestParseRulesTellsAllErrors(t *testing.T) {
	_, err := tagger.ParseRules([]string{"type=shaa", "type=raf"})
	if err == nil || !strings.Contains(err.Error(), "shaa") || !strings.Contains(err.Error(), "raf") {
		t.Errorf("ParseRules: %v", err)
	}
}

func TestParseFlavorRefuses(t *testing.T) {
	tests := []struct{ line, problem string }{
		{"latest=maybe", `latest is "maybe"`},
		{"prefx=a", `unknown key "prefx" at column 1, did you mean prefix?`},
		{"prefix=a,onlatest=yes", `onlatest is "yes"`},
		{"prefix={{nope}}", "unknown expression {{nope}} at column 8"},
		{`suffix=a,"prefix=""{{nope}}"`, "unknown expression {{nope}} at column 20"},
		{`"prefix=a`, "the quote at column 1 is not closed"},
	}
	for _, test := range tests {
		t.Run(test.line, func(t *testing.T) {
			f, err := tagger.ParseFlavor([]string{test.line})
			if err == nil || !strings.Contains(err.Error(), test.problem) {
				t.Errorf("ParseFlavor(%q) = %+v, %v, want %q", test.line, f, err, test.problem)
			}
		})
	}
}

func TestParseTag(t *testing.T) {
	hex := strings.Repeat("a", 64)
	tests := []struct {
		name, tag string
		valid     bool
	}{
		{"one letter", "a", true},
		{"an underscore first", "_a", true},
		{"128 characters", strings.Repeat("a", 128), true},
		{"129 characters", strings.Repeat("a", 129), false},
		{"empty", "", false},
		{"a dash first", "-a", false},
		{"a dot first", ".a", false},
		{"a slash", "a/b", false},
		{"a newline at the end", "a\n", false},
		{"a letter beyond ASCII", "ä", false},
		{"the name of a referrer", "sha256-" + hex, false},
		{"the name of a signature", "sha256-" + hex + ".sig", false},
		{"short of such a name", "sha256-" + hex[1:], true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tag, err := tagger.ParseTag(test.tag)
			if (err == nil) != test.valid || test.valid && tag.String() != test.tag {
				t.Errorf("ParseTag(%q) = %q, %v; valid should be %t", test.tag, tag, err, test.valid)
			}
		})
	}
}

// Whatever a line holds, it is refused or gives tags that a registry takes.
func FuzzParseRule(f *testing.F) {
	for _, line := range []string{"type=sha", `type=raw,"value=a,b"`, "type=semver,pattern={{version}},match=v(.*)", `"""`, "type=raw,value={{{{}}", ",,,=", "type=ref,event=branch,prefix={{sha}}"} {
		f.Add(line, "v1.2.3")
	}
	f.Fuzz(func(t *testing.T, line, ref string) {
		rule, err := tagger.ParseRule(line)
		if err != nil {
			return
		}
		r := tagged(ref)
		r.Refs = append(r.Refs, tagger.Ref{Kind: tagger.BranchRef, Name: ref})
		d, err := tagger.Derive(r, []tagger.Rule{rule}, tagger.Flavor{})
		if err != nil {
			return
		}
		for _, tag := range d.Tags {
			if _, err := tagger.ParseTag(tag.String()); err != nil {
				t.Errorf("ParseRule(%q) on %q gives %q: %v", line, ref, tag, err)
			}
		}
	})
}
