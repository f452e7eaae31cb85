package tagger

import (
	"strings"
	"testing"
	"time"
)

func TestExpand(t *testing.T) {
	s := scope{
		commit: "0123456789abcdef0123456789abcdef01234567",
		now:    time.Date(2020, 1, 10, 0, 30, 0, 0, time.UTC), committed: time.Date(2019, 12, 31, 23, 0, 0, 0, time.UTC),
		words: map[string]string{"branch": "a=b&c<d>'\"`", "tag": "", "sha": "0123456", "is_default_branch": "true", "is_not_default_branch": "false", "base_ref": "", "head_ref": "x"},
	}
	tests := []struct{ name, text, want string }{
		{"text", "a}b{c", "a}b{c"},
		{"a name", "x-{{sha}}-y", "x-0123456-y"},
		{"blanks around a name", "{{ sha\t}}", "0123456"},
		{"nothing is escaped", "{{branch}}{{{branch}}}{{&branch}}", strings.Repeat("a=b&c<d>'\"`", 3)},
		{"a brace before and after", "{ {{sha}} }", "{ 0123456 }"},
		{"a date", "{{date 'YYYYMMDD'}}", "20200110"},
		{"a date in double quotes", `{{date "YYYY"}}`, "2020"},
		{"a date in a zone", "{{date 'YYYYMMDD-HHmmss' tz='Asia/Tokyo'}}", "20200110-093000"},
		{"a zone before the format", "{{date tz='asia/tokyo' 'HH'}}", "09"},
		{"a commit's date", "{{commit_date 'YYYY-MM-DD'}}", "2019-12-31"},
		{"a format without quotes is ISO 8601", "{{date YYYY-MM-DD}}", "2020-01-10T00:30:00Z"},
		{"braces in a format", "{{date '[}}]YYYY'}}", "}}2020"},
		{"a quote in a format", `{{date '[\']YYYY'}}`, "'2020"},
		{"a short commit", "{{short_sha 12}}", "0123456789ab"},
		{"a short commit longer than it is", "{{short_sha 64}}", "0123456789abcdef0123456789abcdef01234567"},
		{"if", "{{#if is_default_branch}}a{{else}}b{{/if}}", "a"},
		{"if of nothing", "{{#if tag}}a{{else}}b{{/if}}", "b"},
		{"if of false", "{{#if is_not_default_branch}}a{{/if}}", ""},
		{"unless", "{{#unless tag}}a{{else}}b{{/unless}}", "a"},
		{"else if", "{{#if tag}}a{{else if base_ref}}b{{else if head_ref}}c{{else}}d{{/if}}", "c"},
		{"else if of an unless", "{{#unless sha}}a{{else if tag}}b{{else}}c{{/unless}}", "c"},
		{"blocks nest", "{{#if sha}}{{#if tag}}a{{else}}b{{/if}}{{/if}}c", "bc"},
		{"comments", "a{{! b }}c{{!-- }} --}}d", "acd"},
		{"tildes cut blanks", "a {{~sha~}} b {{~!-- x --~}} c", "a0123456bc"},
		{"tildes in a triple", "a {{~{sha}~}} b", "a0123456b"},
		{"tildes in blocks", "{{#if sha~}} a {{~/if}}", "a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := checkExpressions(whole(test.text), variables); err != nil {
				t.Fatal(err)
			}
			if got, err := s.expand(test.text); got != test.want || err != nil {
				t.Errorf("expand(%q) = %q, %v, want %q", test.text, got, err, test.want)
			}
		})
	}
}

func TestCheckExpressionsRefuses(t *testing.T) {
	tests := []struct{ name, text, problem string }{
		{"an unknown name", "ab{{brnch}}", "unknown expression {{brnch}} at column 3, did you mean branch?"},
		{"an unknown name in a block", "{{#if brnch}}x{{/if}}", "unknown expression {{brnch}} at column 1"},
		{"an unknown name in what is left out", "{{#if tag}}{{nope}}{{/if}}", "at column 12"},
		{"an expression that is not closed", "x{{branch", "the expression at column 2 is not closed"},
		{"an expression with one brace", "{{branch}", `unexpected "}" at column 9`},
		{"a triple closed by two", "{{{branch}}", "the expression at column 1 is not closed"},
		{"an expression without a name", "{{ }}", "without a name at column 1"},
		{"a text for a name", "{{'branch'}}", "begins with a name, at column 1"},
		{"a quote that is not closed", "{{date 'YYYY}}", "the quote at column 8 is not closed"},
		{"a comment that is not closed", "{{!-- x }}", "the comment at column 1 is not closed by --}}"},
		{"a date without a format", "{{date}}", "takes one format, such as {{date 'YYYYMMDD'}}"},
		{"a date with two", "{{date 'YYYY' 'MM'}}", "takes one format"},
		{"a date with an unknown key", "{{date 'YYYY' zone='UTC'}}", `unknown key "zone" of {{date}} at column 1`},
		{"a date with an unknown zone", "{{date 'YYYY' tz='Mars'}}", `unknown time zone "Mars"`},
		{"a name with an argument", "{{branch 'x'}}", "takes nothing but its name"},
		{"a short commit without a length", "{{short_sha}}", "takes a number of characters"},
		{"a short commit of nothing", "{{short_sha 0}}", "takes a number of characters"},
		{"a block that is not closed", "a{{#if tag}}b", "{{#if}} at column 2 is not closed: {{/if}} is missing"},
		{"a block that is closed by another", "{{#if tag}}{{/unless}}", "{{/unless}} at column 12 closes {{#if}} of column 1"},
		{"an end without a block", "{{/if}}", "{{/if}} at column 1 closes nothing"},
		{"an else without a block", "{{else}}", "{{else}} at column 1 closes nothing"},
		{"a second else", "{{#if tag}}{{else}}{{else}}{{/if}}", "a second {{else}} at column 20"},
		{"an unknown block", "{{#each tag}}{{/each}}", "unknown block {{#each}} at column 1, known are if, unless"},
		{"a block without a name", "{{#if}}{{/if}}", "{{#if}} at column 1 takes one name"},
		{"an expression inside another", "{{#if (eq tag 'x')}}{{/if}}", "an expression inside an expression at column 7"},
		{"blocks without end", strings.Repeat("{{#if tag}}", 1000), "nest more than 16 deep"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := checkExpressions(whole(test.text), variables); err == nil || !strings.Contains(err.Error(), test.problem) {
				t.Errorf("checkExpressions(%q): %v, want %q", test.text, err, test.problem)
			}
		})
	}
}

func TestExpandWithoutAClock(t *testing.T) {
	if got, err := (scope{}).expand("{{date 'YYYY'}}"); err == nil || !strings.Contains(err.Error(), "the time of the run is not known") {
		t.Errorf("expand = %q, %v", got, err)
	}
}

// A text that passes the check can be filled.
func FuzzExpand(f *testing.F) {
	for _, text := range []string{"{{#if tag}}a{{else if sha}}b{{/if}}", "{{~{sha}~}}", "{{!-- --}}", `{{date 'Y\'' tz="UTC"}}`, "{{{{", "{{short_sha 9}}", "{{/if}}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > maxLine || checkExpressions(whole(text), variables) != nil {
			return
		}
		s := scopeOf(Revision{Commit: "0123456789abcdef0123456789abcdef01234567", Now: time.Unix(0, 0), Time: time.Unix(0, 0)})
		if _, err := s.expand(text); err != nil {
			t.Errorf("expand(%q): %v", text, err)
		}
	})
}
