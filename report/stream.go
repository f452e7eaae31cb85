package report

import (
	"encoding/json"
	"io"
	"math"
	"strconv"
)

// stream writes a JSON document part by part: what has been written is forgotten, so that a report of twenty thousand findings takes
// the memory of one, and is written as fast as it can be copied. A name is empty in an array. The first error is kept until finish.
type stream struct {
	w      io.Writer
	out    []byte
	depth  int
	filled bool // the object or array that is open has something in it
	flat   bool // what is open stands on one line
	err    error
}

// streamBuffer is about how many bytes are written at once.
const streamBuffer = 64 << 10

func newStream(w io.Writer) *stream { return &stream{w: w, out: make([]byte, 0, streamBuffer+4096)} }

// object writes an object, each of whose members stands on a line of its own unless it is within a row.
func (s *stream) object(name string, write func()) { s.nest(name, '{', '}', write) }

// array writes an array in the same way.
func (s *stream) array(name string, write func()) { s.nest(name, '[', ']', write) }

// row writes an object that stands on one line, whatever is in it: a finding, so that files can be searched and compared by line.
func (s *stream) row(name string, write func()) {
	s.begin(name)
	s.filled, s.flat = false, true
	s.out = append(s.out, '{')
	write()
	s.out = append(s.out, '}')
	s.filled, s.flat = true, false
}

func (s *stream) nest(name string, open, closing byte, write func()) {
	s.begin(name)
	s.out = append(s.out, open)
	s.depth, s.filled = s.depth+1, false
	write()
	s.depth--
	if s.filled && !s.flat {
		s.newline()
	}
	s.filled = true
	s.out = append(s.out, closing)
}

// text writes a text, with the escapes of appendText.
func (s *stream) text(name, value string) {
	s.begin(name)
	s.out = appendText(s.out, value, replaceZeros)
}

// some writes a text if there is one.
func (s *stream) some(name, value string) {
	if value != "" {
		s.text(name, value)
	}
}

// texts writes a list of texts on one line.
func (s *stream) texts(name string, values []string) {
	s.begin(name)
	s.out = append(s.out, '[')
	for i, value := range values {
		if i > 0 {
			s.out = append(s.out, ',')
		}
		s.out = appendText(s.out, value, replaceZeros)
	}
	s.out = append(s.out, ']')
}

func (s *stream) integer(name string, value int) {
	s.begin(name)
	s.out = strconv.AppendInt(s.out, int64(value), 10)
}

func (s *stream) number(name string, value float64) {
	s.begin(name)
	var err error
	if s.out, err = appendNumber(s.out, value); err != nil && s.err == nil {
		s.err = err
	}
}

func (s *stream) boolean(name string, value bool) {
	s.begin(name)
	s.out = strconv.AppendBool(s.out, value)
}

// begin starts a member or an element.
func (s *stream) begin(name string) {
	if len(s.out) >= streamBuffer {
		s.flush()
	}
	if s.filled {
		s.out = append(s.out, ',')
	}
	if s.depth > 0 && !s.flat {
		s.newline()
	}
	s.filled = true
	if name == "" {
		return
	}
	s.out = append(append(append(s.out, '"'), name...), '"', ':')
	if !s.flat {
		s.out = append(s.out, ' ')
	}
}

func (s *stream) newline() {
	s.out = append(s.out, '\n')
	for range s.depth {
		s.out = append(s.out, ' ', ' ')
	}
}

func (s *stream) flush() {
	if s.err == nil {
		_, s.err = s.w.Write(s.out)
	}
	s.out = s.out[:0]
}

// finish ends the document and returns what went wrong with it.
func (s *stream) finish() error {
	s.out = append(s.out, '\n')
	s.flush()
	return s.err
}

// appendNumber writes a number as encoding/json does, which refuses those that JSON does not have.
func appendNumber(out []byte, value float64) ([]byte, error) {
	if size := math.Abs(value); value == 0 || size >= 1e-6 && size < 1e21 {
		return strconv.AppendFloat(out, value, 'f', -1, 64), nil
	}
	encoded, err := json.Marshal(value)
	return append(out, encoded...), err
}
