package template

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// hcl writes the native syntax of HCL, laid out as terraform fmt lays it out
// (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md).
type hcl struct {
	out   strings.Builder
	depth int
	run   []attribute // attributes whose equals signs are to stand below one another
}

// attribute is an attribute on one line.
type attribute struct {
	name, value string
}

// block writes a block: its head, such as resource "a" "b", and what inside writes.
func (h *hcl) block(head string, inside func()) {
	h.line(head + " {")
	h.depth++
	inside()
	h.flush()
	h.depth--
	h.line("}")
}

// set writes an attribute, whose value is an expression.
func (h *hcl) set(name, expression string) {
	if !strings.Contains(expression, "\n") {
		h.run = append(h.run, attribute{name, expression})
		return
	}
	h.line(name + " = " + expression)
}

func (h *hcl) comment(lines []string) {
	for _, line := range lines {
		h.line("# " + clean(line))
	}
}

// line ends a run of attributes, and writes a line of its own, or several that belong together.
func (h *hcl) line(text string) {
	h.flush()
	for part := range strings.SplitSeq(text, "\n") {
		h.write(part)
	}
}

func (h *hcl) blank() {
	h.flush()
	h.out.WriteString("\n")
}

func (h *hcl) write(text string) {
	h.out.WriteString(strings.Repeat("  ", h.depth) + text + "\n")
}

func (h *hcl) flush() {
	for _, line := range aligned(h.run) {
		h.write(line)
	}
	h.run = nil
}

// aligned are attributes in lines, their equals signs below one another.
func aligned(run []attribute) []string {
	width := 0
	for _, a := range run {
		width = max(width, utf8.RuneCountInString(a.name))
	}
	var lines []string
	for _, a := range run {
		lines = append(lines, a.name+strings.Repeat(" ", width-utf8.RuneCountInString(a.name))+" = "+a.value)
	}
	return lines
}

// clean keeps a comment on its line.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, text)
}

// hclText is a quoted template that stands for a text. ${ and %{ begin expressions in one, unless the sign is doubled; where another sign
// stands before it, the escape of its number tells them apart.
func hclText(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	runes := []rune(text)
	for i, r := range runes {
		sign := r == '$' || r == '%'
		switch {
		case sign && i > 0 && (runes[i-1] == '$' || runes[i-1] == '%'), sign && i+1 < len(runes) && (runes[i+1] == '$' || runes[i+1] == '%'):
			fmt.Fprintf(&out, `\u%04x`, r)
		case sign && i+1 < len(runes) && runes[i+1] == '{':
			out.WriteString(string(r) + string(r))
		case r == '"' || r == '\\':
			out.WriteString(`\` + string(r))
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\r':
			out.WriteString(`\r`)
		case r == '\t':
			out.WriteString(`\t`)
		case r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
	return out.String()
}

// identifier are the keys of objects that need no quotes. Others are quoted, among them the words for which HCL has a meaning.
var identifier = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`) })

func hclKey(key string) string {
	if !identifier().MatchString(key) || key == "for" || key == "null" || key == "true" || key == "false" {
		return hclText(key)
	}
	return key
}

// hclOf is the expression of a value of readJSON. A list of at most one text stays on a line.
func hclOf(value any) string {
	switch value := value.(type) {
	case object:
		return hclObject(value)
	case []any:
		return hclList(value)
	case string:
		return hclText(value)
	case json.Number:
		return value.String()
	case bool:
		return fmt.Sprint(value)
	}
	return "null"
}

func hclObject(value object) string {
	if len(value) == 0 {
		return "{}"
	}
	h := &hcl{depth: 1}
	for _, m := range value {
		h.set(hclKey(m.key), hclOf(m.value))
	}
	h.flush()
	return "{\n" + h.out.String() + "}"
}

func hclList(value []any) string {
	var items []string
	long := false
	for _, item := range value {
		text := hclOf(item)
		items, long = append(items, text), long || strings.Contains(text, "\n")
	}
	if short := strings.Join(items, ", "); !long && len(short) < 80 {
		return "[" + short + "]"
	}
	h := &hcl{depth: 1}
	for _, item := range items {
		h.line(item + ",")
	}
	return "[\n" + h.out.String() + "]"
}
