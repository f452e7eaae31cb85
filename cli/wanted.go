package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/strictyaml"
	"github.com/hallmark-ci/hallmark/tagger"
	"github.com/hallmark-ci/hallmark/tagger/gitrepo"
)

// settingFlags say which settings a repository is to have. They beat the section posture of the configuration file, key by key.
func settingFlags() []cli.Flag {
	return []cli.Flag{
		switchFlag(categorySettings, "immutable", "tags cannot be moved, but for those of --mutable-tag; --immutable=false lets all move"),
		listFlag(categorySettings, "mutable-tag", "`PATTERN` of tags that may move all the same, * being any text (repeatable, at most 5)"),
		switchFlag(categorySettings, "scan-on-push", "images are scanned when they are pushed"),
		textFlag(categorySettings, "lifecycle", "", "`FILE` with the lifecycle policy, keep=N to keep the last N images, or none"),
	}
}

// wanted is what repositories are to be like, as far as the configuration file and flags say.
type wanted struct {
	config     posture.Config // with what flags say
	section    bool           // the file has the section
	policyText *string        // of the lifecycle policy; nil where none in particular is wanted, empty for none at all
	policyName string         // for messages
	policy     lifecycle.Policy
}

// readWanted reads the section of the configuration file, the flags of a command that has some, and the lifecycle policy that they name.
func (p *program) readWanted(c *cli.Context) (wanted, error) {
	w, err := readSection(c)
	if err != nil {
		return w, err
	}
	if err := w.addFlags(c); err != nil {
		return w, err
	}
	return w, p.readWantedPolicy(&w)
}

// readSection reads the section of the configuration file. A lifecycle policy's file lies beside it.
func readSection(c *cli.Context) (w wanted, err error) {
	file := configFile(c)
	if file == "" {
		return w, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return w, &UsageError{Problem: fmt.Sprintf("read configuration: %v", err)}
	}
	settings, err := readConfig(file, append(flagNames(leaves(c.App.Commands)), sections()...))
	if err != nil {
		return w, err
	}
	w.section = slices.ContainsFunc(settings, func(s setting) bool { return s.key == posture.Key })
	name := file
	if c.String("config") == "" {
		name = configName // that of the work tree needs no path
	}
	w.config, err = posture.ReadConfig(name, data)
	var problem *strictyaml.Error
	if errors.As(err, &problem) {
		return w, &UsageError{Problem: problem.Error(), Hint: problem.Hint}
	}
	if word := w.config.Lifecycle; isPolicyFile(word) && !filepath.IsAbs(word) {
		w.config.Lifecycle = filepath.Join(filepath.Dir(file), filepath.FromSlash(word))
	}
	return w, err
}

// isPolicyFile says whether a word names the file of a lifecycle policy.
func isPolicyFile(word string) bool {
	return word != "" && word != "-" && word != "none" && !strings.HasPrefix(word, "keep=")
}

// addFlags puts what flags say into the configuration. What a flag asks for is not excused by an exception of the file.
func (w *wanted) addFlags(c *cli.Context) error {
	excuseNot := func(check posture.CheckName) {
		w.config.Exceptions = slices.DeleteFunc(slices.Clone(w.config.Exceptions), func(e posture.Exception) bool { return e.Check == check })
	}
	if tags := lines(c.StringSlice("mutable-tag")); len(tags) > 0 {
		w.config.MutableTags = tags
		excuseNot(posture.CheckImmutability)
	}
	if c.IsSet("immutable") {
		on := c.Bool("immutable")
		if w.config.Immutable = &on; !on && !c.IsSet("mutable-tag") {
			w.config.MutableTags = nil // those of the file were for tags that do not move
		}
		excuseNot(posture.CheckImmutability)
	}
	if problem := posture.CheckExclusions(w.config.MutableTags); problem != "" {
		return &UsageError{Problem: "--mutable-tag: " + problem, Hint: "one pattern with * may stand for several tags"}
	}
	if w.config.Immutable != nil && !*w.config.Immutable && len(w.config.MutableTags) > 0 {
		return &UsageError{Problem: "--mutable-tag where every tag may move", Hint: "tags are not immutable: leave one of the two out"}
	}
	if c.IsSet("scan-on-push") {
		w.config.Scan = map[bool]posture.Scan{true: posture.ScanOnPush, false: posture.ScanOff}[c.Bool("scan-on-push")]
		excuseNot(posture.CheckScanning)
	}
	if c.IsSet("lifecycle") {
		w.config.Lifecycle = c.String("lifecycle")
		excuseNot(posture.CheckLifecycle)
	}
	return nil
}

// readWantedPolicy reads the lifecycle policy that is wanted. One that ECR would refuse is a UsageError.
func (p *program) readWantedPolicy(w *wanted) error {
	word, text := w.config.Lifecycle, ""
	switch {
	case word == "":
		return nil
	case word == "none":
		w.policyText = &text
		return nil
	case strings.HasPrefix(word, "keep="):
		n, err := posture.KeepCount(word)
		if err != nil {
			return &UsageError{Problem: "--lifecycle: " + err.Error()}
		}
		w.policyName, text = word, lifecycle.KeepLast(n)
	default:
		data, err := p.readPolicyText(word)
		if err != nil {
			return err
		}
		w.policyName, text = policyName(word), string(data)
	}
	var err error
	w.policyText = &text
	w.policy, err = parsePolicy(w.policyName, []byte(text))
	return err
}

// desired is the settings that are wanted for a project whose tags are of some classes.
func (w *wanted) desired(classes []posture.Class) (posture.Desired, error) {
	desired, err := w.config.Desired(classes, w.policyText)
	var varying *posture.VaryingError
	switch {
	case errors.As(err, &varying):
		return desired, &UsageError{
			Problem: err.Error(), Hint: "name one: --mutable-tag PATTERN, or mutable_tags in the section posture; --immutable, or immutable: true, lets none of them move",
		}
	case err != nil:
		return desired, &UsageError{Problem: err.Error(), Hint: "one pattern may fit several of them: --mutable-tag PATTERN"}
	}
	return desired, nil
}

// projectClasses works out which tags the rules will make. The work tree shows some of them; there need not be one, and then found is false.
func (p *program) projectClasses(c *cli.Context) (classes []posture.Class, found bool, err error) {
	rules, flavor, err := p.readRules(c)
	if err != nil {
		return nil, false, err
	}
	var known []tagger.Revision
	f, err := p.readFacts(c.Context, c)
	var (
		none     *gitrepo.NotARepositoryError
		noCommit *gitrepo.NoCommitError
	)
	switch {
	case err == nil:
		known = append(known, f.Revision)
	case errors.Is(err, context.Canceled):
		return nil, false, err
	case errors.As(err, &none) && !c.IsSet("path"), errors.As(err, &noCommit):
	default:
		return nil, false, err
	}
	classes, err = posture.Samples(rules, flavor, known...)
	if err != nil {
		return nil, false, &UsageError{Problem: err.Error(), Hint: "a rule that always gives a tag is type=sha,format=long,prefix="}
	}
	return classes, len(known) > 0, nil
}
