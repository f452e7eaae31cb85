package report

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
)

// DefaultTarget is the target of a bake file that names none, docker/metadata-action's.
const DefaultTarget = "docker-metadata-action"

// Build is what a step that builds an image is told: the outputs of docker/metadata-action
// (https://github.com/docker/metadata-action#outputs), of the same names and forms.
type Build struct {
	Document  TagsDocument
	Images    []string
	Levels    []string // of annotations: manifest, index, manifest-descriptor, index-descriptor; manifest when there are none
	Target    string   // of the bake file; DefaultTarget when it is empty
	Separator string   // between the parts of an output; a newline when it is empty
}

// Joined is the tags output: whole references, or tags where no image was named.
func (b Build) Joined() string { return strings.Join(b.Document.Lines(), b.separator()) }

func (b Build) separator() string {
	if b.Separator == "" {
		return "\n"
	}
	return b.Separator
}

func (b Build) tagNames() []string {
	names := []string{}
	for _, tag := range b.Document.Tags {
		names = append(names, tag.Name)
	}
	return names
}

// pairs writes KEY=VALUE of each entry, sorted by key.
func pairs(values map[string]string) []string {
	out := []string{}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		out = append(out, key+"="+values[key])
	}
	return out
}

// annotations are LEVEL:KEY=VALUE.
func (b Build) annotations() []string {
	levels := b.Levels
	if len(levels) == 0 {
		levels = []string{"manifest"}
	}
	out := []string{}
	for _, level := range levels {
		for _, pair := range pairs(b.Document.Annotations) {
			out = append(out, level+":"+pair)
		}
	}
	return out
}

// Outputs is the json output.
func (b Build) Outputs() any {
	return struct {
		Tags        []string          `json:"tags"`
		TagNames    []string          `json:"tag-names"`
		Labels      map[string]string `json:"labels"`
		Annotations []string          `json:"annotations"`
	}{b.Document.Lines(), b.tagNames(), b.Document.Labels, b.annotations()}
}

// BakeTarget is one target of a bake file (https://docs.docker.com/build/bake/reference/#target).
type BakeTarget struct {
	Tags        []string          `json:"tags,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations []string          `json:"annotations,omitempty"`
	Args        map[string]string `json:"args,omitempty"`
}

// Bake is a bake file of the named parts: tags, labels, annotations.
func (b Build) Bake(parts ...string) any {
	var target BakeTarget
	if slices.Contains(parts, "tags") {
		target.Tags = b.Document.Lines()
		target.Args = map[string]string{"DOCKER_META_IMAGES": strings.Join(b.Images, ","), "DOCKER_META_VERSION": b.Document.Version}
	}
	if slices.Contains(parts, "labels") {
		target.Labels = b.Document.Labels
	}
	if slices.Contains(parts, "annotations") {
		target.Annotations = b.annotations()
	}
	name := b.Target
	if name == "" {
		name = DefaultTarget
	}
	return map[string]any{"target": map[string]BakeTarget{name: target}}
}

// GitHub writes the outputs as the file that GITHUB_OUTPUT names takes them
// (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#multiline-strings).
func (b Build) GitHub(w io.Writer) error {
	outputs, err := compact(b.Outputs())
	if err != nil {
		return err
	}
	bake, err := compact(b.Bake("tags", "labels"))
	if err != nil {
		return err
	}
	var out bytes.Buffer
	for _, output := range []Output{
		{"version", b.Document.Version},
		{"tags", b.Joined()},
		{"tag-names", strings.Join(b.tagNames(), b.separator())},
		{"labels", strings.Join(pairs(b.Document.Labels), b.separator())},
		{"annotations", strings.Join(b.annotations(), b.separator())},
		{"json", outputs},
		{"bake", bake},
	} {
		output.github(&out)
	}
	_, err = w.Write(out.Bytes())
	return err
}

// compact is a document as JSON in one line.
func compact(document any) (string, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return "", err
	}
	return strings.TrimSpace(out.String()), nil
}
