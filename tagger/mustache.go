package tagger

import (
	"fmt"
	"strings"
)

// mustache is what stands between one pair of braces.
type mustache struct {
	sign   byte // # for a block, / for its end, ! for a comment, else 0
	words  []argument
	column int
}

func (m *mustache) keyword() string {
	if len(m.words) == 0 {
		return ""
	}
	return m.words[0].text
}

// String is what stands between the braces of an end or an else.
func (m *mustache) String() string {
	if m.sign == '/' {
		return "/" + m.keyword()
	}
	return m.keyword()
}

func (m *mustache) isElse() bool {
	return m.sign == 0 && len(m.words) > 0 && m.words[0].text == "else" && !m.words[0].quoted
}

// call makes an expression of the words.
func (m *mustache) call(words []argument) (*call, error) {
	if words[0].key != "" || words[0].quoted {
		return nil, fmt.Errorf("an expression begins with a name, at column %d", m.column)
	}
	return &call{name: words[0].text, args: words[1:], column: m.column}, nil
}

// blanks are what may stand in braces.
const blanks = " \t\r\n"

// templateReader parts a text into text and braces.
type templateReader struct {
	passage
	next int  // the byte of the text to read
	cut  bool // the last braces ended in ~: blanks that follow go
}

// piece reads the text up to the next braces, and those; m is nil at the end of the text.
func (r *templateReader) piece() (text string, m *mustache, err error) {
	start := r.next
	open := strings.Index(r.text[start:], "{{")
	if open < 0 {
		r.next = len(r.text)
		return r.trim(r.text[start:], r.cut, false), nil, nil
	}
	open += start
	cut := r.cut
	r.next = open + 2
	left := r.eat("~")
	if m, err = r.braces(open); err != nil {
		return "", nil, err
	}
	return r.trim(r.text[start:open], cut, left), m, nil
}

func (r *templateReader) trim(text string, left, right bool) string {
	if left {
		text = strings.TrimLeft(text, blanks)
	}
	if right {
		text = strings.TrimRight(text, blanks)
	}
	return text
}

// eat steps over a word that stands next.
func (r *templateReader) eat(word string) bool {
	found := strings.HasPrefix(r.text[r.next:], word)
	if found {
		r.next += len(word)
	}
	return found
}

// braces reads from behind the opening braces at open to behind the closing ones.
func (r *templateReader) braces(open int) (*mustache, error) {
	m := &mustache{column: r.column(open)}
	if r.eat("!") {
		m.sign = '!'
		return m, r.comment(m)
	}
	triple := r.eat("{")
	if !triple && !r.eat("&") {
		for _, sign := range []byte("#/") {
			if r.eat(string(sign)) {
				m.sign = sign
			}
		}
	}
	for {
		r.next += leadingSpace(r.text[r.next:])
		if triple && r.eat("}") || !triple && strings.HasPrefix(r.text[r.next:], "}}") || strings.HasPrefix(r.text[r.next:], "~") {
			r.cut = r.eat("~")
			if !r.eat("}}") {
				return nil, fmt.Errorf("the expression at column %d is not closed by }}", m.column)
			}
			break
		}
		word, err := r.word(m)
		if err != nil {
			return nil, err
		}
		m.words = append(m.words, word)
	}
	if len(m.words) == 0 {
		return nil, fmt.Errorf("an expression without a name at column %d", m.column)
	}
	return m, nil
}

// comment steps over {{! … }} and {{!-- … --}}.
func (r *templateReader) comment(m *mustache) error {
	end := "}}"
	if r.eat("--") {
		end = "--}}"
		if tilde := strings.Index(r.text[r.next:], "--~}}"); tilde >= 0 {
			end = "--~}}"
		}
	}
	length := strings.Index(r.text[r.next:], end)
	if length < 0 {
		return fmt.Errorf("the comment at column %d is not closed by %s", m.column, end)
	}
	r.cut = strings.Contains(end, "~") || strings.HasSuffix(r.text[r.next:r.next+length], "~")
	r.next += length + len(end)
	return nil
}

// word reads one word of an expression: a name, 'text' or key=word.
func (r *templateReader) word(m *mustache) (argument, error) {
	if r.next >= len(r.text) {
		return argument{}, fmt.Errorf("the expression at column %d is not closed", m.column)
	}
	start := r.next
	switch c := r.text[r.next]; c {
	case '\'', '"':
		return r.quoted(c)
	case '(':
		return argument{}, fmt.Errorf("an expression inside an expression at column %d is more than is understood here", r.column(start))
	}
	for r.next < len(r.text) && !strings.ContainsRune(blanks+"=~{}()'\"|", rune(r.text[r.next])) {
		r.next++
	}
	name := r.text[start:r.next]
	if name == "" {
		return argument{}, fmt.Errorf("unexpected %q at column %d", r.text[start:start+1], r.column(start))
	}
	if !r.eat("=") {
		return argument{text: name}, nil
	}
	value, err := r.word(m)
	if err == nil && value.key != "" {
		err = fmt.Errorf("unexpected \"=\" at column %d", r.column(r.next-1))
	}
	value.key = name
	return value, err
}

// quoted reads 'text' or "text", in which a backslash stands before the quote itself.
func (r *templateReader) quoted(quote byte) (argument, error) {
	start := r.next
	var b strings.Builder
	for r.next++; r.next < len(r.text); r.next++ {
		c := r.text[r.next]
		if c == '\\' && r.next+1 < len(r.text) && r.text[r.next+1] == quote {
			r.next++
			b.WriteByte(quote)
			continue
		}
		if c == quote {
			r.next++
			return argument{text: b.String(), quoted: true}, nil
		}
		b.WriteByte(c)
	}
	return argument{}, fmt.Errorf("the quote at column %d is not closed", r.column(start))
}
