package tagger

import "errors"

// evaluation is what the rules of one derivation look at.
type evaluation struct {
	revision Revision
	flavor   Flavor
	scope    scope
	hidden   []string // lines of rules whose Git tags the clone may hide
}

// names lists the references of a kind that the rules see.
func (e *evaluation) names(kind RefKind) []string {
	var names []string
	for _, ref := range e.revision.Refs {
		if ref.Kind == kind {
			names = append(names, ref.Name)
		}
	}
	return names
}

// affixes are what stands before and after the names of a rule: its own, else its type's, else the flavor's.
func (e *evaluation) affixes(r Rule) (prefix, suffix string, err error) {
	prefix, suffix = e.flavor.Prefix, e.flavor.Suffix
	if own, found := r.prefixOf(); found {
		prefix = own
	}
	if r.has("suffix") {
		suffix = r.attributes["suffix"]
	}
	before, errBefore := e.scope.expand(prefix)
	after, errAfter := e.scope.expand(suffix)
	return before, after, errors.Join(errBefore, errAfter)
}
