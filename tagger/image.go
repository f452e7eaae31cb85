package tagger

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// ParseImages reads lines that name images to make whole references of, in the language of docker/metadata-action
// (https://github.com/docker/metadata-action#images-input): NAME, several NAME,NAME, or name=NAME,enable=true|false. It returns
// the names that are enabled, as references spell them: in lower case.
func ParseImages(lines []string) ([]string, error) {
	var (
		names []string
		errs  []error
	)
	for _, line := range SplitLines(lines...) {
		images, err := parseImages(line)
		if err != nil {
			errs = append(errs, fmt.Errorf("image %q: %w", line, err))
		}
		for _, i := range images {
			if i.enabled {
				names = append(names, strings.ToLower(i.name))
			}
		}
	}
	return names, errors.Join(errs...)
}

// image is one image of a line.
type image struct {
	name    string
	enabled bool
}

// parseImages reads one line. Names alone are as many images; a key makes the line one image, whose last name counts.
func parseImages(line string) ([]image, error) {
	fields, err := splitFields(line)
	if err != nil {
		return nil, err
	}
	var (
		names   []string
		keyed   bool
		enabled = true
	)
	for _, f := range fields {
		keyed = keyed || !f.bare
		switch {
		case f.bare || f.key == "name":
			if err := checkImageName(f.value.text); err != nil {
				return nil, fmt.Errorf("column %d: %w", f.column, err)
			}
			names = append(names, f.value.text)
		case f.key == "enable" && (f.value.text == "true" || f.value.text == "false"):
			enabled = f.value.text == "true"
		case f.key == "enable":
			return nil, fmt.Errorf("enable is %q: it takes true or false", f.value.text)
		default:
			return nil, fmt.Errorf("unknown key %q at column %d%s", f.key, f.column, meant(f.key, []string{"name", "enable"}))
		}
	}
	if len(names) == 0 {
		return nil, errors.New("name is missing")
	}
	if keyed {
		names = names[len(names)-1:]
	}
	images := make([]image, len(names))
	for i, name := range names {
		images[i] = image{name: name, enabled: enabled}
	}
	return images, nil
}

// imageName is the grammar of names with an optional host (https://github.com/distribution/reference).
var imageName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]+)?/)?[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*$`)
})

func checkImageName(name string) error {
	if !imageName().MatchString(strings.ToLower(name)) {
		return fmt.Errorf("%q is no name of an image, such as ghcr.io/shop/api", name)
	}
	return nil
}
