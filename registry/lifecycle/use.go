package lifecycle

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Use names an image that is in use, as a workload names it.
type Use struct {
	Name   string // of the repository, perhaps with its registry's host before it; empty where only a digest was given
	Tag    string
	Digest string
	Text   string // as it was given
	By     string // the workload, where one is known
}

// who is what people look for to stop a use: its workload, or the reference as it was given.
func (u Use) who() string { return cmp.Or(u.By, u.Text) }

// String is the reference as it was given, after its workload.
func (u Use) String() string {
	if u.By == "" {
		return u.Text
	}
	return u.By + ": " + u.Text
}

// ParseUses reads references of images: one a line, or separated by blanks as kubectl's jsonpath prints them, or a JSON list of texts, as
// ecrm keeps them (https://github.com/fujiwara/ecrm). A line that begins with # says nothing.
func ParseUses(text []byte) ([]Use, error) {
	var words []string
	if strings.HasPrefix(strings.TrimSpace(string(text)), "[") {
		if err := json.Unmarshal(text, &words); err != nil {
			return nil, fmt.Errorf("it is no list of texts: %w", err)
		}
	} else {
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(strings.TrimSpace(line), "#") {
				words = append(words, strings.Fields(line)...)
			}
		}
	}
	var uses []Use
	for _, word := range words {
		use, err := ParseUse(word)
		if err != nil {
			return nil, err
		}
		uses = append(uses, use)
	}
	return uses, nil
}

// ParseUse reads one reference: DIGEST, or a repository with a tag, a digest or both. Of both the digest counts.
func ParseUse(text string) (Use, error) {
	u := Use{Text: text}
	rest := text
	if _, after, found := strings.Cut(text, "://"); found { // Kubernetes puts the runtime before some: docker-pullable://
		rest = after
	}
	if strings.HasPrefix(rest, "sha256:") {
		u.Digest = rest
	} else {
		name, digest, _ := strings.Cut(rest, "@")
		u.Name, u.Digest = name, digest
		if colon := strings.LastIndexByte(name, ':'); colon > strings.LastIndexByte(name, '/') {
			u.Name, u.Tag = name[:colon], name[colon+1:]
		}
		if u.Name != "" && u.Digest == "" && u.Tag == "" {
			u.Tag = "latest" // as every runtime takes it
		}
	}
	if u.Digest != "" && !isDigest(u.Digest) || u.Digest == "" && u.Name == "" {
		return Use{}, fmt.Errorf("%q names no image: want a digest, or a repository with a tag or a digest", text)
	}
	return u, nil
}

func isDigest(text string) bool {
	hex, found := strings.CutPrefix(text, "sha256:")
	return found && len(hex) == 64 && strings.Trim(hex, "0123456789abcdef") == ""
}

// of says whether a use is of a repository. A use without a name may be, and so may every one where the name is not known.
func (u Use) of(repository string) bool {
	return u.Name == "" || repository == "" || u.Name == repository || strings.HasSuffix(u.Name, "/"+repository)
}

// Join marks the images that are in use, and returns the uses of this repository that name none of its images. A platform and its index are
// one image here: a cluster may report either. What may be a platform of an index whose platforms are not known is taken to be one.
func Join(outcomes []Outcome, repository string, uses []Use) []Use {
	j := joiner{outcomes: outcomes, byDigest: map[string]int{}, byTag: map[string]int{}, parents: map[string][]int{}}
	for i, o := range outcomes {
		j.byDigest[o.Image.Digest] = i
		for _, tag := range o.Image.Tags {
			j.byTag[tag] = i
		}
		for _, child := range o.Image.Children {
			j.parents[child] = append(j.parents[child], i)
		}
		if o.Image.IsIndex() && o.Image.Children == nil {
			j.open = append(j.open, i)
		}
	}
	var lost []Use
	for _, use := range uses {
		if use.of(repository) && !j.mark(use) {
			lost = append(lost, use)
		}
	}
	return lost
}

// joiner finds images by what uses call them.
type joiner struct {
	outcomes []Outcome
	byDigest map[string]int
	byTag    map[string]int
	parents  map[string][]int
	open     []int // indexes whose platforms are not known
}

func (j joiner) mark(use Use) bool {
	at, found := j.byTag[use.Tag]
	if use.Digest != "" {
		at, found = j.byDigest[use.Digest]
	}
	if !found {
		return false
	}
	j.add(at, use.who())
	image := j.outcomes[at].Image
	parents := j.parents[image.Digest]
	for _, parent := range parents {
		j.add(parent, use.who())
	}
	if len(parents) == 0 && image.mayBePlatform() {
		for _, parent := range j.open {
			if j.outcomes[parent].Image.class() != image.class() {
				continue // a platform is archived with its index
			}
			j.add(parent, "perhaps, since its platforms are not known: "+use.who())
		}
	}
	for _, child := range image.Children {
		if at, found := j.byDigest[child]; found {
			j.add(at, use.who())
		}
	}
	return true
}

func (j joiner) add(at int, text string) {
	if uses := &j.outcomes[at].Uses; !slices.Contains(*uses, text) {
		*uses = append(*uses, text)
	}
}

// JoinPulled marks the images that were pulled within a time before now.
func JoinPulled(outcomes []Outcome, within time.Duration, now time.Time) {
	for i, o := range outcomes {
		if !o.Image.PulledAt.IsZero() && now.Sub(o.Image.PulledAt) <= within {
			outcomes[i].Uses = append(o.Uses, "pulled "+o.Image.PulledAt.UTC().Format(time.DateOnly)+", which is weak evidence")
		}
	}
}

// Endangered are the images in use that a policy takes or may take.
func Endangered(outcomes []Outcome) []Outcome {
	var out []Outcome
	for _, o := range outcomes {
		if len(o.Uses) > 0 && o.Action != Keep {
			out = append(out, o)
		}
	}
	return out
}
