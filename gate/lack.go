package gate

import (
	"cmp"
	"strings"
)

// lack is a platform, or an image, without a scan to judge.
type lack struct {
	what   string
	rule   string // the key of the policy that decides on it; empty when nothing but undecided will do
	action Action
}

// lacks are what stands in the way of a verdict on the whole image.
func (r Rules) lacks(c Case) []lack {
	var out []lack
	if c.TimedOut != "" {
		out = append(out, lack{c.TimedOut, "on_timeout", r.OnTimeout})
	}
	for _, p := range c.Scan.Platforms {
		problem := p.Problem()
		if problem == "" || c.TimedOut != "" && p.unfinished() {
			continue
		}
		rule, action := r.onLack(p)
		out = append(out, lack{strings.TrimPrefix(p.Platform+": "+problem, ": "), rule, cmp.Or(action, ActionFail)})
	}
	if len(c.Scan.Platforms) == 0 {
		out = append(out, lack{what: "there is no image for a platform in it", action: ActionFail})
	}
	return out
}

// onLack is the rule for a platform without a scan to judge, if there is one.
func (r Rules) onLack(p PlatformScan) (rule string, action Action) {
	switch {
	case unsupported(p.Status, p.Description):
		return "on_unsupported", r.OnUnsupported
	case p.neverScanned():
		return "on_never_scanned", r.OnNeverScanned
	}
	return "", ActionFail
}

// neverScanned says whether no scan comes: it was decided so without any answer.
func (p PlatformScan) neverScanned() bool { return p.Status == "" && p.Undecided != "" }

// unfinished says whether the scan was still awaited.
func (p PlatformScan) unfinished() bool {
	outlook, _ := Judgeable(p.Status, p.Description)
	return p.Undecided == "" && (p.Status == "" || outlook != Hopeless)
}

// parted are lacks by what the policy makes of them.
func parted(lacks []lack) (undecided, warned, accepted []string) {
	for _, l := range lacks {
		text := l.what + ", which " + l.rule + " lets pass"
		switch l.action {
		case ActionWarn:
			warned, accepted = append(warned, text), append(accepted, text)
		case ActionPass:
			accepted = append(accepted, text)
		default:
			undecided = append(undecided, l.what)
		}
	}
	return undecided, warned, accepted
}
