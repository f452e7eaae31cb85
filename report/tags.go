package report

import (
	"fmt"

	"github.com/hallmark-ci/hallmark/tagger"
)

// TagsSchema is the name of the document of the tags command.
const TagsSchema = "hallmark.tags/v1"

// TagsDocument is what tags --output json prints.
type TagsDocument struct {
	Schema      string            `json:"schema"`
	Version     string            `json:"version"`
	Tags        []DerivedTag      `json:"tags"`
	Latest      bool              `json:"latest"`
	References  []string          `json:"references"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	Revision    *Revision         `json:"revision"`
	Explain     []Explanation     `json:"explain"`
}

// DerivedTag is one tag and the rule that gave it.
type DerivedTag struct {
	Name   string `json:"name"`
	Rule   string `json:"rule"`
	Moving bool   `json:"moving"`
}

// Explanation is what one rule gave, and why.
type Explanation struct {
	Rule   string `json:"rule"`
	Result string `json:"result"`
	Why    string `json:"why"`
}

// NewTagsDocument makes the document of a derivation; images are the names to make whole references of.
func NewTagsDocument(r tagger.Revision, d tagger.Derivation, images []string) TagsDocument {
	document := TagsDocument{
		Schema:      TagsSchema,
		Version:     d.Version,
		Tags:        []DerivedTag{},
		Latest:      d.Latest,
		References:  []string{},
		Labels:      map[string]string{},
		Annotations: map[string]string{},
		Revision:    NewRevision(r),
		Explain:     []Explanation{},
	}
	for _, tag := range d.Tags {
		document.Tags = append(document.Tags, DerivedTag{Name: tag.String(), Rule: tag.Rule, Moving: tag.Kind == tagger.Moving})
	}
	for _, image := range images {
		for _, tag := range d.Tags {
			document.References = append(document.References, image+":"+tag.String())
		}
	}
	for _, e := range d.Explain {
		document.Explain = append(document.Explain, Explanation{Rule: e.Rule, Result: e.Result, Why: e.Why})
	}
	return document
}

// Lines are what a person or a shell reads: whole references where images were named, else the tags.
func (d TagsDocument) Lines() []string {
	if len(d.References) > 0 {
		return d.References
	}
	names := make([]string, len(d.Tags))
	for i, tag := range d.Tags {
		names[i] = tag.Name
	}
	return names
}

// Explain writes which rule gave what, and why.
func (t *Text) Explain(d tagger.Derivation) {
	for _, e := range d.Explain {
		result := e.Result
		if result == "" {
			result = "no tag"
		}
		t.sayWrapped("", fmt.Sprintf("%s gives %s: %s", e.Rule, result, e.Why))
	}
}
