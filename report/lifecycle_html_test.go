package report_test

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/report"
)

const hostileTag = `<script>alert("x")</script>|` + "`"

// simulation is a document of so many images, of which the first goes though it is in use.
func simulation(images int) report.LifecycleDocument {
	var outcomes []lifecycle.Outcome
	for n := range images {
		o := lifecycle.Outcome{
			Image:  lifecycle.Image{Digest: fmt.Sprintf("sha256:%064x", n), PushedAt: time.Date(2026, 1, 1, n%24, 0, 0, 0, time.UTC).AddDate(0, 0, n/24), Size: 1e6},
			Action: lifecycle.Keep, Reason: "no rule is for it",
		}
		if n == 0 {
			o.Image.Tags, o.Action, o.Effect, o.Uses = []string{hostileTag}, lifecycle.Act, lifecycle.Expire, []string{"ECS service prod/api"}
		}
		outcomes = append(outcomes, o)
	}
	d := report.LifecycleDocument{Command: "repo lifecycle simulate", Repository: "shop/api"}
	d.SetOutcomes(outcomes, 0.10)
	return d
}

func lifecyclePage(t *testing.T, d report.LifecycleDocument) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.LifecycleHTML(&out, d, report.Document{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A tag is only ever text, no script may run, and the picture has its words.
func TestLifecyclePageRunsNothing(t *testing.T) {
	page := lifecyclePage(t, simulation(3))
	for _, want := range []string{html.EscapeString(`<script>`), "1 image in use may go", "ECS service prod/api", `role="img" aria-label="Images by the day of their push`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	if found := regexp.MustCompile(`<script|\s(?:style|on\w+)=|script-src|https?://`).FindString(page); found != "" {
		t.Errorf("the page holds %q", found)
	}
}

// The page of a large repository stays small: what stays is the first to be left out.
func TestLifecyclePageIsBounded(t *testing.T) {
	page := lifecyclePage(t, simulation(10_000))
	if rows := strings.Count(page, `<tr class="`); rows != 2000 || len(page) > 1<<20 {
		t.Errorf("%d rows in %d bytes", rows, len(page))
	}
	if !strings.Contains(page, "8000 more images are left out") || !strings.Contains(page, `<tr class="endangered">`) {
		t.Error("the image in use is missing, or what is left out is not told")
	}
}

func TestLifecyclePageOfARunThatFailed(t *testing.T) {
	d := report.LifecycleDocument{Command: "repo lifecycle simulate", Error: &report.Failure{Message: "no such repository", Hint: "check its name"}}
	if page := lifecyclePage(t, d); !strings.Contains(page, "no such repository") || !strings.Contains(page, "check its name") {
		t.Error("the page does not tell what went wrong")
	}
}

func TestLifecycleMarkdownListsWhatNeedsALook(t *testing.T) {
	var out bytes.Buffer
	if err := report.LifecycleMarkdown(&out, simulation(9)); err != nil {
		t.Fatal(err)
	}
	if rows := strings.Count(out.String(), "<code>"); rows != 2 || strings.Contains(out.String(), "<script>") { // the repository, and one image
		t.Errorf("Markdown:\n%s", out.String())
	}
}
