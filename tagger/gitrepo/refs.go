package gitrepo

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// tagFiles are the tags of a repository that keeps its references in files, read without git: what git's own commands check of each of
// 100,000 tags takes longer than all the rest.
type tagFiles struct {
	loose map[string]string // ids by name; they go before what packed-refs says
	// packed is packed-refs in pieces of whole lines, the id that an annotated tag peels to, a line of its own, with the tag's.
	packed func(visit func(piece []byte)) error
}

const tagPrefix = "refs/tags/"

// errAsk says that the files do not tell, and git must be asked.
var errAsk = errors.New("ask git")

// readTagFiles reads the tags in dir, the common folder of refDirs. In doubt it gives errAsk, as packed may do too.
func readTagFiles(dir string) (t tagFiles, err error) {
	if dir == "" {
		return tagFiles{}, errAsk
	}
	// Loose ones first: git packs a reference before it deletes its file.
	if t.loose, err = readLoose(filepath.Join(dir, "refs", "tags")); err != nil {
		return tagFiles{}, errAsk
	}
	t.packed = func(visit func([]byte)) error { return readPacked(filepath.Join(dir, "packed-refs"), visit) }
	return t, nil
}

// pieceSize is how much of packed-refs is held at a time. Memory that is used again is faster than a file's worth of new memory.
const pieceSize = 256 << 10

// readPacked visits packed-refs piece by piece. A file that does not have every tag peeled, as an old git left it, is errAsk.
func readPacked(path string, visit func(piece []byte)) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return errAsk
	}
	defer file.Close()
	buffer := make([]byte, pieceSize)
	held, first := 0, true
	for {
		n, err := io.ReadFull(file, buffer[held:])
		held += n
		if first && !isFullyPeeled(buffer[:held]) {
			return errAsk
		}
		first = false
		if err != nil {
			visit(buffer[:held])
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return nil
			}
			return errAsk
		}
		end := lastReference(buffer[:held])
		if end <= 0 {
			return errAsk // a line as long as a piece
		}
		visit(buffer[:end])
		held = copy(buffer, buffer[end:held])
	}
}

// isFullyPeeled says whether the first line of packed-refs promises the peeled id of every tag that has one. An empty file promises all.
func isFullyPeeled(text []byte) bool {
	header, _, _ := bytes.Cut(text, []byte("\n"))
	return len(text) == 0 || bytes.HasPrefix(header, []byte("# pack-refs with:")) && slices.Contains(strings.Fields(string(header)), "fully-peeled")
}

// lastReference is where the last line begins that is no peeled one: what comes after it may be still to read.
func lastReference(text []byte) int {
	for end := len(text); end > 0; {
		end = bytes.LastIndexByte(text[:end], '\n')
		if end < 0 || end+1 < len(text) && text[end+1] != '^' {
			return end + 1
		}
	}
	return 0
}

// usesOtherStorage says whether references may be elsewhere: in a reftable, or wherever extensions.refStorage says.
func usesOtherStorage(dir string) bool {
	config, err := os.ReadFile(filepath.Join(dir, "config"))
	return err != nil || exists(filepath.Join(dir, "reftable")) || bytes.Contains(bytes.ToLower(config), []byte("refstorage"))
}

// hasReftable says whether the repository at top keeps its references in a reftable.
func hasReftable(top string) bool {
	_, common := gitDirs(top)
	return common != "" && exists(filepath.Join(common, "reftable"))
}

// readSymbolic reads what a symbolic reference in a file names; nothing where it is none, or is not there. ok is false where git must be
// asked.
func readSymbolic(dir, name string) (ref string, ok bool) {
	file := filepath.Join(dir, filepath.FromSlash(name))
	info, err := os.Lstat(file)
	switch {
	case dir == "":
		return "", false
	case errors.Is(err, fs.ErrNotExist):
		return "", true
	case err != nil || !info.Mode().IsRegular():
		return "", false
	}
	content, err := os.ReadFile(file)
	text := strings.TrimSuffix(string(content), "\n")
	if ref, ok := strings.CutPrefix(text, "ref: refs/"); ok {
		return "refs/" + ref, err == nil
	}
	return "", err == nil && isID(text)
}

// isID says whether text is the id of an object, by either hash.
func isID(text string) bool {
	_, err := hex.DecodeString(text)
	return err == nil && (len(text) == 40 || len(text) == 64)
}

// readLoose reads the files of dir, a reference each. No files are no error; one that is not a plain reference is errAsk.
func readLoose(dir string) (map[string]string, error) {
	loose := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // git removes empty folders, and files it has packed
		case err != nil:
			return err
		case entry.IsDir() || strings.HasSuffix(path, ".lock"):
			return nil
		case !entry.Type().IsRegular():
			return errAsk
		}
		content, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		id := strings.TrimSuffix(string(content), "\n")
		if err != nil || !isID(id) {
			return errAsk
		}
		name, err := filepath.Rel(dir, path)
		loose[filepath.ToSlash(name)] = id
		return err
	})
	return loose, err
}

// at lists the tags that are at a commit, and those of which only the object that they name tells: with its id.
func (t tagFiles) at(commit string) (names []string, unknown map[string]string, err error) {
	unknown = map[string]string{}
	for name, id := range t.loose {
		if id == commit {
			names = append(names, name)
		} else {
			unknown[name] = id
		}
	}
	id := []byte(commit)
	err = t.packed(func(piece []byte) {
		for from := 0; ; {
			i := bytes.Index(piece[from:], id)
			if i < 0 {
				return
			}
			name, ok := nameAt(piece, from+i)
			if _, replaced := t.loose[name]; ok && !replaced {
				names = append(names, name)
			}
			from += i + len(id)
		}
	})
	return names, unknown, err
}

// nameAt is the tag whose line, or whose peeled line, has an id at the offset i.
func nameAt(piece []byte, i int) (name string, ok bool) {
	start := bytes.LastIndexByte(piece[:i], '\n') + 1
	switch {
	case i == start+1 && piece[start] == '^' && start > 0:
		start = bytes.LastIndexByte(piece[:start-1], '\n') + 1
	case i != start:
		return "", false // in the name of a reference
	}
	line, _, _ := bytes.Cut(piece[start:], []byte("\n"))
	return packedTag(string(line))
}

// packedTag is the name in a line of packed-refs, if it is of a tag.
func packedTag(line string) (name string, ok bool) {
	_, ref, _ := strings.Cut(line, " ")
	return strings.CutPrefix(ref, tagPrefix)
}

// names lists all tags.
func (t tagFiles) names() ([]string, error) {
	names := slices.Collect(maps.Keys(t.loose))
	err := t.packed(func(piece []byte) {
		for line := range strings.SplitSeq(string(piece), "\n") {
			if strings.HasPrefix(line, "#") {
				continue
			}
			name, ok := packedTag(line)
			if _, replaced := t.loose[name]; ok && !replaced {
				names = append(names, name)
			}
		}
	})
	return names, err
}
