package tagger

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/suggest"
)

// variables are the expressions that value, prefix, suffix, enable, labels and annotations can ask for.
var variables = []string{
	"branch", "tag", "sha", "base_ref", "head_ref", "is_default_branch", "is_not_default_branch", "date", "commit_date", "short_sha",
}

// checkExpressions says which expression of a text is none of the known names or is given what it does not take.
func checkExpressions(text passage, known []string) error {
	t, err := parseTemplate(text)
	if err != nil {
		return err
	}
	for _, c := range t.calls() {
		if err := c.check(known); err != nil {
			return err
		}
	}
	return nil
}

func (c *call) check(known []string) error {
	if !slices.Contains(known, c.name) {
		return fmt.Errorf("unknown expression {{%s}} at column %d%s", c.name, c.column, meant(c.name, known))
	}
	switch c.name {
	case "date", "commit_date":
		return c.checkDate()
	case "short_sha":
		if n, err := c.length(); err != nil || n < 1 || n > 64 {
			return fmt.Errorf("{{short_sha}} at column %d takes a number of characters, 1 to 64: {{short_sha 12}}", c.column)
		}
		return nil
	}
	if len(c.args) > 0 {
		return fmt.Errorf("{{%s}} at column %d takes nothing but its name", c.name, c.column)
	}
	return nil
}

// checkDate checks {{date 'FORMAT' tz='ZONE'}}.
func (c *call) checkDate() error {
	formats := 0
	for _, a := range c.args {
		switch a.key {
		case "":
			formats++
		case "tz":
			if _, err := loadZone(a.text); err != nil {
				return fmt.Errorf("{{%s}} at column %d: %w", c.name, c.column, err)
			}
		default:
			return fmt.Errorf("unknown key %q of {{%s}} at column %d%s", a.key, c.name, c.column, meant(a.key, []string{"tz"}))
		}
	}
	if formats != 1 {
		return fmt.Errorf("{{%s}} at column %d takes one format, such as {{%s 'YYYYMMDD'}}", c.name, c.column, c.name)
	}
	return nil
}

// length is the number that {{short_sha N}} is given.
func (c *call) length() (int, error) {
	if len(c.args) != 1 || c.args[0].key != "" {
		return 0, fmt.Errorf("%d arguments", len(c.args))
	}
	return strconv.Atoi(c.args[0].text)
}

// asks says whether a text that checkExpressions has passed holds one of the named expressions.
func asks(text string, names ...string) bool {
	t, err := parseTemplate(whole(text))
	return err == nil && slices.ContainsFunc(t.calls(), func(c *call) bool { return slices.Contains(names, c.name) })
}

// meant is the end of a message about an unknown word.
func meant(word string, known []string) string {
	if near, ok := suggest.Nearest(word, known); ok {
		return ", did you mean " + near + "?"
	}
	return ", known are " + strings.Join(known, ", ")
}

// scope is what the expressions of a text stand for.
type scope struct {
	words          map[string]string
	commit         string
	now, committed time.Time
}

// unknownError says that an expression stands for something that nobody has told.
type unknownError struct{ what string }

func (e *unknownError) Error() string { return e.what + " is not known" }

// expand fills the expressions of a text that checkExpressions has passed. The error is an unknownError.
func (s scope) expand(text string) (string, error) {
	t, err := parseTemplate(whole(text))
	if err != nil {
		return "", err
	}
	return t.render(s)
}

func (s scope) value(c *call) (string, error) {
	switch c.name {
	case "date":
		return c.date(s.now, "the time of the run")
	case "commit_date":
		return c.date(s.committed, "the commit's date")
	case "short_sha":
		n, err := c.length()
		return s.commit[:min(max(n, 0), len(s.commit))], err
	}
	value, known := s.words[c.name]
	if !known {
		return "", &unknownError{"{{" + c.name + "}}"}
	}
	return value, nil
}

// date writes t as the call asks. A format without quotes is a variable that nobody has set, and stands for ISO 8601.
func (c *call) date(t time.Time, what string) (string, error) {
	if t.IsZero() {
		return "", &unknownError{what}
	}
	format, zone := "", time.UTC
	for _, a := range c.args {
		switch {
		case a.key == "tz":
			var err error
			if zone, err = loadZone(a.text); err != nil {
				return "", err
			}
		case a.quoted:
			format = a.text
		}
	}
	return formatMoment(t.In(zone), format), nil
}

// scopeOf works out the expressions of a revision.
func scopeOf(r Revision) scope {
	branch, tag := r.refName(BranchRef), r.refName(TagRef)
	headRef := ""
	if r.refName(PullRequestRef) != "" && !strings.HasPrefix(r.Branch, QueuePrefix) {
		headRef = r.Branch
	}
	isDefault := r.onDefaultBranch(branch)
	return scope{
		commit: r.Commit, now: r.Now, committed: r.Time,
		words: map[string]string{
			"branch":                branch,
			"tag":                   tag,
			"sha":                   r.Short(),
			"base_ref":              r.BaseRef,
			"head_ref":              headRef,
			"is_default_branch":     strconv.FormatBool(isDefault),
			"is_not_default_branch": strconv.FormatBool(!isDefault),
		},
	}
}

// refName is the first reference of a kind.
func (r Revision) refName(kind RefKind) string {
	for _, ref := range r.Refs {
		if ref.Kind == kind {
			return ref.Name
		}
	}
	return ""
}

// onDefaultBranch says whether branch is the default one. GitHub runs some events on it without saying which it is.
func (r Revision) onDefaultBranch(branch string) bool {
	if branch == "" || r.DefaultBranch != "" {
		return branch != "" && branch == r.DefaultBranch
	}
	return r.Event == "schedule" || r.Event == "issues" || strings.HasPrefix(r.Event, "discussion")
}
