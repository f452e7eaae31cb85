package source

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry"
)

// Bounds of what is kept in memory of an archive that is read from front to back: manifests and configs, and layers of a few files.
const (
	maxSmall = 1 << 20
	maxKept  = 16 << 20 // of all small files together; more go to a temporary file
)

// walk is one reading of an archive from front to back.
type walk struct {
	*stream
	intake   Intake
	archive  *archive // as far as it was read
	contents *contents
	spool    spool // of small files
	kept     int64 // bytes of small files in memory
}

// run reads the archive that r holds to its end.
func (w *walk) run(ctx context.Context, r io.Reader) (err error) {
	w.contents, err = openContents(ctx, newPatientReader(ctx, r), w.name)
	if err != nil {
		return err
	}
	defer w.contents.Close()
	reader := tar.NewReader(w.contents)
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return w.broken(err)
		}
		if err := w.entry(ctx, header, reader); err != nil {
			return err
		}
	}
	if err := w.contents.drain(); err != nil {
		return w.broken(err)
	}
	return nil
}

// broken says what an error in reading the tar means.
func (w *walk) broken(err error) error {
	if fault := w.contents.faults.err; fault != nil {
		return unfinished(w.name, fault)
	}
	return w.archive.cut(err)
}

// entry takes one entry of the tar into the index.
func (w *walk) entry(ctx context.Context, header *tar.Header, content io.Reader) error {
	name, e, found := newEntry(header)
	if !found {
		return nil
	}
	if e.link == "" && !e.sparse {
		m := &member{walk: w, content: bufio.NewReaderSize(content, maxPeek)}
		if err := w.file(ctx, name, &e.file, m); err != nil {
			return err
		}
	}
	return w.archive.add(name, e)
}

// file reads a file of the archive, and keeps what it needs to be read again.
func (w *walk) file(ctx context.Context, name string, f *file, m *member) error {
	old, twice := w.archive.entries[name]
	switch {
	case twice:
		return w.compare(old, f, m)
	case w.isSmall(f.size, m):
		return w.keep(f, m)
	default:
		return w.take(ctx, name, f, m)
	}
}

// compare reads a file whose name stands in the archive already, for its digest alone.
func (w *walk) compare(old entry, f *file, m *member) error {
	algorithm := digest.Canonical
	if old.taken != nil {
		algorithm = old.taken.Digest.Algorithm()
	}
	got, err := algorithm.FromReader(m)
	f.taken = &Taken{Digest: got}
	return err
}

// maxPeek is how much of a file is looked at to tell what it is.
const maxPeek = 512

// isSmall says whether a file is kept here: what a manifest or a config may be, and anything that is not worth more.
func (w *walk) isSmall(size int64, m *member) bool {
	held := w.held
	if held == 0 {
		held = maxSmall
	}
	if size <= held {
		return true
	}
	head := bytes.TrimLeft(m.head(), " \t\r\n")
	return size <= registry.MaxManifestSize && (bytes.HasPrefix(head, []byte("{")) || bytes.HasPrefix(head, []byte("[")))
}

func (w *walk) keep(f *file, m *member) (err error) {
	if w.kept+f.size > maxKept {
		f.open, err = w.spool.add(m)
		return err
	}
	w.kept += f.size
	data := make([]byte, f.size)
	if _, err := io.ReadFull(m, data); err != nil {
		return err
	}
	f.open = inMemory(data)
	return nil
}

// take hands a file to the intake.
func (w *walk) take(ctx context.Context, name string, f *file, m *member) error {
	f.compression = compressionOf(m.head())
	if m.err != nil {
		return m.err
	}
	var other digest.Digester // where the intake may measure by another algorithm than the name
	if f.named != "" && f.named.Algorithm() != digest.Canonical {
		other = f.named.Algorithm().Digester()
		m.seen = other.Hash()
	}
	taken, err := w.intake.Take(ctx, Incoming{Named: f.named, Size: f.size, Compression: f.compression, Content: m})
	if m.err != nil {
		return m.err // which Take may have put into other words
	}
	if err != nil {
		return err
	}
	if other != nil && m.read > 0 {
		taken.Digest = other.Digest()
	}
	f.taken, f.open = &taken, taken.Open
	return w.check(name, *f, m.read)
}

// check holds what an intake says of a file against what it read of it.
func (w *walk) check(name string, f file, read int64) error {
	switch {
	case read == 0 && f.named == "" || read != 0 && read != f.size:
		return fmt.Errorf("%d of the %d bytes of %q were read", read, f.size, name)
	case f.named != "" && f.taken.Digest != f.named:
		return problem(w.name, &CorruptError{What: fmt.Sprintf("file %q", name), Got: f.taken.Digest.String()})
	}
	return nil
}
