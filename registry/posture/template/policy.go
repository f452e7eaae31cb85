package template

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// policyText is a policy in lines, as one reads it. One that ECR would not take with the spaces for that is in one line.
func policyText(text string) (string, error) {
	var lines bytes.Buffer
	if err := json.Indent(&lines, []byte(text), "", "  "); err != nil {
		return "", fmt.Errorf("lifecycle policy: %w", err)
	}
	if out := strings.TrimSpace(lines.String()); utf8.RuneCountInString(out)+1 <= lifecycle.MaxLength {
		return out + "\n", nil
	}
	lines.Reset()
	err := json.Compact(&lines, []byte(text))
	return lines.String(), err
}

// member is one key of an object with its value.
type member struct {
	key   string
	value any
}

// object is a JSON object with its keys in the order in which they stand.
type object []member

// readJSON reads a JSON text: objects as object, arrays as []any, numbers as json.Number, and string, bool and nil.
func readJSON(text string) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	value, err := readValue(decoder)
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one JSON value")
	}
	return value, nil
}

func readValue(decoder *json.Decoder) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		out := object{}
		for decoder.More() {
			key, err := decoder.Token()
			if err != nil {
				return nil, err
			}
			value, err := readValue(decoder)
			if err != nil {
				return nil, err
			}
			out = append(out, member{key.(string), value}) // a decoder takes nothing else for a key
		}
		_, err = decoder.Token()
		return out, err
	case json.Delim('['):
		out := []any{}
		for decoder.More() {
			value, err := readValue(decoder)
			if err != nil {
				return nil, err
			}
			out = append(out, value)
		}
		_, err = decoder.Token()
		return out, err
	}
	return token, nil
}
