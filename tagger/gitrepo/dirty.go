package gitrepo

import (
	"context"
	"os"
	"path/filepath"

	"github.com/hallmark-ci/hallmark/tagger"
)

// dirty looks for changes of tracked files. Untracked files do not count, in submodules neither.
func (p *program) dirty(ctx context.Context, r *tagger.Revision) error {
	inside, err := p.submodules(ctx, p.top)
	if err != nil {
		return err
	}
	// A git of its own looks into each submodule, and minds who owns it.
	looking := command{path: p.path, dir: p.dir, safe: append(inside, p.safe...)}
	out, err := looking.run(ctx, "status", "--porcelain=v1", "-z", "--untracked-files=no", "--ignore-submodules=untracked", "--no-renames")
	if err != nil {
		return err
	}
	r.Dirty = tagger.Clean
	if out != "" {
		r.Dirty = tagger.Dirty
	}
	return nil
}

// submodules lists the folders of the submodules of the work tree at top, and of theirs.
func (p *program) submodules(ctx context.Context, top string) ([]string, error) {
	file := filepath.Join(top, ".gitmodules")
	if info, err := os.Lstat(file); err != nil || !info.Mode().IsRegular() {
		return nil, nil
	}
	entries, err := p.config(ctx, `^submodule\..*\.path$`, "--file", file)
	if err != nil {
		return nil, err
	}
	var dirs []string
	for _, e := range entries {
		if !filepath.IsLocal(e.value) || e.value == "." {
			continue
		}
		dir := filepath.Join(top, filepath.FromSlash(e.value))
		if real, err := filepath.EvalSymlinks(dir); err != nil || real != dir {
			continue // not checked out, or a link, which git does not follow
		}
		deeper, err := p.submodules(ctx, dir)
		if err != nil {
			return nil, err
		}
		dirs = append(append(dirs, dir), deeper...)
	}
	return dirs, nil
}
