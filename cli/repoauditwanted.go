package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/strictyaml"
	"github.com/hallmark-ci/hallmark/tagger"
	"github.com/hallmark-ci/hallmark/tagger/gitrepo"
)

// readWanted works out what is wanted of every repository: by the configuration, and by the tags that the rules make.
func (a *audited) readWanted(c *cli.Context) error {
	var policy *string
	var err error
	if a.config, policy, err = a.readPosture(c); err != nil {
		return err
	}
	a.exceptions = posture.Exceptions{List: a.config.Exceptions, Now: a.now}
	if a.classes, err = a.classesOf(c); err != nil {
		return err
	}
	a.document.SetClasses(a.classes)
	a.desired, err = a.config.Desired(a.classes, policy)
	if err != nil && a.config.Immutable == nil {
		// No filters can be named that let all moving tags move: each tag is judged by itself.
		a.say.Detail("%v", err)
		a.desired = posture.Desired{Exclusions: a.config.MutableTags, Scan: a.config.Scan, Lifecycle: policy, Encryption: a.config.Encryption}
		return nil
	}
	return err
}

// readPosture reads the section of the configuration file, and the lifecycle policy that it names; nil where it names none.
func (p *program) readPosture(c *cli.Context) (config posture.Config, policy *string, err error) {
	file := configFile(c)
	if file == "" {
		return config, nil, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return config, nil, &UsageError{Problem: err.Error()}
	}
	if config, err = posture.ReadConfig(file, data); err != nil {
		var problem *strictyaml.Error
		if errors.As(err, &problem) {
			return config, nil, &UsageError{Problem: err.Error(), Hint: problem.Hint}
		}
		return config, nil, err
	}
	policy, err = p.wantedPolicy(filepath.Dir(file), config.Lifecycle)
	return config, policy, err
}

// wantedPolicy is the text of a lifecycle policy as the configuration names it.
func (p *program) wantedPolicy(dir, word string) (*string, error) {
	text := ""
	switch {
	case word == "":
		return nil, nil
	case word == "none":
		return &text, nil
	}
	if n, err := posture.KeepCount(word); err == nil {
		text = lifecycle.KeepLast(n)
		return &text, nil
	}
	file := filepath.FromSlash(word)
	if !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	data, err := p.readPolicyText(file)
	if err != nil {
		return nil, err
	}
	if _, err := parsePolicy(file, data); err != nil {
		return nil, err
	}
	text = string(data)
	return &text, nil
}

// classesOf works out which tags the rules will make. The work tree shows some of them; there need not be one.
func (p *program) classesOf(c *cli.Context) ([]posture.Class, error) {
	rules, flavor, err := p.readRules(c)
	if err != nil {
		return nil, err
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
		return nil, err
	case errors.As(err, &none) && !c.IsSet("path"), errors.As(err, &noCommit):
	default:
		return nil, err
	}
	classes, err := posture.Samples(rules, flavor, known...)
	if err != nil {
		return nil, &UsageError{Problem: err.Error(), Hint: "a rule that always gives a tag is type=sha,format=long,prefix="}
	}
	return classes, nil
}

// readSavedFile reads a file of saved answers whole.
func (p *program) readSavedFile(file string) ([]byte, error) {
	var data []byte
	err := p.withFile(file, savedHint, func(r io.Reader) (err error) {
		data, err = io.ReadAll(r)
		return err
	})
	return data, err
}
