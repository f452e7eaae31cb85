package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/strictyaml"
	"github.com/hallmark-ci/hallmark/tagger"
	"github.com/hallmark-ci/hallmark/tagger/gitrepo"
)

// postureFlags say which settings a repository is to have. They beat the section posture of the configuration file.
func postureFlags() []cli.Flag {
	return []cli.Flag{
		switchFlag(categoryPosture, "immutable", "tags never move, all but those of --mutable-tag"),
		listFlag(categoryPosture, "mutable-tag", "`PATTERN` of tags that may move, * for any text; at most 5 (repeatable)"),
		switchFlag(categoryPosture, "scan-on-push", "images are scanned when they are pushed"),
		textFlag(categoryPosture, "lifecycle", "", "lifecycle `POLICY`: a file, keep=N for the last N images, or none"),
	}
}

// wantedPosture is what the configuration file and the flags ask for.
func (p *program) wantedPosture(c *cli.Context) (posture.Config, error) {
	config, err := postureSection(configFile(c))
	if err != nil {
		return config, err
	}
	if patterns := lines(c.StringSlice("mutable-tag")); len(patterns) > 0 {
		config.MutableTags = patterns
	}
	if c.IsSet("immutable") {
		immutable := c.Bool("immutable")
		config.Immutable = &immutable
		if !immutable && !c.IsSet("mutable-tag") {
			config.MutableTags = nil // those of the file were for tags that do not move
		}
	}
	if problem := posture.CheckExclusions(config.MutableTags); problem != "" {
		return config, &UsageError{Problem: "--mutable-tag: " + problem, Hint: "one pattern may fit several tags: * stands for any text, as in dev-*"}
	}
	if config.Immutable != nil && !*config.Immutable && len(config.MutableTags) > 0 {
		return config, &UsageError{Problem: "--mutable-tag where every tag may move", Hint: "leave it out, or set --immutable"}
	}
	if c.IsSet("scan-on-push") {
		config.Scan = posture.ScanOff
		if c.Bool("scan-on-push") {
			config.Scan = posture.ScanOnPush
		}
	}
	if c.String("lifecycle") != "" {
		config.Lifecycle = c.String("lifecycle")
	}
	return config, nil
}

// postureSection reads the section of the configuration file. The name of a lifecycle policy's file, which lies beside it, becomes a path.
func postureSection(file string) (posture.Config, error) {
	if file == "" {
		return posture.Config{}, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return posture.Config{}, &UsageError{Problem: fmt.Sprintf("read configuration: %v", err)}
	}
	config, err := posture.ReadConfig(file, data)
	var wrong *strictyaml.Error
	if errors.As(err, &wrong) {
		return config, &UsageError{Problem: wrong.Error(), Hint: wrong.Hint}
	}
	if isPolicyFile(config.Lifecycle) && !filepath.IsAbs(config.Lifecycle) {
		config.Lifecycle = filepath.Join(filepath.Dir(file), config.Lifecycle)
	}
	return config, err
}

func isPolicyFile(word string) bool {
	return word != "" && word != "none" && !strings.HasPrefix(word, "keep=")
}

// wantedLifecycle is the text of the lifecycle policy that a word asks for: empty for none, nil where nothing is asked for. What ECR would
// refuse is a UsageError; what lint finds besides is a warning.
func (p *program) wantedLifecycle(word string) (*string, error) {
	if word == "" || word == "none" {
		text := ""
		if word == "" {
			return nil, nil
		}
		return &text, nil
	}
	if !isPolicyFile(word) {
		n, err := posture.KeepCount(word)
		if err != nil {
			return nil, &UsageError{Problem: "--lifecycle: " + err.Error()}
		}
		text := lifecycle.KeepLast(n)
		return &text, nil
	}
	var data []byte
	err := p.withFile(word, "--lifecycle takes a file with a policy, keep=N, or none", func(r io.Reader) (err error) {
		data, err = io.ReadAll(io.LimitReader(r, 16*lifecycle.MaxLength))
		return err
	})
	if err != nil {
		return nil, err
	}
	policy, err := parsePolicy(policyName(word), data)
	if err != nil {
		return nil, err
	}
	for _, problem := range lifecycle.Lint(policy, lifecycle.Facts{}) {
		p.say.Warn("%s:%s", policyName(word), problem)
	}
	text := string(data)
	return &text, nil
}

// desired is the settings that repositories are to have, by the configuration, the flags, and the tags of the project.
func (p *program) desired(c *cli.Context) (posture.Desired, error) {
	config, err := p.wantedPosture(c)
	if err != nil {
		return posture.Desired{}, err
	}
	policy, err := p.wantedLifecycle(config.Lifecycle)
	if err != nil {
		return posture.Desired{}, err
	}
	var classes []posture.Class
	if config.Immutable == nil {
		if classes, err = p.projectClasses(c); err != nil {
			return posture.Desired{}, err
		}
	}
	desired, err := config.Desired(classes, policy)
	var varying *posture.VaryingError
	switch {
	case errors.As(err, &varying):
		return desired, &UsageError{Problem: err.Error(), Hint: "name one: --mutable-tag PATTERN, or mutable_tags in the section posture; --immutable asks for none"}
	case err != nil:
		return desired, &UsageError{Problem: err.Error(), Hint: "one pattern may fit several of them: --mutable-tag PATTERN"}
	}
	return desired, nil
}

// projectClasses are the kinds of tags that the project writes, by its rules and the commit at --path. Without a work tree there are none.
func (p *program) projectClasses(c *cli.Context) ([]posture.Class, error) {
	f, err := p.readFacts(c.Context, c)
	var none *gitrepo.NotARepositoryError
	if errors.As(err, &none) && !c.IsSet("path") {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	derivation, err := p.derive(c, f.Revision)
	if err != nil {
		return nil, err
	}
	var classes []posture.Class
	for _, kind := range []tagger.Kind{tagger.Commit, tagger.Version, tagger.Literal, tagger.Moving} {
		class := posture.Class{Name: string(kind), Moving: kind == tagger.Moving}
		for _, tag := range derivation.Tags {
			if tag.Kind == kind {
				class.Samples = append(class.Samples, posture.Sample{Tag: tag.String(), Rule: tag.Rule, Varies: givesOthers(tag)})
			}
		}
		if len(class.Samples) > 0 {
			classes = append(classes, class)
		}
	}
	return classes, nil
}

// givesOthers says whether the rule of a tag gives other tags for other commits. Only latest, and what is written down, are sure to stay.
func givesOthers(tag tagger.Tag) bool {
	written := strings.Contains(tag.Rule, "type=raw") || strings.Contains(tag.Rule, "type=edge") || !strings.Contains(tag.Rule, "type=")
	return tag.String() != "latest" && (!written || strings.Contains(tag.Rule, "{{"))
}
