package cli

import (
	"errors"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/tagger"
	"github.com/hallmark-ci/hallmark/tagger/gitrepo"
)

// classesFor are the classes of tags by which it is decided what may move, where the configuration leaves that to them.
func (p *program) classesFor(c *cli.Context, config posture.Config, section bool) ([]posture.Class, error) {
	if !section || config.Immutable != nil {
		return nil, nil
	}
	return p.tagClasses(c)
}

// tagClasses are the classes of the tags that the rules of the project make, as far as those of the commit of the work tree tell; none
// where there is no work tree.
func (p *program) tagClasses(c *cli.Context) ([]posture.Class, error) {
	f, err := p.readFacts(c.Context, c)
	var (
		notRepo  *gitrepo.NotARepositoryError
		noCommit *gitrepo.NoCommitError
		none     *tagger.NoTagsError
	)
	if errors.As(err, &notRepo) || errors.As(err, &noCommit) {
		p.say.Warn("what the tags need is not known, and mutability is left as it is: there is no commit here")
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	derivation, err := p.derive(c, f.Revision)
	if errors.As(err, &none) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	byKind := map[tagger.Kind]int{}
	var classes []posture.Class
	for _, tag := range derivation.Tags {
		at, known := byKind[tag.Kind]
		if !known {
			at, byKind[tag.Kind] = len(classes), len(classes)
			classes = append(classes, posture.Class{Name: string(tag.Kind), Moving: tag.Kind == tagger.Moving})
		}
		classes[at].Samples = append(classes[at].Samples, posture.Sample{Tag: tag.String(), Rule: tag.Rule, Varies: varies(tag)})
	}
	return classes, nil
}

// varies says whether the rule of a tag may give other tags for other commits. Two names are known to stay.
func varies(tag tagger.Tag) bool { return tag.String() != "latest" && tag.String() != "edge" }
