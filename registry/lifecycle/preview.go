package lifecycle

import (
	"fmt"
	"slices"
)

// Previewed is an image that ECR's own preview of a policy takes.
type Previewed struct {
	Digest   string
	Priority int // of the rule
	Effect   Effect
}

func (p Previewed) String() string {
	return fmt.Sprintf("%s by rule %d", p.Effect, p.Priority)
}

// Difference is an image of which a simulation and ECR's preview say different things.
type Difference struct {
	Digest    string
	Simulated string
	Previewed string
}

// Verify holds outcomes against ECR's preview of the same policy at the same time, and returns where the two differ. Those that are uncertain
// it settles as the preview does, and what the preview takes is taken. What it keeps in spite of the documented rules goes on to be taken: a
// preview is of one moment.
func Verify(outcomes []Outcome, preview []Previewed) []Difference {
	taken := map[string]Previewed{}
	for _, p := range preview {
		taken[p.Digest] = p
	}
	var differences []Difference
	for i := range outcomes {
		o := &outcomes[i]
		p, takes := taken[o.Image.Digest]
		delete(taken, o.Image.Digest)
		if o.Action == Uncertain && o.settle(p, takes) {
			continue
		}
		if simulated, previewed := o.simulated(), previewedText(p, takes); simulated != previewed {
			differences = append(differences, Difference{o.Image.Digest, simulated, previewed})
			if takes && o.Action == Keep {
				o.Action, o.Effect, o.Rule = Act, p.Effect, ruleOf(outcomes, p.Priority)
				o.Reason = "ECR's preview takes it, and the documented rules keep it"
			}
		}
	}
	for _, p := range preview {
		if _, left := taken[p.Digest]; left {
			differences = append(differences, Difference{p.Digest, "not among the images", p.String()})
		}
	}
	return differences
}

// ruleOf is the rule of a priority; nil where no outcome has it.
func ruleOf(outcomes []Outcome, priority int) *Rule {
	i := slices.IndexFunc(outcomes, func(o Outcome) bool { return o.Rule != nil && o.Rule.Priority == priority })
	if i < 0 {
		return nil
	}
	return outcomes[i].Rule
}

// settle makes an uncertain outcome what the preview says. A preview that takes the image by another rule settles nothing.
func (o *Outcome) settle(p Previewed, takes bool) bool {
	if !takes {
		o.Action, o.Reason = Keep, o.Reason+"; ECR's preview keeps it"
		return true
	}
	if o.Rule == nil || o.Rule.Priority != p.Priority || o.Effect != p.Effect {
		return false
	}
	o.Action, o.Reason = Act, o.Reason+"; ECR's preview takes it"
	return true
}

func (o *Outcome) simulated() string {
	if o.Action == Keep || o.Rule == nil {
		return string(Keep)
	}
	return Previewed{Priority: o.Rule.Priority, Effect: o.Effect}.String()
}

func previewedText(p Previewed, takes bool) string {
	if !takes {
		return string(Keep)
	}
	return p.String()
}
