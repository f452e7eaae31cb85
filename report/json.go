package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// JSON writes a document as indented JSON, ending in a newline. Equal documents give equal bytes. What a CI system would take for a
// command in its log, which only a text within can hold, is written with an escape.
func JSON(w io.Writer, document any) error {
	switch result := document.(type) {
	case Result:
		return writeResult(w, result)
	case *Result:
		return writeResult(w, *result)
	default:
		return writeWhole(w, document)
	}
}

func writeWhole(w io.Writer, document any) error {
	encoded, err := indented(document, "")
	if err != nil {
		return err
	}
	_, err = w.Write(append(encoded, '\n'))
	return err
}

// writeResult writes the findings one by one into a result encoded without them: there may be so many that a second copy of all of
// them, let alone a third, takes more memory than everything else.
func writeResult(w io.Writer, r Result) error {
	if r.Verdict == nil || len(r.Verdict.Findings) == 0 {
		return writeWhole(w, r)
	}
	const prefix = "      " // of a finding's lines
	findings, verdict := r.Verdict.Findings, *r.Verdict
	verdict.Findings = []Finding{{}} // no text can look like it: it has line ends, which a text has escaped
	r.Verdict = &verdict
	place, err := indented(Finding{}, prefix)
	if err != nil {
		return err
	}
	whole, err := indented(r, "")
	if err != nil {
		return err
	}
	before, after, _ := bytes.Cut(whole, place)
	out := bufio.NewWriterSize(w, streamBuffer)
	out.Write(before)
	members := findingMembers()
	var line []byte
	for i := range findings {
		if i > 0 {
			out.WriteString(",\n" + prefix)
		}
		if line, err = appendFinding(line[:0], &findings[i], members, prefix); err != nil {
			return err
		}
		out.Write(line)
	}
	out.Write(after)
	out.WriteByte('\n')
	return out.Flush()
}

// findingMember is a field of a finding as its tag tells encoding/json to write it.
type findingMember struct {
	index     int
	name      string
	omitEmpty bool
}

func findingMembers() []findingMember {
	var members []findingMember
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Finding]()) {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		members = append(members, findingMember{field.Index[0], name, options == "omitempty"})
	}
	return members
}

// appendFinding writes what indented does of a finding, three times as fast.
func appendFinding(out []byte, f *Finding, members []findingMember, prefix string) ([]byte, error) {
	value := reflect.ValueOf(f).Elem()
	out = append(out, '{')
	filled := false
	for _, m := range members {
		field := value.Field(m.index)
		if m.omitEmpty && (field.IsZero() || field.Kind() == reflect.Slice && field.Len() == 0) {
			continue
		}
		if filled {
			out = append(out, ',')
		}
		filled = true
		out = append(append(append(append(out, '\n'), prefix...), `  "`...), m.name...)
		out = append(out, `": `...)
		var err error
		if out, err = appendField(out, field, prefix+"  "); err != nil {
			return nil, err
		}
	}
	return append(append(append(out, '\n'), prefix...), '}'), nil
}

func appendField(out []byte, field reflect.Value, prefix string) ([]byte, error) {
	switch value := field.Interface().(type) {
	case string:
		return appendText(out, value, keepZeros), nil
	case bool:
		return strconv.AppendBool(out, value), nil
	case float64:
		return appendNumber(out, value)
	default:
		encoded, err := indented(value, prefix)
		return append(out, encoded...), err
	}
}

// indented is a document as indented JSON, whose lines but the first begin with prefix.
func indented(document any, prefix string) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent(prefix, "  ")
	if err := encoder.Encode(document); err != nil {
		return nil, err
	}
	return bytes.ReplaceAll(bytes.TrimSuffix(out.Bytes(), []byte("\n")), []byte("##"), []byte(`#\u0023`)), nil
}

// clip shortens a text to a number of characters, and shows that it did.
func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}
