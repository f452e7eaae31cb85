package tagger

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// calverForm is a calendar version (https://calver.org): a year of four digits or two, one to three numbers behind dots or dashes,
// and perhaps a modifier; or a date without marks.
var calverForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[vV]?(?:(\d{4}|\d{2})([.-]\d{1,9}){1,3}|(\d{4})(\d{2})(\d{2}))(?:[-+._]?([A-Za-z][0-9A-Za-z.+-]*))?$`)
})

// calver is a calendar version. Its numbers are as written, with their zeros: 2024.01.05 is not 2024.1.5.
type calver struct {
	text    string // without a v before it
	numbers []string
	// modifier is what follows the numbers. A version with one is on its way to the one without.
	modifier string
}

func parseCalver(s string) (release, error) {
	m := calverForm().FindStringSubmatch(s)
	if m == nil {
		return nil, fmt.Errorf("%q is no calendar version", s)
	}
	v := calver{text: strings.TrimLeft(s, "vV"), modifier: m[6], numbers: m[3:6]}
	if m[1] != "" {
		digits := strings.TrimRight(strings.TrimSuffix(v.text, m[6]), "-+._")
		v.numbers = strings.FieldsFunc(digits, func(r rune) bool { return r == '.' || r == '-' })
	}
	if within := wholeNumber(v.numbers[1]); len(within) > 2 || within > "53" && len(within) == 2 {
		return nil, fmt.Errorf("%q is no calendar version: a month or week %s does not exist", s, v.numbers[1])
	}
	return v, nil
}

func (v calver) fields() map[string]string {
	fields := map[string]string{"version": v.text}
	for i, name := range []string{"major", "minor", "patch"} {
		if i < len(v.numbers) {
			fields[name] = v.numbers[i]
		}
	}
	return fields
}

func (v calver) final() bool { return v.modifier == "" }

func (v calver) compare(other release) int {
	w := other.(calver)
	for i := range max(len(v.numbers), len(w.numbers)) {
		if c := compareNumbers(v.number(i), w.number(i)); c != 0 {
			return c
		}
	}
	if (v.modifier == "") != (w.modifier == "") {
		return len(w.modifier) - len(v.modifier)
	}
	return strings.Compare(v.modifier, w.modifier)
}

// number is one of the numbers; a year of two digits is one of this century.
func (v calver) number(i int) string {
	switch {
	case i >= len(v.numbers):
		return "0"
	case i == 0 && len(v.numbers[0]) == 2:
		return "20" + v.numbers[0]
	}
	return wholeNumber(v.numbers[i])
}
