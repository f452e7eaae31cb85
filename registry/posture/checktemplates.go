package posture

import (
	"slices"
	"strings"

	"github.com/hallmark-ci/hallmark/registry"
)

// createOnPush is the use of a template that makes a repository on its first push.
const createOnPush = "CREATE_ON_PUSH"

// AuditTemplates judges the creation templates of a registry that make repositories on push: those that would make one of the names, or all
// when there are none. Their tags are judged as those of a repository.
func AuditTemplates(r Registry, d Desired, classes []Class, ex Exceptions, names ...string) []Check {
	if why, hidden := r.Unseen[PartTemplates]; hidden {
		return []Check{unseen(CheckTemplates, why)}
	}
	var checks []Check
	for _, t := range r.Templates {
		applies := len(names) == 0 || slices.ContainsFunc(names, func(name string) bool { return r.templateOf(name) == t.Prefix })
		if !slices.Contains(t.AppliedFor, createOnPush) || !applies {
			continue
		}
		check := template(t, d, classes)
		ex.excuse(&check, t.Prefix)
		checks = append(checks, check)
	}
	return checks
}

// rootPrefix is the prefix of the template for every repository that no other template is for.
const rootPrefix = "ROOT"

// templateOf is the prefix of the template that would make a repository on push: the longest that its name begins with. A slash is taken to
// follow it where it does not end in one.
func (r Registry) templateOf(name string) string {
	best := ""
	for _, t := range r.Templates {
		if !slices.Contains(t.AppliedFor, createOnPush) {
			continue
		}
		switch {
		case t.Prefix == rootPrefix && best == "":
			best = rootPrefix
		case strings.HasPrefix(name, strings.TrimSuffix(t.Prefix, "/")+"/") && (best == rootPrefix || len(t.Prefix) > len(best)):
			best = t.Prefix
		}
	}
	return best
}

func template(t Template, d Desired, classes []Class) Check {
	made := registry.Repository{Name: t.Prefix, Mutability: t.Mutability, Exclusions: t.Exclusions}
	check := Check{Name: CheckTemplates, Subject: t.Prefix, State: OK, Tags: judge(made, d, classes)}
	check.Found = append([]string{"of what it makes " + modeOf(made)}, problems(check.Tags, &check)...)
	if check.State != Drift {
		return check
	}
	check.Why = "a push to a name that is not there makes a repository with these settings, and nobody looks at it"
	check.Mend = mendTemplate(t.Prefix, d, classes)
	return check
}
