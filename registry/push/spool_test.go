package push

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// newTestSpool is a spool in a folder of its own, closed at the end of the test, when nothing may be left.
func newTestSpool(t *testing.T) *spool {
	t.Helper()
	dir := t.TempDir()
	s, err := newSpool(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
			t.Errorf("folder holds %v, %v", files, err)
		}
	})
	return s
}

func mustOpen(t *testing.T, s *spool) io.ReadCloser {
	t.Helper()
	r, err := s.open()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func write(t *testing.T, s *spool, text string) {
	t.Helper()
	if n, err := s.Write([]byte(text)); n != len(text) || err != nil {
		t.Fatalf("Write(%q): %d, %v", text, n, err)
	}
}

// outcome is what one who reads a spool to its end is told.
type outcome struct {
	Data string
	Err  error
}

func readAll(r io.Reader) outcome {
	data, err := io.ReadAll(r)
	return outcome{string(data), err}
}

func TestSpoolIsReadWhileItIsWritten(t *testing.T) {
	s := newTestSpool(t)
	r := mustOpen(t, s)
	buffer := make([]byte, 100)
	for _, text := range []string{"one", "two", "three"} {
		write(t, s, text)
		n, err := r.Read(buffer)
		if diff := cmp.Diff(text, string(buffer[:n])); diff != "" || err != nil {
			t.Errorf("Read: %v (-want +got):\n%s", err, diff)
		}
	}
	s.finish(nil)
	if n, err := r.Read(buffer); n != 0 || err != io.EOF {
		t.Errorf("Read at the end: %d, %v", n, err)
	}
	if diff := cmp.Diff(outcome{"onetwothree", nil}, readAll(mustOpen(t, s))); diff != "" {
		t.Errorf("read anew (-want +got):\n%s", diff)
	}
}

func TestSpoolReaderWaitsForWhatIsWrittenNext(t *testing.T) {
	spoiled := errors.New("input/output error")
	for _, tt := range []struct {
		name string
		end  func(*spool)
		want outcome
	}{
		{"which is the end", func(s *spool) { s.finish(nil) }, outcome{"start", nil}},
		{"which is the end after more", func(s *spool) { write(t, s, " more"); s.finish(nil) }, outcome{"start more", nil}},
		{"which is an error", func(s *spool) { s.finish(spoiled) }, outcome{"start", spoiled}},
		{"which is that the spool is closed", func(s *spool) { s.Close() }, outcome{"start", os.ErrClosed}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newTestSpool(t)
				write(t, s, "start")
				r, got := mustOpen(t, s), make(chan outcome, 1)
				go func() { got <- readAll(r) }()
				synctest.Wait()
				select {
				case early := <-got:
					t.Errorf("the reader did not wait: %v", early)
				default:
				}
				tt.end(s)
				if diff := cmp.Diff(tt.want, <-got, cmp.Comparer(errors.Is)); diff != "" {
					t.Errorf("read (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestSpoolThatIsClosedCannotBeReadAsIfItHadEnded(t *testing.T) {
	s := newTestSpool(t)
	write(t, s, "content")
	s.finish(nil)
	r := mustOpen(t, s)
	if err := s.file.Close(); err != nil { // as by a Close that comes between the reader's look at the end and its reading
		t.Fatal(err)
	}
	if got := readAll(r); !errors.Is(got.Err, os.ErrClosed) {
		t.Errorf("read %q, %v", got.Data, got.Err)
	}
}

func TestSpoolThatCannotBeWrittenSaysWhere(t *testing.T) {
	s := newTestSpool(t)
	if err := s.file.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := s.Write([]byte("content"))
	var spool *SpoolError
	if !errors.As(err, &spool) || !errors.Is(err, os.ErrClosed) {
		t.Fatalf("Write: %v", err)
	}
	if diff := cmp.Diff("write a temporary file in "+s.dir+": file already closed", err.Error()); diff != "" {
		t.Errorf("Write (-want +got):\n%s", diff)
	}
}

func TestALayerThatCannotBeKeptIsNotBlamedForIt(t *testing.T) {
	for name, tt := range map[string]struct {
		id   digest.Digest
		want string
	}{
		"a layer that is known": {digest.FromString("content"), "compress layer " + digest.FromString("content").String()},
		"one that is not":       {"", "compress a layer"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newTestSpool(t)
			if err := s.file.Close(); err != nil {
				t.Fatal(err)
			}
			p, err := new(Repository).Prepare(Settings{})
			if err != nil {
				t.Fatal(err)
			}
			open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("content")), nil }
			_, _, err = p.pack(t.Context(), source.Layer{DiffID: tt.id, Size: 7, Open: open}, s)
			if diff := cmp.Diff(tt.want+": write a temporary file in "+s.dir+": file already closed", fmt.Sprint(err)); diff != "" {
				t.Errorf("pack (-want +got):\n%s", diff)
			}
			if got := readAll(mustOpen(t, s)); !errors.As(got.Err, new(*SpoolError)) { // as who sends it ahead is told
				t.Errorf("read %q, %v", got.Data, got.Err)
			}
		})
	}
}

func TestSpoolNeedsItsFolder(t *testing.T) {
	_, err := newSpool("/nowhere")
	var spool *SpoolError
	if !errors.As(err, &spool) || spool.Dir != "/nowhere" || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("newSpool: %v", err)
	}
}
