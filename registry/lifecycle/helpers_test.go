package lifecycle_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

func digest(name string) string {
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(name)))
}

// image is one that was pushed some days ago.
func image(name string, daysAgo float64, tags ...string) lifecycle.Image {
	return lifecycle.Image{Digest: digest(name), Tags: tags, PushedAt: now.Add(-time.Duration(daysAgo * float64(day)))}
}

// rule is the text of a rule that expires or archives.
func rule(priority int, selection, effect string) string {
	action := `{"type": "expire"}`
	if effect == "archive" {
		action = `{"type": "transition", "targetStorageClass": "archive"}`
	}
	return fmt.Sprintf(`{"rulePriority": %d, "selection": {%s}, "action": %s}`, priority, selection, action)
}

func tagged(list string) string { return `"tagStatus": "tagged", "tagPatternList": [` + list + `]` }

const (
	untagged = `"tagStatus": "untagged"`
	anyTag   = `"tagStatus": "any"`
)

func keeps(n int) string {
	return fmt.Sprintf(`, "countType": "imageCountMoreThan", "countNumber": %d`, n)
}

func since(what string, n int) string {
	return fmt.Sprintf(`, "countType": "sinceImage%s", "countUnit": "days", "countNumber": %d`, what, n)
}

func text(rules ...string) string { return `{"rules": [` + strings.Join(rules, ",\n") + `]}` }

func policy(t testing.TB, rules ...string) lifecycle.Policy {
	t.Helper()
	p, err := lifecycle.Parse([]byte(text(rules...)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// actions are the outcomes by the names that digests were made of.
func actions(outcomes []lifecycle.Outcome, names ...string) map[string]lifecycle.Action {
	out := map[string]lifecycle.Action{}
	for _, name := range names {
		for _, o := range outcomes {
			if o.Image.Digest == digest(name) {
				out[name] = o.Action
			}
		}
	}
	return out
}
