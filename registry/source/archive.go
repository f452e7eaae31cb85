package source

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/opencontainers/go-digest"
)

// archive is an index of a tar file: what each file in it is. Nothing is ever written by a name found in it.
type archive struct {
	name    string // for messages
	entries map[string]entry
}

// entry is one file of an archive, or a link to one.
type entry struct {
	file
	link   string // name of what it links to; empty for a file
	sparse bool
}

// Bounds of the index: Docker's oldest form has four entries a layer, no image has more than 127 layers, and the longest names are of
// SHA-512 blobs.
const (
	maxEntries = 20_000
	maxName    = 256
)

// indexArchive reads the headers of a tar file from its start.
func indexArchive(f *os.File, name string) (*archive, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	a := &archive{name: name, entries: map[string]entry{}}
	reader := tar.NewReader(f)
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return a, nil
		}
		if err != nil {
			return nil, a.cut(err)
		}
		name, e, found := newEntry(header)
		if !found {
			continue
		}
		offset, err := f.Seek(0, io.SeekCurrent) // where the entry's content starts
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", a.name, err)
		}
		e.open = section(f, offset, e.size)
		if err := a.add(name, e); err != nil {
			return nil, err
		}
	}
}

// cut says that the tar ends too early or is none.
func (a *archive) cut(err error) error {
	return &FormatError{File: a.name, Problem: "is cut off or damaged", Err: err}
}

// newEntry reads the header of a file or a link. What else there is holds nothing, or is no part of an image by its name.
func newEntry(header *tar.Header) (name string, e entry, found bool) {
	name = path.Clean(header.Name)
	e.size, e.sparse = header.Size, isSparse(header)
	switch header.Typeflag {
	case tar.TypeReg, tar.TypeGNUSparse:
		e.named = namedDigest(name)
	case tar.TypeLink:
		e.link = path.Clean(header.Linkname)
	case tar.TypeSymlink:
		e.link = path.Clean(header.Linkname)
		if !path.IsAbs(e.link) {
			e.link = path.Join(path.Dir(name), e.link)
		}
	default:
		return "", entry{}, false
	}
	return name, e, len(name) <= maxName && len(e.link) <= maxName
}

// isSparse says whether a file's content in the archive is not the file itself. GNU tar has one form of its own for that, and three
// that PAX records tell (https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html).
func isSparse(header *tar.Header) bool {
	for key := range header.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return header.Typeflag == tar.TypeGNUSparse
}

// add takes one entry into the index. Its name may stand in it already if both are the same, as some engines write a layer that
// stands twice.
func (a *archive) add(name string, e entry) error {
	old, twice := a.entries[name]
	switch {
	case !twice && len(a.entries) >= maxEntries:
		return &FormatError{File: a.name, Problem: fmt.Sprintf("holds more than %d files: it is no image archive", maxEntries)}
	case twice && !old.same(e):
		return &FormatError{File: a.name, Problem: fmt.Sprintf("holds two files named %q", name)}
	case !twice:
		a.entries[name] = e
	}
	return nil
}

// same compares two entries of one name.
func (e entry) same(other entry) bool {
	if e.link != other.link || e.size != other.size || e.sparse || other.sparse {
		return false
	}
	if e.link != "" {
		return true
	}
	one, err := e.measure(digest.Canonical)
	if err != nil {
		return false
	}
	two, err := other.measure(one.Algorithm())
	return err == nil && one == two
}

// find resolves a name to the file it stands for, through links within the archive.
func (a *archive) find(name string) (file, error) {
	at := path.Clean(name)
	for range 10 {
		e, found := a.entries[at]
		switch {
		case !found:
			return file{}, fmt.Errorf("find %q: %w", name, fs.ErrNotExist)
		case e.sparse:
			return file{}, &FormatError{File: a.name, Problem: fmt.Sprintf("holds %q as a sparse file", name)}
		case e.link == "" && e.named == "":
			e.named = namedDigest(name) // by a link to it
			return e.file, nil
		case e.link == "":
			return e.file, nil
		}
		at = e.link
	}
	return file{}, &FormatError{File: a.name, Problem: fmt.Sprintf("has links that lead in a circle from %q", name)}
}
