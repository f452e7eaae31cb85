package tagger

import (
	"maps"
	"slices"
	"strconv"
)

// Attributes are what a rule's line gives and what it leaves to defaults, as docker/metadata-action lists them.
func (r Rule) Attributes() (kind string, attributes map[string]string) {
	attributes = maps.Clone(r.attributes)
	attributes["priority"] = strconv.Itoa(r.priority)
	if !r.has("enable") {
		attributes["enable"] = "true"
	}
	if prefix, given := r.prefixOf(); given {
		attributes["prefix"] = prefix
	}
	delete(attributes, "type")
	delete(attributes, "tag-prefix") // of our own
	return r.kind.name, attributes
}

// ByPriority sorts rules as Derive does.
func ByPriority(rules []Rule) []Rule { return byPriority(slices.Clone(rules)) }

// Image is one image of a line, enabled or not.
type Image struct {
	Name   string `json:"name"`
	Enable bool   `json:"enable"`
}

// ParseImageLine reads one line.
func ParseImageLine(line string) ([]Image, error) {
	images, err := parseImages(line)
	out := make([]Image, len(images))
	for i, image := range images {
		out[i] = Image{Name: image.name, Enable: image.enabled}
	}
	return out, err
}

// IsRaw says whether a pattern is {{raw}} and nothing else.
func IsRaw(pattern string) bool { return isRaw(pattern) }
