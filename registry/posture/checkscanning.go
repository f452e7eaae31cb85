package posture

import (
	"fmt"
	"strings"
)

// How often images are scanned, and by what, as ECR spells it.
const (
	onPush     = "SCAN_ON_PUSH"
	continuous = "CONTINUOUS_SCAN"
	manual     = "MANUAL"
	basic      = "BASIC"
	enhanced   = "ENHANCED" // by Amazon Inspector
)

// scanning judges how images are scanned by the setting in effect, never by the repository's own flag, which stays off while rules of the
// registry scan it (https://github.com/turbot/steampipe-mod-aws-compliance/issues/762).
func scanning(s Settings, r Registry, d Desired) Check {
	if why, hidden := s.Unseen[PartScanning]; hidden {
		return unseen(CheckScanning, why)
	}
	check := Check{Name: CheckScanning, State: OK, Found: []string{scansOf(s, r)}}
	switch {
	case d.Scan == ScanOff:
		check.State = Noted
		check.Found = append(check.Found, "the configuration asks for none")
	case s.Scanning.Frequency == manual:
		check.State, check.Why = Drift, "an image that nobody scans is deployed with whatever it holds"
	case d.Scan == ScanContinuous && s.Scanning.Frequency != continuous:
		check.State, check.Why = Drift, "what becomes known of an image after its push is never told"
		if s.Scanning.Type == basic {
			check.Found = append(check.Found, "continuous scanning is a part of enhanced scanning, one setting for all repositories: of those, one whose own flag alone turns scanning on needs a filter then")
		}
	case s.Scanning.Frequency != onPush && s.Scanning.Frequency != continuous:
		check.State = Unknown
	}
	check.Found = append(check.Found, remarks(s)...)
	if check.State == Drift {
		check.Mend = mendScanning(s, r, d)
	}
	return check
}

// scansOf says what is in effect and by what.
func scansOf(s Settings, r Registry) string {
	kind := strings.ToLower(s.Scanning.Type)
	if kind != "" {
		kind += " "
	}
	by := ""
	switch {
	case len(s.Scanning.Filters) == 1:
		by = fmt.Sprintf(", by the registry's filter %q", s.Scanning.Filters[0])
	case len(s.Scanning.Filters) > 1:
		by = fmt.Sprintf(", by the registry's filters %s", quoted(s.Scanning.Filters))
	case s.Scanning.Type == basic && s.Scanning.Frequency == onPush:
		by = ", by the repository's own flag, which is deprecated"
	}
	switch s.Scanning.Frequency {
	case onPush:
		return kind + "scan on push" + by
	case continuous:
		return kind + "scan on push and continuously" + by
	case manual:
		return "no scan by itself: " + unmatched(r.Scan, s.Scanning.Type)
	case "":
		return "how images are scanned was not told"
	}
	return fmt.Sprintf("its scan frequency is %q, which is not known here", s.Scanning.Frequency)
}

func unmatched(rules ScanRules, kind string) string {
	var filters []string
	for _, rule := range rules.Rules {
		filters = append(filters, rule.Filters...)
	}
	switch {
	case len(filters) > 0:
		return "none of the registry's filters matches its name (" + strings.Join(filters, ", ") + ")"
	case kind == enhanced:
		return "the registry's enhanced scanning has no filter, and covers what one matches"
	}
	return "no filter of the registry, and not its own flag"
}

// remarks tell what surprises: a filter that matches more than it says, and a flag that does not count.
func remarks(s Settings) []string {
	var out []string
	for _, filter := range s.Scanning.Filters {
		if !strings.Contains(filter, "*") && filter != s.Name {
			out = append(out, fmt.Sprintf("filter %q has no *, so it matches every name that contains it", filter))
		}
	}
	scanned := s.Scanning.Frequency == onPush || s.Scanning.Frequency == continuous
	if s.Sees(PartRepository) && s.ScanOnPush && !scanned {
		out = append(out, "its own flag scanOnPush is on, and does not count")
	}
	return out
}

func quoted(words []string) string {
	var out []string
	for _, word := range words {
		out = append(out, fmt.Sprintf("%q", word))
	}
	return strings.Join(out, ", ")
}
