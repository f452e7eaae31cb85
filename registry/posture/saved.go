package posture

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// Saved puts saved answers of the AWS CLI together. The zero value is empty.
type Saved struct {
	registry     Registry
	repositories map[string]*Settings
	inventories  map[string]*lifecycle.Inventory
	given        map[string]string // where each part of each repository, and of the registry, stands
	place        string            // of the answer that is taken in
}

// notSaved is why a part is not known.
const notSaved = "not among the saved answers"

// Read takes in a file of answers, one or several after one another, told apart by what they hold. What the AWS CLI says in place of an answer
// where a repository has no policy is one too. Errors name file and line.
func (v *Saved) Read(file string, data []byte) error {
	rest, n := data, 0
	for ; ; n++ {
		rest = bytes.TrimLeft(rest, " \t\r\n")
		if len(rest) == 0 {
			break
		}
		at := len(data) - len(rest)
		v.place = fmt.Sprintf("%s:%d", file, lineOf(data, at))
		if rest[0] != '{' {
			line, after, _ := bytes.Cut(rest, []byte("\n"))
			if err := v.takeRefusal(string(line)); err != nil {
				return fmt.Errorf("%s: %w", v.place, err)
			}
			rest = after
			continue
		}
		decoder := json.NewDecoder(bytes.NewReader(rest))
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return fmt.Errorf("%s:%d: no JSON: %w", file, lineOf(data, at+offsetOf(err, len(rest))), err)
		}
		if key, offset := duplicate(raw); key != "" {
			return fmt.Errorf("%s:%d: key %q stands twice", file, lineOf(data, at+offset), key)
		}
		if err := v.take(raw); err != nil {
			return fmt.Errorf("%s: %w", v.place, err)
		}
		rest = rest[decoder.InputOffset():]
	}
	if n == 0 {
		return fmt.Errorf("%s: it is empty", file)
	}
	return nil
}

func lineOf(data []byte, offset int) int {
	return bytes.Count(data[:min(offset, len(data))], []byte("\n")) + 1
}

// offsetOf is where a text stops to be JSON: at its end, where it is cut off.
func offsetOf(err error, end int) int {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return max(int(syntax.Offset)-1, 0)
	}
	return end
}

// duplicate finds a key that stands twice in one object, and where.
func duplicate(raw []byte) (key string, offset int) {
	type frame struct {
		keys map[string]bool // nil in a list
		want bool            // a key comes next
	}
	var open []frame
	tokens := json.NewDecoder(bytes.NewReader(raw))
	for {
		token, err := tokens.Token()
		if err != nil {
			return "", 0 // the end: it was found to be JSON
		}
		top := len(open) - 1
		if delimiter, is := token.(json.Delim); is && (delimiter == '}' || delimiter == ']') {
			open = open[:top]
			continue
		}
		if top >= 0 && open[top].want {
			name, _ := token.(string)
			if open[top].keys[name] {
				return name, int(tokens.InputOffset()) - 1
			}
			open[top].keys[name], open[top].want = true, false
			continue
		}
		if top >= 0 && open[top].keys != nil {
			open[top].want = true
		}
		switch token {
		case json.Delim('{'):
			open = append(open, frame{map[string]bool{}, true})
		case json.Delim('['):
			open = append(open, frame{})
		}
	}
}

// refusal is what the AWS CLI says where a repository has no policy (https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-returncodes.html).
var refusal = regexp.MustCompile(`\((LifecyclePolicyNotFoundException|RepositoryPolicyNotFoundException)\).* name '([^']+)'`)

func (v *Saved) takeRefusal(line string) error {
	found := refusal.FindStringSubmatch(line)
	if found == nil {
		return errors.New("neither an answer nor what the AWS CLI says of a policy that is not there")
	}
	part := PartLifecycle
	if strings.HasPrefix(found[1], "Repository") {
		part = PartAccess
	}
	_, err := v.part(found[2], part)
	return err
}

// part is the repository of a name, of which a part is given now. One that was given before is an error.
func (v *Saved) part(name string, part Part) (*Settings, error) {
	if name == "" {
		return nil, errors.New("no repositoryName")
	}
	if err := v.once(string(part)+" of repository "+fmt.Sprintf("%q", name), name+"\x00"+string(part)); err != nil {
		return nil, err
	}
	if v.repositories == nil {
		v.repositories = map[string]*Settings{}
	}
	s := v.repositories[name]
	if s == nil {
		s = &Settings{}
		s.Name = name
		for _, p := range []Part{PartRepository, PartScanning, PartLifecycle, PartAccess, PartLabels, PartImages} {
			s.Hide(p, notSaved)
		}
		v.repositories[name] = s
	}
	delete(s.Unseen, part)
	return s, nil
}

func (v *Saved) once(what, key string) error {
	if before, given := v.given[key]; given {
		return fmt.Errorf("%s stands in %s already", what, before)
	}
	if v.given == nil {
		v.given = map[string]string{}
	}
	v.given[key] = v.place
	return nil
}

// Settings are what the answers came to: the registry, and the repositories by name.
func (v *Saved) Settings() (Registry, []Settings) {
	r := v.registry
	r.Unseen = map[Part]string{}
	for _, part := range []Part{PartScanning, PartTemplates} {
		if v.given["\x00"+string(part)] == "" {
			r.Unseen[part] = notSaved
		}
	}
	var all []Settings
	for _, name := range slices.Sorted(maps.Keys(v.repositories)) {
		s := *v.repositories[name]
		s.Host = r.Host
		s.Scanning.Type = r.Scan.Type
		if inventory := v.inventories[name]; inventory != nil {
			s.Images = inventory.Images()
		}
		all = append(all, s)
	}
	return r, all
}
