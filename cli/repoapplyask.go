package cli

import (
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/registry/posture"
)

// applyName is a repository as it was named.
type applyName struct{ host, name string }

// applyAsk is what a run of repo apply was asked for, checked.
type applyAsk struct {
	repositories []applyName
	wanted
	want   posture.Desired
	uses   []lifecycle.Use
	live   useAsk
	create bool
	owned  bool
	yes    bool
	dryRun bool
}

// readApplyAsk reads the flags and the section of the configuration file. Nothing is asked of AWS yet.
func (p *program) readApplyAsk(c *cli.Context) (applyAsk, error) {
	ask := applyAsk{create: c.Bool("create"), owned: c.Bool("owned"), yes: c.Bool("yes"), dryRun: c.Bool("dry-run")}
	var err error
	if ask.repositories, err = applyNames(c.Args().Slice()); err != nil {
		return ask, err
	}
	if ask.wanted, err = p.readWanted(c); err != nil {
		return ask, err
	}
	if !ask.section && !ask.create && !slices.ContainsFunc(settingFlags(), func(f cli.Flag) bool { return c.IsSet(f.Names()[0]) }) {
		return ask, &UsageError{
			Problem: "nothing is wanted", Hint: "write a section posture into .hallmark.yaml, or say it: --immutable --scan-on-push --lifecycle keep=50",
		}
	}
	if ask.uses, err = p.readUses(c); err != nil {
		return ask, err
	}
	if ask.live, err = readUseAsk(c); err != nil {
		return ask, err
	}
	classes, err := p.classesToApply(c, ask.wanted)
	if err != nil {
		return ask, err
	}
	if ask.want, err = ask.desired(classes); err != nil {
		return ask, err
	}
	if !ask.section && ask.config.Scan == "" {
		ask.want.Scan = "" // nobody has asked for scanning
	}
	return ask, nil
}

// classesToApply are the classes of tags by which it is decided what may move, where the configuration leaves that to them.
func (p *program) classesToApply(c *cli.Context, w wanted) ([]posture.Class, error) {
	if !w.section || w.config.Immutable != nil {
		return nil, nil
	}
	classes, found, err := p.projectClasses(c)
	if err == nil && !found && !c.IsSet("tag") {
		p.say.Warn("what the tags need is not known, and mutability is left as it is: there is no commit here")
		return nil, nil
	}
	return classes, err
}

// applyNames reads the arguments. One that stands twice counts once.
func applyNames(words []string) ([]applyName, error) {
	if len(words) == 0 {
		return nil, &UsageError{Problem: "no repository", Hint: "hallmark repo apply NAME..."}
	}
	var names []applyName
	for _, text := range words {
		host, name, err := readRepository(text)
		if err != nil {
			return nil, err
		}
		if one := (applyName{host, name}); !slices.Contains(names, one) {
			names = append(names, one)
		}
	}
	return names, nil
}
