package pull_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate/pull"
)

// read reads the next value as encoding/json would into any, but for members, of which it keeps all, in order, as NAME, VALUE.
func read(r *pull.Reader) (any, error) {
	kind, err := r.Kind()
	if err != nil {
		return nil, err
	}
	switch kind {
	case '{':
		var members []any
		_, err := r.Object(func(name string) error {
			value, err := read(r)
			members = append(members, name, value)
			return err
		})
		return members, err
	case '[':
		items := []any{"["}
		_, err := r.Array(func() error {
			value, err := read(r)
			items = append(items, value)
			return err
		})
		return items, err
	case '"':
		return r.Text()
	case 't', 'f', 'n':
		return string(kind), r.Skip()
	default:
		return r.Number()
	}
}

// expected is what read must give of a document, by encoding/json.
func expected(d *json.Decoder) (any, error) {
	token, err := d.Token()
	switch token := token.(type) {
	case json.Delim:
		var all []any
		if token == '[' {
			all = append(all, "[")
		}
		for d.More() {
			if token == '{' {
				name, err := d.Token()
				if err != nil {
					return nil, err
				}
				all = append(all, strings.ToLower(name.(string)))
			}
			value, err := expected(d)
			if err != nil {
				return nil, err
			}
			all = append(all, value)
		}
		_, err := d.Token()
		return all, err
	case bool:
		return fmt.Sprint(token)[:1], err
	case nil:
		return "n", err
	default:
		return token, err
	}
}

// skip reads the one value that data must be.
func skip(data []byte) error {
	r := pull.NewReader(iotest.OneByteReader(bytes.NewReader(data)), nil)
	if err := r.Skip(); err != nil {
		return err
	}
	if _, err := r.Kind(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("more follows: %v", err)
	}
	return nil
}

// What is JSON, and what it says, is what encoding/json says it is, however the bytes come.
func FuzzReader(f *testing.F) {
	for _, text := range []string{
		`{"Name":"x","list":[1,-2.5e3,true,false,null,{}],"":{"a":{"b":[[]]}}}`, ` "\u00e9\n\ud83d\ude00 \\" `, "\"\xff\"", `[1,]`, `{"a":1,}`, `{"a" 1}`, `[1 2]`, `01`, `-`, `1.`, `1e+`, `tru`, `nul`,
		`"` + "\x01" + `"`, `"\x"`, `"open`, `{"a":`, `[`, `1e999`, `{"a":1}{`, "\"é\"", `"\""`, `["\\","\\\""]`, `"\ud800"`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		err := skip(data)
		if err != nil && strings.Contains(err.Error(), "nested too deeply") {
			return
		}
		if (err == nil) != json.Valid(data) {
			t.Fatalf("Skip: %v, and valid is %t", err, json.Valid(data))
		}
		if err != nil {
			return
		}
		want, wantErr := expected(json.NewDecoder(bytes.NewReader(data)))
		got, err := read(pull.NewReader(bytes.NewReader(data), nil))
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("read: %v, want %v", err, wantErr)
		}
		if diff := cmp.Diff(want, got); diff != "" && err == nil {
			t.Errorf("read (-encoding/json +pull):\n%s", diff)
		}
	})
}

func TestReaderReadsLongTexts(t *testing.T) {
	long := strings.Repeat(`x\n`, 300<<10)
	r := pull.NewReader(strings.NewReader(`["a","`+long+`","b"]`), nil)
	var got []int
	if _, err := r.Array(func() error {
		text, err := r.Text()
		got = append(got, len(text))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{1, 600 << 10, 1}, got); diff != "" {
		t.Errorf("lengths (-want +got):\n%s", diff)
	}
}

// endless is a text that does not end.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

func TestReaderGivesUpOnWhatHasNoBounds(t *testing.T) {
	for name, in := range map[string]io.Reader{
		"a text of more than 16 MB":     io.MultiReader(strings.NewReader(`"`), endless{}),
		"it is nested too deeply":       strings.NewReader(strings.Repeat("[", 2000)),
		"multiple Read calls return":    iotest.ErrReader(io.ErrNoProgress),
		"byte 3: want a value, not ']'": strings.NewReader("[1,]"),
		"unexpected EOF":                strings.NewReader(`{"a":`),
	} {
		if err := pull.NewReader(in, nil).Skip(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("Skip: %v, want %q", err, name)
		}
	}
}

func TestReaderReadsNullAsNothing(t *testing.T) {
	r := pull.NewReader(strings.NewReader(strings.Repeat("null ", 6)), nil)
	text, err1 := r.Text()
	own, err2 := r.Own()
	number, err3 := r.Number()
	whole, err4 := r.Int()
	object, err5 := r.Object(nil)
	array, err6 := r.Array(nil)
	if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil || text != "" || own != "" || number != 0 || whole != 0 || object || array {
		t.Errorf("read %q, %q, %v, %v, %t, %t, %v", text, own, number, whole, object, array, err)
	}
}

func TestReaderSharesTexts(t *testing.T) {
	texts := map[string]string{}
	for range 3 {
		r := pull.NewReader(strings.NewReader(`["one","\u006fne","two"]`), texts)
		if _, err := r.Array(func() error {
			_, err := r.Text()
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(map[string]string{"one": "one", "two": "two"}, texts); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
}

func TestReaderRefusesOtherKinds(t *testing.T) {
	for text, read := range map[string]func(*pull.Reader) error{
		`1`:      func(r *pull.Reader) error { _, err := r.Text(); return err },
		`"1"`:    func(r *pull.Reader) error { _, err := r.Number(); return err },
		`1.5`:    func(r *pull.Reader) error { _, err := r.Int(); return err },
		`[]`:     func(r *pull.Reader) error { _, err := r.Object(nil); return err },
		`{}`:     func(r *pull.Reader) error { _, err := r.Array(nil); return err },
		`1e9999`: func(r *pull.Reader) error { _, err := r.Number(); return err },
	} {
		if err := read(pull.NewReader(strings.NewReader(text), nil)); err == nil || !strings.HasPrefix(err.Error(), "byte 0: ") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
