package gitrepo

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/hallmark-ci/hallmark/tagger"
)

// tags lists the tags at HEAD, annotated ones by what they point at in the end: for-each-ref --points-at looks through one tag only
// before Git 2.43, and reads every object.
func (p *program) tags(ctx context.Context, r *tagger.Revision) error {
	names, unknown, err := tagsAt(p.common, r.Commit)
	if errors.Is(err, errAsk) {
		return p.eachTag(ctx, func(id, name string) {
			if id == r.Commit {
				r.Tags = append(r.Tags, name)
			}
		})
	}
	peeled, err := p.peel(ctx, unknown)
	if err != nil {
		return err
	}
	for name, id := range peeled {
		if id == r.Commit {
			names = append(names, name)
		}
	}
	r.Tags = names
	return nil
}

// tagsAt is what the files in dir tell of the tags at a commit.
func tagsAt(dir, commit string) (names []string, unknown map[string]string, err error) {
	files, err := readTagFiles(dir)
	if err != nil {
		return nil, nil, err
	}
	return files.at(commit)
}

// namesIn is what the files in dir tell of the names of all tags.
func namesIn(dir string) ([]string, error) {
	files, err := readTagFiles(dir)
	if err != nil {
		return nil, err
	}
	return files.names()
}

// peel asks git what tags point at in the end: by name, given the ids that their references hold.
func (p *program) peel(ctx context.Context, tags map[string]string) (map[string]string, error) {
	if len(tags) == 0 {
		return nil, nil
	}
	var names []string
	var stdin bytes.Buffer
	for name, id := range tags {
		names = append(names, name)
		stdin.WriteString(id + "^{}\n")
	}
	peeled := map[string]string{}
	lines := 0
	stdout := &lineWriter{visit: func(line string) {
		if lines < len(names) {
			peeled[names[lines]], _, _ = strings.Cut(line, " ") // an object that is missing keeps the ^{}, and is no commit
		}
		lines++
	}}
	if err := p.pipe(ctx, &stdin, stdout, "cat-file", "--batch-check=%(objectname)"); err != nil {
		return nil, err
	}
	if lines != len(names) {
		return nil, fmt.Errorf("git cat-file: %d answers to %d questions", lines, len(names))
	}
	return peeled, nil
}

func (p *program) tagNames(ctx context.Context) ([]string, error) {
	names, err := namesIn(p.common)
	if !errors.Is(err, errAsk) {
		return names, cmp.Or(err, ctx.Err())
	}
	names = nil
	err = p.eachTag(ctx, func(_, name string) {
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	})
	return names, err
}

// eachTag asks git for every tag, and visits an annotated one twice in a row: with its own id, and with that of what it points at.
// Names may hold spaces of other scripts, but neither a space nor a newline.
func (p *program) eachTag(ctx context.Context, visit func(id, name string)) error {
	return orNothing(p.pipe(ctx, nil, &lineWriter{visit: func(line string) {
		id, ref, _ := strings.Cut(line, " ")
		visit(id, strings.TrimSuffix(shortName(ref, tagPrefix), "^{}"))
	}}, "show-ref", "--tags", "--dereference"))
}

// tags lists the tags at a commit.
func (g *goGit) tags(ctx context.Context, commit string) ([]string, error) {
	names, unknown, err := tagsAt(g.common, commit)
	if !errors.Is(err, errAsk) {
		for name, id := range unknown {
			if g.peel(plumbing.NewHash(id)).String() == commit {
				names = append(names, name)
			}
		}
		return names, cmp.Or(err, ctx.Err())
	}
	hash := plumbing.NewHash(commit)
	names = nil
	err = g.eachTag(ctx, func(name string, target plumbing.Hash) error {
		if target == hash || g.peel(target) == hash {
			names = append(names, name)
		}
		return nil
	})
	return names, err
}

func (g *goGit) tagNames(ctx context.Context) ([]string, error) {
	names, err := namesIn(g.common)
	if !errors.Is(err, errAsk) {
		return names, cmp.Or(err, ctx.Err())
	}
	names = nil
	err = g.eachTag(ctx, func(name string, _ plumbing.Hash) error {
		names = append(names, name)
		return nil
	})
	return names, err
}

func (g *goGit) eachTag(ctx context.Context, visit func(string, plumbing.Hash) error) error {
	references, err := g.store.IterReferences()
	if err != nil {
		return err
	}
	defer references.Close()
	return references.ForEach(func(ref *plumbing.Reference) error {
		name, ok := strings.CutPrefix(ref.Name().String(), tagPrefix)
		if err := ctx.Err(); err != nil || !ok {
			return err
		}
		return visit(name, ref.Hash())
	})
}
