package posture

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// accessPolicy is the policy of a repository, which says who may do what
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
type accessPolicy struct {
	Statements []statement
}

// statement is one statement of a policy.
type statement struct {
	ID           string     `json:"Sid"`
	Effect       string     `json:"Effect"`
	Principal    principals `json:"Principal"`
	NotPrincipal principals `json:"NotPrincipal"`
	Action       texts      `json:"Action"`
	NotAction    texts      `json:"NotAction"`

	Condition map[string]map[string]texts `json:"Condition"` // operator, key, values
}

// texts is a text or a list of texts. Numbers and truth values, which conditions have too, are texts.
type texts []string

// UnmarshalJSON reads either form.
func (t *texts) UnmarshalJSON(data []byte) error {
	var one any
	if err := json.Unmarshal(data, &one); err != nil {
		return err
	}
	list, isList := one.([]any)
	if !isList {
		list = []any{one}
	}
	for _, item := range list {
		switch item.(type) {
		case string, float64, bool:
			*t = append(*t, fmt.Sprint(item))
		default:
			return fmt.Errorf("want a text or a list of texts, not %s", data)
		}
	}
	return nil
}

// principals are whom a statement is about: everyone is "*".
type principals []string

// UnmarshalJSON reads "*", or an object of lists by kind.
func (p *principals) UnmarshalJSON(data []byte) error {
	var word string
	if json.Unmarshal(data, &word) == nil {
		*p = append(*p, word)
		return nil
	}
	var kinds map[string]texts
	if err := json.Unmarshal(data, &kinds); err != nil {
		return errors.New(`a Principal is neither "*" nor an object`)
	}
	for kind, names := range kinds {
		for _, name := range names {
			if kind != "AWS" && name == "*" {
				name = kind + " *"
			}
			*p = append(*p, name)
		}
	}
	slices.Sort(*p)
	return nil
}

// parseAccess reads the text of a policy.
func parseAccess(text string) (accessPolicy, error) {
	var raw struct {
		Statement json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return accessPolicy{}, err
	}
	var p accessPolicy
	if strings.HasPrefix(strings.TrimSpace(string(raw.Statement)), "[") {
		return p, json.Unmarshal(raw.Statement, &p.Statements)
	}
	var one statement
	if len(raw.Statement) > 0 {
		if err := json.Unmarshal(raw.Statement, &one); err != nil {
			return p, err
		}
		p.Statements = append(p.Statements, one)
	}
	return p, nil
}

// name is how a statement is called: by its Sid, else by its place.
func (p accessPolicy) name(i int) string {
	if id := p.Statements[i].ID; id != "" {
		return fmt.Sprintf("statement %q", id)
	}
	return fmt.Sprintf("statement %d", i+1)
}

// public says whether a statement is about everyone. NotPrincipal with Allow is about all but a few.
func (s statement) public() bool {
	return slices.Contains(s.Principal, "*") || len(s.NotPrincipal) > 0
}

// does says whether a statement is about an action. Names of actions know no case.
func (s statement) does(action string) bool {
	named := func(patterns []string) bool {
		return slices.ContainsFunc(patterns, func(pattern string) bool {
			// * and ? stand for what they do in IAM, and no action has a slash, at which path.Match stops.
			is, err := path.Match(strings.NewReplacer(`\`, `\\`, "[", `\[`).Replace(strings.ToLower(pattern)), strings.ToLower(action))
			return is && err == nil
		})
	}
	if len(s.NotAction) > 0 {
		return !named(s.NotAction)
	}
	return named(s.Action)
}

// anyone says whether statement i lets everyone do an action, whatever the account: no condition of it, and no statement that denies,
// narrows that.
func (p accessPolicy) anyone(i int, action string) bool {
	s := p.Statements[i]
	if s.Effect != "Allow" || !s.public() || !s.does(action) || s.narrow() {
		return false
	}
	return !slices.ContainsFunc(p.Statements, func(d statement) bool { return d.denies(action) })
}

// denies says whether a statement denies an action to everyone, or to all but those of an organisation, an account or a network.
func (s statement) denies(action string) bool {
	if s.Effect != "Deny" || !slices.Contains(s.Principal, "*") || !s.does(action) {
		return false
	}
	if len(s.Condition) == 0 {
		return true
	}
	if len(s.Condition) != 1 {
		return false // all of them must hold, so that it denies less than each
	}
	for operator, keys := range s.Condition {
		positive, negated := negations[strings.ToLower(operator)]
		return negated && len(keys) == 1 && narrows(positive, keys)
	}
	return false
}
