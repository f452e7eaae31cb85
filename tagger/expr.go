package tagger

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hallmark-ci/hallmark/suggest"
)

// expression is {{name}}, or {{{name}}} as Handlebars writes it for a value that is not escaped. Nothing is escaped here.
var expression = regexp.MustCompile(`\{?\{\{([^{}]*)\}\}\}?`)

// variables are the expressions that value, prefix, suffix and enable can ask for.
var variables = []string{"branch", "tag", "sha", "base_ref", "is_default_branch", "is_not_default_branch"}

// expand fills the expressions of a text that checkExpressions has passed.
func expand(text string, vars map[string]string) string {
	return expression.ReplaceAllStringFunc(text, func(found string) string {
		return vars[strings.TrimSpace(strings.Trim(found, "{}"))]
	})
}

// checkExpressions says which expression of a text is none of the known names, with its column, counted from 1.
func checkExpressions(text string, known []string) error {
	rest := text
	for _, at := range expression.FindAllStringSubmatchIndex(text, -1) {
		name := strings.TrimSpace(text[at[2]:at[3]])
		if !slices.Contains(known, name) {
			return fmt.Errorf("unknown expression {{%s}} at column %d%s", name, at[0]+1, meant(name, known))
		}
		rest = strings.Replace(rest, text[at[0]:at[1]], "", 1)
	}
	if strings.Contains(rest, "{{") {
		return fmt.Errorf("an expression is not closed in %q", text)
	}
	return nil
}

// meant is the end of a message about an unknown word.
func meant(word string, known []string) string {
	if near, ok := suggest.Nearest(word, known); ok {
		return ", did you mean " + near + "?"
	}
	return ", known are " + strings.Join(known, ", ")
}

// variablesOf works out the expressions of a revision.
func variablesOf(r Revision) map[string]string {
	branch, tag := "", ""
	for _, ref := range r.Refs {
		switch {
		case ref.Kind == BranchRef && branch == "":
			branch = ref.Name
		case ref.Kind == TagRef && tag == "":
			tag = ref.Name
		}
	}
	isDefault := branch != "" && branch == r.DefaultBranch
	return map[string]string{
		"branch":                branch,
		"tag":                   tag,
		"sha":                   r.Short(),
		"base_ref":              r.BaseRef,
		"is_default_branch":     strconv.FormatBool(isDefault),
		"is_not_default_branch": strconv.FormatBool(!isDefault),
	}
}
