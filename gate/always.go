package gate

import (
	"fmt"
	"slices"
	"strings"
)

// listed finds what always fails by its id, which nothing excuses.
func (d *decider) listed(f Finding) Judged {
	for _, name := range f.names() {
		if !slices.ContainsFunc(d.Rules.AlwaysFail.IDs, func(id string) bool { return strings.EqualFold(id, name) }) {
			continue
		}
		if name != f.ID {
			return d.force(f, "always fails: it is "+name+", which always_fail names")
		}
		return d.force(f, "always fails: always_fail names it")
	}
	return Judged{}
}

// always finds what always fails by what is known of it. An entry that holds and is asked in vain has no reason.
func (d *decider) always(f Finding) Judged {
	reason := d.Rules.AlwaysFail.reason(f)
	if reason == "" {
		return Judged{}
	}
	for _, i := range d.about(f) {
		if d.Ignore[i].lapsed(f, d.fixOf(f), d.Now) == "" {
			return d.force(f, "always fails: "+reason+"; its ignore gives no reason")
		}
	}
	return d.force(f, "always fails: "+reason)
}

func (d *decider) force(f Finding, reason string) Judged {
	d.forced[f.key()] = true
	return Judged{Decision: Counts, Reason: reason}
}

// reason says why a finding always fails by what is known of it; nothing when it does not.
func (a AlwaysFail) reason(f Finding) string {
	switch {
	case a.KEV && f.KEV:
		return "it is known to be exploited (KEV)"
	case a.Exploit && f.Exploit:
		return "an exploit is public"
	case a.EPSS > 0 && f.EPSS >= a.EPSS:
		return fmt.Sprintf("EPSS %.3g is at least %.3g", f.EPSS, a.EPSS)
	}
	return ""
}
