package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/strictyaml"
)

// applyName is a repository as it was named.
type applyName struct{ host, name string }

// applyAsk is what a run of repo apply was asked for, checked.
type applyAsk struct {
	repositories []applyName
	want         posture.Desired
	exceptions   []posture.Exception // of what no flag asks for
	policy       lifecycle.Policy    // that is wanted, where one is
	policyName   string
	uses         []lifecycle.Use
	create       bool
	owned        bool
	yes          bool
	dryRun       bool
}

// readApplyAsk reads the flags and the section of the configuration file. Nothing is asked of AWS yet.
func (p *program) readApplyAsk(c *cli.Context) (applyAsk, error) {
	ask := applyAsk{create: c.Bool("create"), owned: c.Bool("owned"), yes: c.Bool("yes"), dryRun: c.Bool("dry-run")}
	var err error
	if ask.repositories, err = applyNames(c.Args().Slice()); err != nil {
		return ask, err
	}
	config, section, err := readPosture(c)
	if err != nil {
		return ask, err
	}
	directory := filepath.Dir(configFile(c))
	if c.IsSet("lifecycle") {
		directory = ""
	}
	if config, err = flagged(c, config, section); err != nil {
		return ask, err
	}
	if ask.uses, err = p.readUses(c); err != nil {
		return ask, err
	}
	text, err := p.readWantedPolicy(&ask, config.Lifecycle, directory)
	if err != nil {
		return ask, err
	}
	classes, err := p.classesFor(c, config, section)
	if err != nil {
		return ask, err
	}
	ask.exceptions = config.Exceptions
	if ask.want, err = config.Desired(classes, text); err != nil {
		return ask, &UsageError{Problem: err.Error(), Hint: "say which tags may move: --mutable-tag PATTERN, or mutable_tags in the section posture"}
	}
	if !section && config.Scan == "" {
		ask.want.Scan = "" // nobody has asked for scanning
	}
	return ask, nil
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

// readPosture reads the section of the configuration file. found says whether there is one.
func readPosture(c *cli.Context) (config posture.Config, found bool, err error) {
	file := configFile(c)
	if file == "" {
		return config, false, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return config, false, &UsageError{Problem: fmt.Sprintf("read configuration: %v", err)}
	}
	settings, err := readConfig(file, append(flagNames(leaves(c.App.Commands)), sections()...))
	if err != nil {
		return config, false, err
	}
	name := file
	if c.String("config") == "" {
		name = configName // that of the work tree needs no path
	}
	config, err = posture.ReadConfig(name, data)
	var problem *strictyaml.Error
	if errors.As(err, &problem) {
		return config, false, &UsageError{Problem: problem.Error(), Hint: problem.Hint}
	}
	return config, slices.ContainsFunc(settings, func(s setting) bool { return s.key == posture.Key }), err
}

// flagged puts what flags say into the configuration, which they beat. It is wrong usage to ask for nothing.
func flagged(c *cli.Context, config posture.Config, section bool) (posture.Config, error) {
	asked := section || c.Bool("create")
	excuse := func(check posture.CheckName) {
		asked = true
		config.Exceptions = slices.DeleteFunc(slices.Clone(config.Exceptions), func(e posture.Exception) bool { return e.Check == check })
	}
	if tags := lines(c.StringSlice("mutable-tag")); len(tags) > 0 {
		yes := true
		config.MutableTags, config.Immutable = tags, &yes
		excuse(posture.CheckImmutability)
	}
	if c.IsSet("immutable") {
		on := c.Bool("immutable")
		if config.Immutable = &on; !on {
			if c.IsSet("mutable-tag") {
				return config, &UsageError{Problem: "--mutable-tag with --immutable=false", Hint: "every tag may move where tags are not immutable: leave one of the two out"}
			}
			config.MutableTags = nil
		}
		excuse(posture.CheckImmutability)
	}
	if problem := posture.CheckExclusions(config.MutableTags); problem != "" {
		return config, &UsageError{Problem: "--mutable-tag: " + problem, Hint: "one pattern with * may stand for several tags"}
	}
	if c.IsSet("scan-on-push") {
		config.Scan = map[bool]posture.Scan{true: posture.ScanOnPush, false: posture.ScanOff}[c.Bool("scan-on-push")]
		excuse(posture.CheckScanning)
	}
	if c.IsSet("lifecycle") {
		config.Lifecycle = c.String("lifecycle")
		excuse(posture.CheckLifecycle)
	}
	if !asked {
		return config, &UsageError{
			Problem: "nothing is wanted", Hint: "write a section posture into .hallmark.yaml, or say it: --immutable --scan-on-push --lifecycle keep=50",
		}
	}
	return config, nil
}

// readWantedPolicy reads the lifecycle policy that is wanted: the text is nil where none in particular is, and empty for none at all.
func (p *program) readWantedPolicy(ask *applyAsk, word, directory string) (*string, error) {
	text := ""
	switch n, err := posture.KeepCount(word); {
	case word == "":
		return nil, nil
	case word == "none":
		return &text, nil
	case err == nil:
		ask.policyName, text = word, lifecycle.KeepLast(n)
	case len(word) >= 5 && word[:5] == "keep=":
		return nil, &UsageError{Problem: "--lifecycle " + err.Error()}
	default:
		if ask.policyName = word; !filepath.IsAbs(word) && word != "-" {
			ask.policyName = filepath.Join(directory, word)
		}
		data, err := p.readPolicyText(ask.policyName)
		if err != nil {
			return nil, err
		}
		ask.policyName, text = policyName(ask.policyName), string(data)
	}
	var err error
	ask.policy, err = parsePolicy(ask.policyName, []byte(text))
	return &text, err
}
