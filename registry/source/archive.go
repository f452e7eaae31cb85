package source

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// archive is an index of a tar file: where each file in it lies. Nothing is ever written by a name found in it.
type archive struct {
	file    *os.File
	name    string // for messages
	entries map[string]entry
}

// entry is one file of an archive, or a link to one.
type entry struct {
	offset, size int64
	link         string // name of what it links to; empty for a file
	sparse       bool
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
	a := &archive{file: f, name: name, entries: map[string]entry{}}
	reader := tar.NewReader(f)
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return a, nil
		}
		if err != nil {
			return nil, &FormatError{File: name, Problem: "is cut off or damaged", Err: err}
		}
		if err := a.add(header); err != nil {
			return nil, err
		}
	}
}

// add takes one header into the index. The file stands at the start of the entry's content then.
func (a *archive) add(header *tar.Header) error {
	e := entry{size: header.Size, sparse: isSparse(header)}
	name := path.Clean(header.Name)
	switch header.Typeflag {
	case tar.TypeReg, tar.TypeGNUSparse:
		var err error
		if e.offset, err = a.file.Seek(0, io.SeekCurrent); err != nil {
			return fmt.Errorf("read %s: %w", a.name, err)
		}
	case tar.TypeLink:
		e.link = path.Clean(header.Linkname)
	case tar.TypeSymlink:
		e.link = path.Clean(header.Linkname)
		if !path.IsAbs(e.link) {
			e.link = path.Join(path.Dir(name), e.link)
		}
	default:
		return nil // folders and the like hold nothing
	}
	if len(name) > maxName || len(e.link) > maxName {
		return nil // no part of an image
	}
	if old, twice := a.entries[name]; twice && !a.same(old, e) {
		return &FormatError{File: a.name, Problem: fmt.Sprintf("holds two files named %q", name)}
	}
	if len(a.entries) >= maxEntries {
		return &FormatError{File: a.name, Problem: fmt.Sprintf("holds more than %d files: it is no image archive", maxEntries)}
	}
	a.entries[name] = e
	return nil
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

// same compares two entries of one name, which some engines write twice for a layer that stands twice.
func (a *archive) same(x, y entry) bool {
	if x.link != y.link || x.size != y.size || x.sparse || y.sparse {
		return false
	}
	return x.link != "" || sameContent(a.section(x), a.section(y))
}

func sameContent(x, y io.Reader) bool {
	one, two := make([]byte, 1<<15), make([]byte, 1<<15)
	for {
		n, errX := io.ReadFull(x, one)
		m, errY := io.ReadFull(y, two)
		if !bytes.Equal(one[:n], two[:m]) {
			return false
		}
		if errX != nil || errY != nil {
			return errX == errY && (errX == io.EOF || errX == io.ErrUnexpectedEOF)
		}
	}
}

func (a *archive) section(e entry) *io.SectionReader {
	return io.NewSectionReader(a.file, e.offset, e.size)
}

// find resolves a name to the file it stands for, through links within the archive.
func (a *archive) find(name string) (entry, error) {
	at := path.Clean(name)
	for range 10 {
		e, found := a.entries[at]
		switch {
		case !found:
			return entry{}, fmt.Errorf("find %q: %w", name, fs.ErrNotExist)
		case e.sparse:
			return entry{}, &FormatError{File: a.name, Problem: fmt.Sprintf("holds %q as a sparse file", name)}
		case e.link == "":
			return e, nil
		}
		at = e.link
	}
	return entry{}, &FormatError{File: a.name, Problem: fmt.Sprintf("has links that lead in a circle from %q", name)}
}

// open implements files. It reads the same content as often as wanted, from several places at once.
func (a *archive) open(name string) (io.ReadCloser, int64, error) {
	e, err := a.find(name)
	if err != nil {
		return nil, 0, err
	}
	return io.NopCloser(a.section(e)), e.size, nil
}
