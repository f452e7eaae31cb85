package report

import (
	"bytes"
	"encoding/json"
	"io"
)

// JSON writes a document as indented JSON, ending in a newline. Equal documents give equal bytes. What a CI system would take for a
// command in its log, which only a text within can hold, is written with an escape.
func JSON(w io.Writer, document any) error {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return err
	}
	escaped := bytes.ReplaceAll(out.Bytes(), []byte("##"), []byte(`#\u0023`))
	_, err := w.Write(escaped)
	return err
}
