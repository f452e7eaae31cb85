package gate

import (
	"slices"
	"strings"
)

// merger makes one finding of those that are the same, with the platforms of all of them. Where they differ in severity, rank says which
// is worse: the lower one.
type merger struct {
	rank   func(Severity) int
	index  map[[3]string]int
	merged []Finding
}

// merged makes one finding of those that are the same, with the platforms of all of them, worst first. Where they differ in severity, rank
// says which is worse: the lower one.
func (s Scan) merged(rank func(Severity) int) []Finding {
	n := 0
	for _, p := range s.Platforms {
		n = max(n, len(p.Findings)) // platforms mostly have the same
	}
	m := merger{rank: rank, index: make(map[[3]string]int, n), merged: make([]Finding, 0, n)}
	for _, p := range s.Platforms {
		for _, f := range p.Findings {
			m.add(f)
		}
	}
	return m.findings()
}

// add takes in a finding.
func (m *merger) add(f Finding) {
	if i, seen := m.index[f.key()]; seen {
		m.merged[i].absorb(f, m.rank)
		return
	}
	if m.index == nil {
		m.index = map[[3]string]int{}
	}
	m.index[f.key()] = len(m.merged)
	f.Platforms = slices.Clone(f.Platforms)
	m.merged = append(m.merged, f)
}

// findings are what was added, worst first. Nothing may be added any more.
func (m *merger) findings() []Finding {
	for i := range m.merged {
		slices.Sort(m.merged[i].Platforms)
		m.merged[i].Platforms = slices.Compact(m.merged[i].Platforms)
	}
	slices.SortStableFunc(m.merged, compareFindings)
	return m.merged
}

// bothPaths are the paths of two records of one finding, sorted. None is left out: what is said of one place must not be taken for said
// of all.
func bothPaths(a, b string) string {
	if a == b || b == "" {
		return a
	}
	if a == "" {
		return b
	}
	paths := append(strings.Split(a, pathSeparator), strings.Split(b, pathSeparator)...)
	slices.Sort(paths)
	return strings.Join(slices.Compact(paths), pathSeparator)
}

// paths are the places of a finding, one of no name when none is known.
func (f Finding) paths() []string { return strings.Split(f.Path, pathSeparator) }

// bothAliases are the aliases of two records of one finding, in the order in which they come up.
func bothAliases(a, b []string) []string {
	for _, alias := range b {
		if !slices.Contains(a, alias) {
			a = append(slices.Clip(a), alias)
		}
	}
	return a
}

// pathSeparator stands between the paths of a finding that is in several places.
const pathSeparator = ", "
