package strictyaml

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/hallmark-ci/hallmark/suggest"
)

// decoder fills values of Go from nodes of YAML. The yaml module's own decoder tells neither columns nor what was meant, and takes
// aliases, whose expansion has no bound.
type decoder struct {
	file string
	set  Places
}

// Worded is a type that takes one of a few words.
type Worded interface{ Words() []string }

// decode fills what target points to. path names it for messages; empty is the whole file.
func (d *decoder) decode(node *yaml.Node, target any, path string) error {
	return d.value(node, reflect.ValueOf(target).Elem(), path)
}

func (d *decoder) value(node *yaml.Node, v reflect.Value, path string) error {
	if node.Kind == yaml.AliasNode || node.Anchor != "" {
		return d.wrong(node, About(path, "anchors and aliases are not read: write the value out"))
	}
	switch v.Kind() {
	case reflect.Pointer: // nil is a key that is left out
		v.Set(reflect.New(v.Type().Elem()))
		return d.value(node, v.Elem(), path)
	case reflect.Struct:
		return d.structure(node, v, path)
	case reflect.Map:
		return d.mapping(node, v, path)
	case reflect.Slice:
		return d.list(node, v, path)
	default:
		return d.scalar(node, v, path)
	}
}

// structure fills a struct. Fields that the node does not name stay as they are.
func (d *decoder) structure(node *yaml.Node, v reflect.Value, path string) error {
	fields := map[string]int{}
	var names []string
	for i := range v.NumField() {
		if name := KeyOf(v.Type().Field(i)); name != "" {
			fields[name], names = i, append(names, name)
		}
	}
	return d.pairs(node, path, names, func(key string, value *yaml.Node, path string) error {
		return d.value(value, v.Field(fields[key]), path)
	})
}

// mapping fills a map anew, whose keys are words.
func (d *decoder) mapping(node *yaml.Node, v reflect.Value, path string) error {
	if isNull(node) {
		return d.wrong(node, About(path, "no value: write {} for none, or leave the key out"))
	}
	v.Set(reflect.MakeMap(v.Type()))
	words := reflect.Zero(v.Type().Key()).Interface().(Worded).Words()
	return d.pairs(node, path, words, func(key string, value *yaml.Node, path string) error {
		item := reflect.New(v.Type().Elem()).Elem()
		if err := d.value(value, item, path); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), item)
		return nil
	})
}

// pairs gives each pair of a mapping to fill, once it is sure that the key is known and stands there once.
func (d *decoder) pairs(node *yaml.Node, path string, known []string, fill func(key string, value *yaml.Node, path string) error) error {
	if isNull(node) {
		return nil
	}
	if node.Kind != yaml.MappingNode {
		return d.wrong(node, About(path, "want keys and values, not "+kindOf(node)))
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		inner := strings.TrimPrefix(path+"."+key.Value, ".")
		if key.Kind != yaml.ScalarNode || !slices.Contains(known, key.Value) {
			return d.unknown(key, About(path, fmt.Sprintf("unknown key %q", key.Value)), known)
		}
		if first, twice := d.set[inner]; twice {
			return d.wrong(key, fmt.Sprintf("key %q stands at line %d already", inner, first.Line))
		}
		d.set[inner] = d.at(key)
		if err := fill(key.Value, value, inner); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) list(node *yaml.Node, v reflect.Value, path string) error {
	v.SetZero()
	if isNull(node) {
		return nil
	}
	if node.Kind != yaml.SequenceNode {
		return d.wrong(node, About(path, "want a list, not "+kindOf(node)))
	}
	for i, child := range node.Content {
		item, inner := reflect.New(v.Type().Elem()).Elem(), fmt.Sprintf("%s[%d]", path, i)
		d.set[inner] = d.at(child)
		if isNull(child) {
			return d.wrong(child, About(inner, "no value"))
		}
		if err := d.value(child, item, inner); err != nil {
			return err
		}
		v.Set(reflect.Append(v, item))
	}
	return nil
}

// scalar fills a number, a switch or a text, which may be one of a few words, or one that knows by itself what it takes.
func (d *decoder) scalar(node *yaml.Node, v reflect.Value, path string) error {
	want, tags := "text", []string{"!!str", "!!timestamp"}
	switch v.Kind() {
	case reflect.Bool:
		want, tags = "true or false", []string{"!!bool"}
	case reflect.Int:
		want, tags = "a whole number", []string{"!!int"}
	case reflect.Float64:
		want, tags = "a number", []string{"!!int", "!!float"}
	}
	if node.Kind != yaml.ScalarNode || !slices.Contains(tags, node.Tag) {
		return d.wrong(node, About(path, fmt.Sprintf("want %s, not %s", want, kindOf(node))))
	}
	if v.Kind() != reflect.String {
		if err := node.Decode(v.Addr().Interface()); err != nil {
			return d.wrong(node, About(path, fmt.Sprintf("want %s, not %s", want, kindOf(node))))
		}
		return nil
	}
	if node.Value == "" {
		return d.wrong(node, About(path, "the text is empty"))
	}
	if words, few := v.Interface().(Worded); few && !slices.Contains(words.Words(), node.Value) {
		return d.unknown(node, About(path, fmt.Sprintf("%q is none of %s", node.Value, strings.Join(words.Words(), ", "))), words.Words())
	}
	if reader, own := v.Addr().Interface().(encoding.TextUnmarshaler); own {
		if err := reader.UnmarshalText([]byte(node.Value)); err != nil {
			return d.wrong(node, About(path, err.Error()))
		}
		return nil
	}
	v.SetString(node.Value)
	return nil
}

// KeyOf is the key of a field in a file; empty when it has none.
func KeyOf(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return strings.TrimPrefix(name, "-")
}

// kindOf is what stands there, for messages.
func kindOf(node *yaml.Node) string {
	switch {
	case node.Kind == yaml.MappingNode:
		return "keys and values"
	case node.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(node):
		return "nothing"
	}
	return fmt.Sprintf("%q", node.Value)
}

func isNull(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.Tag == "!!null" }

// About puts the name of what is wrong before a problem.
func About(path, problem string) string { return strings.TrimPrefix(path+": "+problem, ": ") }

func (d *decoder) at(node *yaml.Node) Position { return Position{d.file, node.Line, node.Column} }

func (d *decoder) wrong(node *yaml.Node, problem string) error {
	return &Error{Position: d.at(node), Problem: problem}
}

// unknown is wrong with the nearest word that is known.
func (d *decoder) unknown(node *yaml.Node, problem string, known []string) error {
	e := &Error{Position: d.at(node), Problem: problem}
	if near, found := suggest.Nearest(node.Value, known); found {
		e.Hint = fmt.Sprintf("did you mean %q", near)
	}
	return e
}
