// Package pull reads JSON from a stream, value by value, in memory that does not grow with the stream. Start at NewReader. It is for
// documents of which a part is wanted: encoding/json reads every value twice, and keeps the whole of it.
package pull

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

const (
	maxText  = 16 << 20 // of one text or number
	maxDepth = 1000     // of objects and arrays
)

// Reader reads values in the order they come. A value is read by one of its methods or skipped; null is read as the zero value.
type Reader struct {
	in       io.Reader
	buf      []byte // buf[next:] is not read yet
	next     int
	consumed int64 // bytes before buf
	err      error // of in
	depth    int
	names    map[string]string
	texts    map[string]string
}

// NewReader reads from in, which may hold any number of values after one another. texts are those that are known already, of other
// readers: equal texts share one place in memory. It may be nil.
func NewReader(in io.Reader, texts map[string]string) *Reader {
	if texts == nil {
		texts = map[string]string{}
	}
	return &Reader{in: in, buf: make([]byte, 0, 64<<10), names: map[string]string{}, texts: texts}
}

// Kind is the first byte of the next value: in what is right one of {, [, ", t, f, n, - and the digits. Where all is read it is io.EOF.
func (r *Reader) Kind() (byte, error) {
	c, err := r.peek()
	if r.depth > 0 {
		err = r.inside(err)
	}
	return c, err
}

// Object calls each with the name of every member of an object, in lower case; each reads its value. found is false for null.
func (r *Reader) Object(each func(name string) error) (found bool, err error) {
	return r.members(r.name, each)
}

// Members is Object with names as they are.
func (r *Reader) Members(each func(name string) error) (found bool, err error) {
	return r.members(r.Text, each)
}

func (r *Reader) members(readName func() (string, error), each func(name string) error) (found bool, err error) {
	return r.composite('{', '}', func() error {
		name, err := readName()
		if err != nil {
			return err
		}
		if err := r.expect(':'); err != nil {
			return err
		}
		return each(name)
	})
}

// Array calls each for every item of an array, which each reads. found is false for null.
func (r *Reader) Array(each func() error) (found bool, err error) {
	return r.composite('[', ']', each)
}

// composite reads an object or an array.
func (r *Reader) composite(open, end byte, each func() error) (found bool, err error) {
	if null, err := r.null(); null || err != nil {
		return false, err
	}
	if err := r.expect(open); err != nil {
		return false, err
	}
	if r.depth++; r.depth > maxDepth {
		return false, r.problem("it is nested too deeply")
	}
	for first := true; ; first = false {
		c, err := r.peek()
		switch {
		case err != nil:
			return false, r.inside(err)
		case c == end:
			r.next++
			r.depth--
			return true, nil
		}
		if !first {
			if err := r.expect(','); err != nil {
				return false, err
			}
		}
		if err := each(); err != nil {
			return false, err
		}
	}
}

// Text reads a text. Equal texts share one place in memory.
func (r *Reader) Text() (string, error) {
	if null, err := r.null(); null || err != nil {
		return "", err
	}
	quoted, plain, err := r.quoted()
	if err != nil {
		return "", err
	}
	if known, ok := r.texts[string(quoted[1:len(quoted)-1])]; ok && plain {
		return known, nil
	}
	text, err := r.unquote(quoted, plain)
	if known, ok := r.texts[text]; ok || err != nil {
		return known, err
	}
	r.texts[text] = text
	return text, nil
}

// Own reads a text that no other equals, such as a name.
func (r *Reader) Own() (string, error) {
	if null, err := r.null(); null || err != nil {
		return "", err
	}
	quoted, plain, err := r.quoted()
	if err != nil {
		return "", err
	}
	return r.unquote(quoted, plain)
}

// Number reads a number.
func (r *Reader) Number() (float64, error) {
	if null, err := r.null(); null || err != nil {
		return 0, err
	}
	at := r.consumed + int64(r.next)
	text, err := r.number()
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return 0, fmt.Errorf("byte %d: number %s", at, text)
	}
	return n, nil
}

// Int reads a whole number.
func (r *Reader) Int() (int, error) {
	if null, err := r.null(); null || err != nil {
		return 0, err
	}
	at := r.consumed + int64(r.next)
	text, err := r.number()
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(string(text))
	if err != nil {
		return 0, fmt.Errorf("byte %d: want a whole number, not %s", at, text)
	}
	return n, nil
}

// Skip reads a value of any kind.
func (r *Reader) Skip() error {
	c, err := r.peek()
	if err != nil {
		return r.inside(err)
	}
	switch c {
	case '{':
		_, err = r.Object(func(string) error { return r.Skip() })
	case '[':
		_, err = r.Array(r.Skip)
	case '"':
		var quoted []byte
		var plain bool
		if quoted, plain, err = r.quoted(); err == nil && !plain {
			_, err = r.unquote(quoted, plain)
		}
	case 't':
		err = r.word("true")
	case 'f':
		err = r.word("false")
	case 'n':
		err = r.word("null")
	default:
		_, err = r.number()
	}
	return err
}

// name reads the name of a member.
func (r *Reader) name() (string, error) {
	quoted, plain, err := r.quoted()
	if err != nil {
		return "", err
	}
	if known, ok := r.names[string(quoted)]; ok {
		return known, nil
	}
	name, err := r.unquote(quoted, plain)
	if err != nil {
		return "", err
	}
	name = string(bytes.ToLower([]byte(name)))
	if len(r.names) < 10000 { // of a document that means well
		r.names[string(quoted)] = name
	}
	return name, nil
}

// unquote reads a text with its quotation marks; a plain one is as it stands.
func (r *Reader) unquote(quoted []byte, plain bool) (string, error) {
	if plain {
		return string(quoted[1 : len(quoted)-1]), nil
	}
	var text string
	if err := json.Unmarshal(quoted, &text); err != nil {
		return "", r.problem("a text that is none: %v", err)
	}
	return text, nil
}

// plain says whether a text needs no unquoting: it has no escapes and is UTF-8. ok is false where it has a control character.
func plain(text []byte) (plain, ok bool) {
	var all byte
	for _, c := range text {
		if c < 0x20 {
			return false, false
		}
		all |= c
	}
	return bytes.IndexByte(text, '\\') < 0 && (all < utf8.RuneSelf || utf8.Valid(text)), true
}
