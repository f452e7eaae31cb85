package tagger

import (
	"errors"
	"fmt"
)

// Flavor shapes the tags of all rules (https://github.com/docker/metadata-action#flavor-input). The zero Flavor adds nothing:
// unlike docker/metadata-action's, it does not ask for latest.
type Flavor struct {
	Latest Latest
	Prefix string // before every tag whose rule has no prefix of its own
	Suffix string
	// PrefixLatest and SuffixLatest say that latest gets them too.
	PrefixLatest, SuffixLatest bool
}

// Latest says whether a run asks for the tag latest.
type Latest string

// The values of latest= in a flavor. The zero value is LatestNever.
const (
	LatestNever  Latest = ""     // false
	LatestAuto   Latest = "auto" // when the first rule that gives a tag gives a release
	LatestAlways Latest = "true"
)

// ParseFlavor reads flavor lines: latest=auto|true|false, prefix=TEXT[,onlatest=true], suffix=TEXT[,onlatest=true].
func ParseFlavor(lines []string) (Flavor, error) {
	var (
		flavor Flavor
		errs   []error
	)
	for _, line := range SplitLines(lines...) {
		if err := flavor.read(line); err != nil {
			errs = append(errs, fmt.Errorf("flavor %q: %w", line, err))
		}
	}
	return flavor, errors.Join(errs...)
}

func (f *Flavor) read(line string) error {
	fields, err := splitFields(line)
	if err != nil {
		return err
	}
	onLatest := new(bool) // of a prefix or suffix earlier on the line
	for _, field := range fields {
		switch field.key {
		case "latest":
			err = f.readLatest(field.value.text)
		case "prefix":
			f.Prefix, onLatest = field.value.text, &f.PrefixLatest
			err = checkExpressions(field.value, variables)
		case "suffix":
			f.Suffix, onLatest = field.value.text, &f.SuffixLatest
			err = checkExpressions(field.value, variables)
		case "onlatest":
			if on := field.value.text; on != "true" && on != "false" {
				return fmt.Errorf("onlatest is %q: it takes true or false", on)
			}
			*onLatest = field.value.text == "true"
		default:
			err = fmt.Errorf("unknown key %q at column %d%s", field.key, field.column, meant(field.key, []string{"latest", "prefix", "suffix", "onlatest"}))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *Flavor) readLatest(value string) error {
	switch value {
	case "auto", "true":
		f.Latest = Latest(value)
	case "false":
		f.Latest = LatestNever
	default:
		return fmt.Errorf("latest is %q: it takes auto, true or false", value)
	}
	return nil
}

// latestName is latest with the prefix and suffix that it gets too.
func (f Flavor) latestName(s scope) (string, error) {
	name := latest
	if f.PrefixLatest {
		name = f.Prefix + name
	}
	if f.SuffixLatest {
		name += f.Suffix
	}
	return s.expand(name)
}
