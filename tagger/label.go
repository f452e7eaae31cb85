package tagger

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"strings"
	"time"
)

// Labels are the labels, or annotations, of an image built from r, after its tag version and what KEY=VALUE lines add or put in
// place of them, as in docker/metadata-action (https://github.com/docker/metadata-action#labels-input). created is when the image
// counts as made. A line without an equals sign says nothing and is handed back.
func (r Revision) Labels(version string, created time.Time, lines []string) (labels map[string]string, idle []string, err error) {
	given, idle, err := r.Pairs(lines)
	labels = r.standardLabels(version, created)
	maps.Copy(labels, given)
	return labels, idle, err
}

// Pairs reads KEY=VALUE lines, with their expressions filled. A line without an equals sign, or without a key, says nothing and is
// handed back.
func (r Revision) Pairs(lines []string) (pairs map[string]string, idle []string, err error) {
	s := scopeOf(r)
	pairs = map[string]string{}
	var errs []error
	for _, line := range SplitLines(lines...) {
		text, err := s.expandLabel(line)
		if err != nil {
			errs = append(errs, fmt.Errorf("line %q: %w", line, err))
			continue
		}
		key, value, pair := strings.Cut(text, "=")
		if key = strings.TrimSpace(key); !pair || key == "" {
			idle = append(idle, line)
			continue
		}
		pairs[key] = strings.TrimSpace(value)
	}
	return pairs, idle, errors.Join(errs...)
}

// expandLabel fills a line, which may be quoted as a whole.
func (s scope) expandLabel(line string) (string, error) {
	text := whole(line)
	if strings.HasPrefix(line, `"`) {
		var (
			next int
			err  error
		)
		if text, next, err = cutField(line, 0); err != nil || next <= len(line) {
			return "", errors.Join(err, errors.New("a line is quoted as a whole or not at all"))
		}
	}
	if err := checkExpressions(text, variables); err != nil {
		return "", err
	}
	return s.expand(text.text)
}

// standardLabels are the eight that are always there, empty where nothing is known
// (https://github.com/opencontainers/image-spec/blob/main/annotations.md).
func (r Revision) standardLabels(version string, created time.Time) map[string]string {
	name, when := r.Repository.Name, ""
	if name == "" && r.Source != "" {
		name = path.Base(r.Source)
	}
	if !created.IsZero() {
		when = created.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	labels := map[string]string{}
	for key, value := range map[string]string{
		"title": name, "description": r.Repository.Description, "licenses": r.Repository.License, "url": r.Source, "source": r.Source,
		"revision": r.Commit, "version": version, "created": when,
	} {
		labels["org.opencontainers.image."+key] = value
	}
	return labels
}
