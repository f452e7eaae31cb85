package gitrepo

import (
	"os"
	"path/filepath"
	"strings"
)

// locate finds the nearest folder from dir upwards that looks like the top of a work tree, or like a bare repository. In a container
// job it often belongs to another user, and git refuses to read it until it is named as safe
// (https://github.com/actions/checkout/issues/1048). real is dir without links, which is what git goes by.
func locate(dir string) (real, at string, found bool) {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		real = dir
	}
	for at = real; ; at = filepath.Dir(at) {
		if isTop(at) || isBare(at) {
			return real, at, true
		}
		if at == filepath.Dir(at) {
			return real, real, false
		}
	}
}

// refDirs are gitDirs where references are in files there, and empty where they are not, or where that is not certain.
func refDirs(top string) (own, common string) {
	own, common = gitDirs(top)
	if own == "" || common == "" || usesOtherStorage(common) {
		return "", ""
	}
	return own, common
}

// gitDirs are the folders of the repository of the work tree or bare repository at top: that of its own, with HEAD, and that which all
// work trees share. They are empty where a file names them that cannot be read.
func gitDirs(top string) (own, common string) {
	own = filepath.Join(top, ".git")
	info, err := os.Stat(own)
	switch {
	case err != nil:
		own = top
	case !info.IsDir():
		own = fileNaming(own, "gitdir: ")
	}
	common = own
	if file := filepath.Join(own, "commondir"); exists(file) { // a linked work tree
		common = fileNaming(file, "")
	}
	return own, common
}

// fileNaming reads a file that names a folder, from its own on; prefix stands before the name.
func fileNaming(file, prefix string) string {
	content, err := os.ReadFile(file)
	name, ok := strings.CutPrefix(strings.TrimRight(string(content), "\r\n"), prefix)
	switch {
	case err != nil || !ok || name == "":
		return ""
	case filepath.IsAbs(name):
		return name
	}
	return filepath.Join(filepath.Dir(file), name)
}

// isTop says whether dir has a .git: the repository, or in a linked work tree and a submodule a file that names it.
func isTop(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, ".git"))
	if err != nil {
		return false
	}
	return info.Mode().IsRegular() || exists(filepath.Join(dir, ".git", "HEAD"))
}

func isBare(dir string) bool {
	return exists(filepath.Join(dir, "HEAD")) && exists(filepath.Join(dir, "objects")) && exists(filepath.Join(dir, "refs"))
}

// exists follows no link: HEAD may be one that dangles.
func exists(file string) bool {
	_, err := os.Lstat(file)
	return err == nil
}

// shortName is a reference without its prefix, and nothing when it has another.
func shortName(ref, prefix string) string {
	name, ok := strings.CutPrefix(ref, prefix)
	if !ok {
		return ""
	}
	return name
}
