package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/hallmark-ci/hallmark/registry/posture"
)

// ApplySchema is the name of the document of repo apply.
const ApplySchema = "hallmark.apply/v1"

// ApplyDocument is what repo apply prints with --output json.
type ApplyDocument struct {
	Schema       string             `json:"schema"`
	Command      string             `json:"command"`
	ExitCode     int                `json:"exit_code"`
	DryRun       bool               `json:"dry_run"`
	Repositories []*ApplyRepository `json:"repositories"` // in the order of the arguments
	Error        *Failure           `json:"error,omitempty"`
}

// End fills in how the run ended.
func (d *ApplyDocument) End(code int, failure *Failure) { d.ExitCode, d.Error = code, failure }

// ApplyRepository is what is changed of one repository.
type ApplyRepository struct {
	Name    string        `json:"name"`
	Owner   string        `json:"owner,omitempty"`   // the tool that made it
	Changes []ApplyChange `json:"changes"`           // none where nothing differs
	Tags    *ApplyTags    `json:"tags,omitempty"`    // where mutability changes
	Images  *ApplyImages  `json:"images,omitempty"`  // where a lifecycle policy changes
	Notes   []string      `json:"notes,omitempty"`   // for people
	Refused []string      `json:"refused,omitempty"` // why nothing was written
	Error   *Failure      `json:"error,omitempty"`   // it could not be read
}

// ApplyChange is one setting that was not as wanted.
type ApplyChange struct {
	Setting  posture.Setting `json:"setting"`
	From     string          `json:"from"`             // of a lifecycle policy its text; empty for none
	To       string          `json:"to"`               // likewise
	Filter   string          `json:"filter,omitempty"` // that a scanning rule of the registry gets
	Also     []string        `json:"also,omitempty"`   // other repositories that the filter matches
	Written  bool            `json:"written"`
	Verified bool            `json:"verified"` // it was read back as wanted
	Error    string          `json:"error,omitempty"`
}

// ApplyTags are the tags that a change of mutability bears on; the lists hold the first 20.
type ApplyTags struct {
	Listed      int      `json:"listed"`
	Complete    bool     `json:"complete"` // there are no more
	Frozen      []string `json:"frozen"`
	FrozenCount int      `json:"frozen_count"`
	Freed       []string `json:"freed"`
	FreedCount  int      `json:"freed_count"`
}

// NewApplyTags counts tags.
func NewApplyTags(listed int, complete bool, frozen, freed []string) *ApplyTags {
	const most = 20
	return &ApplyTags{
		Listed: listed, Complete: complete, FrozenCount: len(frozen), FreedCount: len(freed),
		Frozen: append([]string{}, frozen[:min(len(frozen), most)]...), Freed: append([]string{}, freed[:min(len(freed), most)]...),
	}
}

// ApplyImages are the images that a lifecycle policy is going to bear on.
type ApplyImages struct {
	Images     int      `json:"images"`
	Expire     int      `json:"expire"`
	Transition int      `json:"transition"`
	Uncertain  int      `json:"uncertain"`
	Endangered []string `json:"endangered"` // in use, and not certain to stay

	Sources []LifecycleSource `json:"sources,omitempty"` // that were asked what is in use
}

// Goes says whether some image goes, or may go.
func (i *ApplyImages) Goes() bool { return i.Expire+i.Transition+i.Uncertain > 0 }

// Failed says whether something of a repository is not as wanted, now that all is done.
func (r *ApplyRepository) Failed() bool {
	return r.Error != nil || slices.ContainsFunc(r.Changes, func(c ApplyChange) bool { return c.Error != "" })
}

// Write writes what is going to be changed of a repository, for people.
func (r *ApplyRepository) Write(w io.Writer) error {
	if r.Error != nil && len(r.Changes)+len(r.Notes) == 0 {
		return nil // its error is told, and there is nothing to change
	}
	out := bufio.NewWriter(w)
	head := r.Name
	if r.Owner != "" {
		head += " (made by " + r.Owner + ")"
	}
	writeFolded(out, head)
	if len(r.Changes) == 0 && r.Error == nil {
		writeFolded(out, "  nothing to do")
	}
	for _, change := range r.Changes {
		change.write(out)
		switch change.Setting {
		case posture.SettingMutability:
			r.Tags.write(out)
		case posture.SettingLifecycle:
			r.Images.write(out)
		}
	}
	for _, note := range r.Notes {
		writeFolded(out, "  note: "+note)
	}
	return out.Flush()
}

func (c ApplyChange) write(out *bufio.Writer) {
	mark := map[bool]string{true: "+", false: "~"}[c.From == ""]
	if c.Error != "" {
		mark = "!"
	}
	writeFolded(out, fmt.Sprintf("%s %s", mark, c.Setting))
	switch {
	case c.Setting == posture.SettingLifecycle:
		for _, line := range Diff(posture.NormalPolicy(c.From), posture.NormalPolicy(c.To)) {
			out.WriteString(strings.TrimRight("    "+Clean(line), " ") + "\n")
		}
	case c.Setting != posture.SettingRepository:
		if c.From != "" {
			writeFolded(out, "    now     "+c.From)
		}
		writeFolded(out, "    wanted  "+c.To+c.how())
	}
	if len(c.Also) > 0 {
		writeFolded(out, "    the filter matches too: "+firstOf(c.Also, len(c.Also)))
	}
	if c.Error != "" {
		writeFolded(out, "    "+c.Error)
	}
}

// how is by what a repository is going to be scanned.
func (c ApplyChange) how() string {
	switch {
	case c.Setting == posture.SettingScanning && c.Filter != "":
		return fmt.Sprintf(", by the filter %q in a rule of the registry", c.Filter)
	case c.Setting == posture.SettingScanning && c.Error == "":
		return ", by the repository's own flag"
	}
	return ""
}

func (t *ApplyTags) write(out *bufio.Writer) {
	if t == nil {
		return
	}
	of := fmt.Sprintf("of %d tags", t.Listed)
	if !t.Complete {
		of = fmt.Sprintf("of the first %d tags", t.Listed)
	}
	if t.FrozenCount > 0 {
		writeFolded(out, fmt.Sprintf("    %s, %d can no longer be moved: %s", of, t.FrozenCount, firstOf(t.Frozen, t.FrozenCount)))
	}
	if t.FreedCount > 0 {
		writeFolded(out, fmt.Sprintf("    %s, %d can be moved from then on: %s", of, t.FreedCount, firstOf(t.Freed, t.FreedCount)))
	}
}

func (i *ApplyImages) write(out *bufio.Writer) {
	if i == nil {
		return
	}
	writeFolded(out, fmt.Sprintf("    images: %d, of which %d expire, %d are archived and %d may go", i.Images, i.Expire, i.Transition, i.Uncertain))
	if len(i.Endangered) > 0 {
		writeFolded(out, "    in use, and not certain to stay: "+firstOf(i.Endangered, len(i.Endangered)))
	}
}

// firstOf names the first of what there is.
func firstOf(names []string, count int) string {
	const most = 5
	text := strings.Join(names[:min(len(names), most)], ", ")
	if count > most {
		text += fmt.Sprintf(" and %d more", count-most)
	}
	return text
}
