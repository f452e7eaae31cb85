package report

import (
	"time"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// LifecycleSchema is the name of the document of the commands on lifecycle policies.
const LifecycleSchema = "hallmark.lifecycle/v1"

// LifecycleDocument is what repo lifecycle lint and simulate print with --output json.
type LifecycleDocument struct {
	Schema     string                `json:"schema"`
	Command    string                `json:"command"`
	ExitCode   int                   `json:"exit_code"`
	Repository string                `json:"repository,omitempty"`
	Policy     string                `json:"policy"`             // the file, or "repository" for its own
	At         *time.Time            `json:"at,omitempty"`       // of the evaluation
	Images     []LifecycleImage      `json:"images,omitzero"`    // of a simulation, the oldest first
	Totals     *LifecycleTotals      `json:"totals,omitempty"`   // of a simulation
	Problems   []LifecycleProblem    `json:"problems"`           // by their place in the policy
	Unknown    []string              `json:"unknown,omitempty"`  // of what is in use, what is not there
	Preview    []LifecycleDifference `json:"preview,omitempty"`  // where ECR's own preview differs
	Verified   bool                  `json:"verified,omitempty"` // ECR's own preview was asked
	Sources    []LifecycleSource     `json:"sources,omitempty"`  // that were asked what is in use
	Error      *Failure              `json:"error,omitempty"`
}

// LifecycleSource is a source of what is in use.
type LifecycleSource struct {
	Name     string   `json:"name"`     // ecs, lambda or inspector
	Uses     int      `json:"uses"`     // of images of the repository
	Complete bool     `json:"complete"` // all was seen that there is to see
	Problems []string `json:"problems,omitempty"`
}

// LifecycleImage is what a policy does to one image.
type LifecycleImage struct {
	Digest   string           `json:"digest"`
	Tags     []string         `json:"tags"`
	PushedAt time.Time        `json:"pushed_at"`
	Size     int64            `json:"size"`
	Action   lifecycle.Action `json:"action"`
	Effect   lifecycle.Effect `json:"effect,omitempty"` // of the rule
	Rule     int              `json:"rule,omitempty"`   // by its priority
	Reason   string           `json:"reason"`
	At       *time.Time       `json:"at,omitempty"` // from when on its age is that of the rule
	InUse    []string         `json:"in_use,omitempty"`
}

// LifecycleTotals counts images by what becomes of them, and what they take. Layers that images share count for each.
type LifecycleTotals struct {
	Images     int     `json:"images"`
	Keep       int     `json:"keep"`
	Expire     int     `json:"expire"`
	Transition int     `json:"transition"`
	Uncertain  int     `json:"uncertain"`
	InUse      int     `json:"in_use"`
	Endangered int     `json:"endangered"` // in use, and not certain to stay
	Bytes      int64   `json:"bytes"`
	BytesAfter int64   `json:"bytes_after"`    // with what is uncertain
	Price      float64 `json:"price_gb_month"` // in USD
	Cost       float64 `json:"cost_month"`
	CostAfter  float64 `json:"cost_month_after"`
}

// LifecycleProblem is something wrong with a policy.
type LifecycleProblem struct {
	Line    int             `json:"line"`
	Column  int             `json:"column"`
	Level   lifecycle.Level `json:"level"`
	Code    string          `json:"code"`
	Rule    int             `json:"rule,omitempty"`
	Message string          `json:"message"`
	Hint    string          `json:"hint,omitempty"`
}

// LifecycleDifference is an image of which ECR's own preview says something else.
type LifecycleDifference struct {
	Digest    string `json:"digest"`
	Simulated string `json:"simulated"`
	Previewed string `json:"previewed"`
}

// End fills in how the run ended.
func (d *LifecycleDocument) End(code int, failure *Failure) {
	d.ExitCode, d.Error = code, failure
}

// AddProblems adds problems of the policy.
func (d *LifecycleDocument) AddProblems(problems []lifecycle.Problem) {
	for _, p := range problems {
		d.Problems = append(d.Problems, LifecycleProblem{
			Line: p.Position.Line, Column: p.Position.Column, Level: p.Level, Code: p.Code, Rule: p.Rule, Message: p.Text, Hint: p.Hint,
		})
	}
}

// SetOutcomes puts the outcomes of a simulation in, and what their storage costs at a price in USD for a GB and month.
func (d *LifecycleDocument) SetOutcomes(outcomes []lifecycle.Outcome, price float64) {
	totals := &LifecycleTotals{Images: len(outcomes), Price: price, Endangered: len(lifecycle.Endangered(outcomes))}
	d.Totals, d.Images = totals, []LifecycleImage{}
	for _, o := range outcomes {
		d.Images = append(d.Images, newLifecycleImage(o))
		totals.add(o)
	}
	totals.Cost, totals.CostAfter = costOf(totals.Bytes, price), costOf(totals.BytesAfter, price)
}

func newLifecycleImage(o lifecycle.Outcome) LifecycleImage {
	image := LifecycleImage{
		Digest: o.Image.Digest, Tags: append([]string{}, o.Image.Tags...), PushedAt: o.Image.PushedAt.UTC(), Size: o.Image.Size,
		Action: o.Action, Effect: o.Effect, Reason: o.Reason, InUse: o.Uses,
	}
	if o.Rule != nil {
		image.Rule = o.Rule.Priority
	}
	if !o.At.IsZero() {
		at := o.At.UTC()
		image.At = &at
	}
	return image
}

// add counts one image. An index takes next to nothing by itself: its size is that of a platform, which counts.
func (t *LifecycleTotals) add(o lifecycle.Outcome) {
	switch {
	case o.Action == lifecycle.Keep:
		t.Keep++
	case o.Action == lifecycle.Uncertain:
		t.Uncertain++
	case o.Effect == lifecycle.Transition:
		t.Transition++
	default:
		t.Expire++
	}
	if len(o.Uses) > 0 {
		t.InUse++
	}
	if o.Image.IsIndex() {
		return
	}
	t.Bytes += o.Image.Size
	if o.Action != lifecycle.Act || o.Effect != lifecycle.Expire {
		t.BytesAfter += o.Image.Size
	}
}

// costOf is what bytes cost for a month, in cents of a dollar: what is archived costs the same, up to 150 TB
// (https://aws.amazon.com/ecr/pricing/).
func costOf(bytes int64, price float64) float64 {
	cents := float64(bytes) / 1e9 * price * 100
	return float64(int64(cents+0.5)) / 100
}
