package report

import (
	"fmt"
	"unicode/utf8"

	"github.com/hallmark-ci/hallmark/registry"
)

// Plan writes what a run will do to each tag, as a small table. Why a tag is refused is left to the error that follows.
func (t *Text) Plan(plan registry.Plan) {
	mode := string(plan.Repository.Mutability)
	if mode == "" {
		mode = "mutability unknown"
	}
	t.sayWrapped("", fmt.Sprintf("plan for %s (%s)", plan.Repository, mode))
	for _, step := range plan.Steps {
		reason := step.Reason
		if step.Action == registry.Refuse {
			reason = ""
		}
		t.entry(t.paint(actionColor(step.Action), pad(Clean(string(step.Action)), 6))+"  "+step.Tag.String(), reason)
	}
}

func actionColor(a registry.Action) string {
	switch a {
	case registry.Refuse:
		return red
	case registry.Move:
		return yellow
	default:
		return green
	}
}

func pad(text string, columns int) string {
	for utf8.RuneCountInString(text) < columns {
		text += " "
	}
	return text
}
