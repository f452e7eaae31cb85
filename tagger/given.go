package tagger

import (
	"fmt"
	"slices"
)

// given is one name that a rule gives, before prefix, suffix and cleaning.
type given struct {
	name    string
	kind    Kind
	release bool   // latest=auto follows it
	version string // the version it stands for, by the rule's scheme, if any
	leads   bool   // it moves, to the highest version that gives this name
	why     string // what it was made of, for --explain
}

func checkRef(r *Rule) error {
	event := r.attributes["event"]
	if !slices.Contains([]string{"branch", "tag", "pr"}, event) {
		return fmt.Errorf("event is %q: it takes branch, tag or pr", event)
	}
	if r.has("tag-prefix") && event != "tag" {
		return fmt.Errorf("tag-prefix is for event=tag")
	}
	return nil
}

// giveRef is type=ref: the names of the references in sight.
func giveRef(r Rule, e *evaluation) ([]given, string) {
	kind := RefKind(r.attributes["event"])
	var out []given
	names, why := e.names(kind), map[RefKind]string{
		BranchRef:      "no branch is checked out or built",
		PullRequestRef: "this is no pull request",
	}[kind]
	if kind == TagRef {
		names, why = e.sources(r)
	}
	for _, name := range names {
		g := given{name: name, kind: Moving, why: string(kind) + " " + name}
		if kind == TagRef {
			g.kind, g.release = Version, true
			if _, err := parseVersion(name); err == nil {
				g.version = name
			}
		}
		out = append(out, g)
	}
	return out, why
}

func checkRaw(r *Rule) error {
	if !r.has("value") {
		return fmt.Errorf("value is missing")
	}
	return checkExpressions(r.passage("value"), variables)
}

// giveRaw is type=raw: what the user wrote. An expression that follows the branch makes it move, as the branch does.
func giveRaw(r Rule, e *evaluation) ([]given, string) {
	text := r.attributes["value"]
	name, err := e.scope.expand(text)
	switch {
	case err != nil:
		return nil, err.Error()
	case name == "":
		return nil, "its value is empty"
	}
	g := given{name: name, kind: Literal, why: "as written"}
	if asks(text, "branch", "base_ref", "head_ref") {
		g.kind = Moving
	}
	return []given{g}, ""
}

func checkSHA(r *Rule) error {
	if format := r.attributes["format"]; format != "short" && format != "long" {
		return fmt.Errorf("format is %q: it takes short or long", format)
	}
	return nil
}

// giveSHA is type=sha: the commit.
func giveSHA(r Rule, e *evaluation) ([]given, string) {
	g := given{name: e.revision.Commit, kind: Commit, why: "the commit"}
	if r.attributes["format"] == "short" {
		g.name = e.revision.Short()
	}
	if g.name == "" {
		return nil, "the commit is not known"
	}
	return []given{g}, ""
}

// prefixOf is the prefix of a rule before the flavor's is looked at: its own attribute, or the default of its type, which the
// flavor's prefix does not reach.
func (r Rule) prefixOf() (prefix string, given bool) {
	switch {
	case r.has("prefix"):
		return r.attributes["prefix"], true
	case r.kind.name == "sha":
		return "sha-", true
	case r.kind.name == "ref" && r.attributes["event"] == "pr":
		return "pr-", true
	}
	return "", false
}
