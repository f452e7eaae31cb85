package posture

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hallmark-ci/hallmark/registry"
)

// Limits of scanning rules (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RegistryScanningRule.html and
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ScanningRepositoryFilter.html).
const (
	maxScanFilters  = 100 // of a rule
	maxFilterLength = 255
	filterForm      = `^[a-z0-9*](?:[._\-/a-z0-9*]?[a-z0-9*]+)*$`
)

// scanningChange turns scanning on. With basic scanning by the repository's own flag, which names one repository; enhanced scanning goes by
// the registry's rules alone (https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced.html).
func scanningChange(s Standing, want Desired) (Change, bool) {
	frequency := map[Scan]string{ScanOnPush: onPush, ScanContinuous: continuous}[want.Scan]
	if frequency == "" || s.Scanning.Frequency == frequency || s.Scanning.Frequency == continuous {
		return Change{}, false
	}
	change := Change{Setting: SettingScanning, From: s.Scanning.Frequency, To: frequency}
	switch {
	case s.Rules.Type == enhanced:
		change.Filter, change.Also = ScanFilter(s.Name, s.Others)
		change.Barred = s.Rules.barred(frequency, change.Filter)
	case frequency == continuous:
		change.Barred = "continuous scanning is a part of enhanced scanning, and the registry has basic scanning: that is one setting for all its repositories"
	}
	return change, true
}

// barred says why a rule cannot have one more filter.
func (r ScanRules) barred(frequency, filter string) string {
	if filter == "" {
		return "ECR takes no scanning filter that matches this name: turn scanning on with a filter for several repositories"
	}
	for _, rule := range r.Rules {
		if rule.Frequency == frequency && len(rule.Filters) >= maxScanFilters {
			return fmt.Sprintf("the registry's rule %s has %d filters already, the most there can be: put a wider one in place of some", frequency, maxScanFilters)
		}
	}
	return ""
}

// Effect is how the rules of a registry scan a repository of a name, and by which filters. Continuous scanning wins
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html).
func (r ScanRules) Effect(name string) (frequency string, filters []string) {
	frequency = manual
	for _, rule := range r.Rules {
		for _, filter := range rule.Filters {
			if !scanFilterMatches(filter, name) {
				continue
			}
			filters = append(filters, filter)
			if frequency != continuous {
				frequency = rule.Frequency
			}
		}
	}
	return frequency, filters
}

// With is the rules with one more filter of a frequency.
func (r ScanRules) With(frequency, filter string) ScanRules {
	out := ScanRules{Type: r.Type}
	added := false
	for _, rule := range r.Rules {
		rule.Filters = slices.Clone(rule.Filters)
		if rule.Frequency == frequency && !added {
			rule.Filters, added = append(rule.Filters, filter), true
		}
		out.Rules = append(out.Rules, rule)
	}
	if !added {
		out.Rules = append(out.Rules, ScanRule{Frequency: frequency, Filters: []string{filter}})
	}
	return out
}

// ScanFilter is the filter that scans one repository, and the others it matches too. The name by itself matches every name that contains it;
// where there are such, a * in it makes it match from end to end. ECR has no filter for exactly one name. It is empty where ECR takes none
// of these.
func ScanFilter(name string, others []string) (filter string, also []string) {
	form := regexp.MustCompile(filterForm)
	candidates := []string{name}
	for i := len(name) - 1; i > 0; i-- {
		candidates = append(candidates, name[:i]+"*"+name[i:])
	}
	for _, candidate := range candidates {
		if len(candidate) > maxFilterLength || !form.MatchString(candidate) {
			continue
		}
		var matched []string
		for _, other := range others {
			if other != name && scanFilterMatches(candidate, other) {
				matched = append(matched, other)
			}
		}
		if filter == "" || len(matched) < len(also) {
			filter, also = candidate, matched
		}
	}
	return filter, also
}

// scanFilterMatches holds a name against a scanning filter: one without * matches every name that contains it, unlike those of mutability.
func scanFilterMatches(filter, name string) bool {
	if !strings.Contains(filter, "*") {
		return strings.Contains(name, filter)
	}
	return registry.MatchWildcard(filter, name)
}
