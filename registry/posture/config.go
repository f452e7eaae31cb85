package posture

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/strictyaml"
)

// Key is the key of a configuration file under which the wanted settings stand.
const Key = "posture"

// Config is the settings that are wanted of repositories: the section posture of .hallmark.yaml. What it leaves out is judged by what the
// tags of the project need.
type Config struct {
	// Whether tags are immutable, all but those of mutable_tags. Left out, the tags that the rules of the project make decide.
	Immutable *bool `json:"immutable,omitempty"`
	// Tags that may move although immutable is set, as exclusion filters of ECR: * stands for any text. At most 5.
	MutableTags []string `json:"mutable_tags,omitempty"`
	// How images are scanned by themselves; on-push where it is left out.
	Scan Scan `json:"scan,omitempty"`
	// The lifecycle policy: keep=N for a policy that keeps the last N images with tags, none for no policy at all, else the name of a
	// file beside this one. Left out, any policy will do.
	Lifecycle string `json:"lifecycle,omitempty"`
	// How layers are encrypted: kms asks for a key of AWS KMS. Left out, either will do.
	Encryption EncryptionWord `json:"encryption,omitempty"`
	// What need not be as wanted, for a reason and until a day.
	Exceptions []Exception `json:"exceptions,omitempty"`
}

// Exception excuses the drift of some repositories.
type Exception struct {
	// The repositories: a name, in which * stands for any text.
	Repository string `json:"repository"`
	// The check that is excused.
	Check CheckName `json:"check"`
	// Of immutability, the tags that are excused, in which * stands for any text; all when it is left out.
	Tag string `json:"tag,omitempty"`
	// Why.
	Reason string `json:"reason"`
	// The last day of the exception, in UTC. The whole day counts.
	Until gate.Date `json:"until"`

	Place string `json:"-"` // where it stands, such as .hallmark.yaml:12
}

// Expired says whether the last day is over.
func (e Exception) Expired(now time.Time) bool { return e.Until < gate.DateOf(now) }

// section is the part of a configuration file that is read here.
type section struct {
	Posture Config `json:"posture"`
}

// ReadConfig reads the section of a configuration file, whose other sections are not looked at. Every error is a *strictyaml.Error.
func ReadConfig(file string, data []byte) (Config, error) {
	var s section
	places, err := strictyaml.Decode(file, data, &s, Key)
	if err != nil {
		return Config{}, err
	}
	for i := range s.Posture.Exceptions {
		at := places[fmt.Sprintf("posture.exceptions[%d]", i)]
		s.Posture.Exceptions[i].Place = fmt.Sprintf("%s:%d", at.File, at.Line)
	}
	return s.Posture, s.Posture.check(places)
}

// check looks for what is well formed and still wrong.
func (c Config) check(places strictyaml.Places) error {
	wrong := func(path, problem, hint string) error {
		at, found := places[path]
		for !found && path != "" {
			path = path[:max(strings.LastIndexByte(path, '.'), 0)]
			at, found = places[path]
		}
		return &strictyaml.Error{Position: at, Problem: problem, Hint: hint}
	}
	if problem := CheckExclusions(c.MutableTags); problem != "" {
		return wrong("posture.mutable_tags", "posture.mutable_tags: "+problem, "")
	}
	if c.Immutable != nil && !*c.Immutable && len(c.MutableTags) > 0 {
		return wrong("posture.mutable_tags", "posture.mutable_tags: every tag may move where immutable is false", "leave one of the two out")
	}
	if _, keeps := strings.CutPrefix(c.Lifecycle, keepPrefix); keeps {
		if _, err := KeepCount(c.Lifecycle); err != nil {
			return wrong("posture.lifecycle", "posture.lifecycle: "+err.Error(), "")
		}
	}
	for i, e := range c.Exceptions {
		path := fmt.Sprintf("posture.exceptions[%d]", i)
		if key := e.lacks(); key != "" {
			return wrong(path+"."+key, path+": no "+key, "an exception names repository, check, reason and until")
		}
		if e.Tag != "" && e.Check != CheckImmutability {
			return wrong(path+".tag", path+".tag: only "+string(CheckImmutability)+" is judged by tags", "")
		}
	}
	return nil
}

// lacks is the first key that an exception must have and has not.
func (e Exception) lacks() string {
	for _, key := range []struct{ name, value string }{
		{"repository", e.Repository}, {"check", string(e.Check)}, {"reason", strings.TrimSpace(e.Reason)}, {"until", string(e.Until)},
	} {
		if key.value == "" {
			return key.name
		}
	}
	return ""
}

// keepPrefix begins a lifecycle policy that is told by a number alone.
const keepPrefix = "keep="

// KeepCount reads keep=N.
func KeepCount(text string) (int, error) {
	number, keeps := strings.CutPrefix(text, keepPrefix)
	n, err := strconv.Atoi(number)
	if !keeps || err != nil || n < 1 || n > lifecycle.MaxKept {
		return 0, fmt.Errorf("%q: want keep=N, with a number of images from 1 to %d", text, lifecycle.MaxKept)
	}
	return n, nil
}

// Limits of exclusion filters (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html and
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html); that of wildcards is told by
// Terraform's provider (https://github.com/hashicorp/terraform-provider-aws/pull/43642).
const (
	MaxExclusions      = 5
	maxExclusionLength = 128
	maxWildcards       = 2
)

// CheckExclusions says why ECR would not take exclusion filters; empty when it would.
func CheckExclusions(filters []string) string {
	if len(filters) > MaxExclusions {
		return fmt.Sprintf("%d patterns, and a repository has at most %d", len(filters), MaxExclusions)
	}
	for i, filter := range filters {
		switch {
		case slices.Contains(filters[:i], filter):
			return fmt.Sprintf("%q stands twice", filter)
		case filter == "" || len(filter) > maxExclusionLength:
			return fmt.Sprintf("%q has %d characters, and a pattern has 1 to %d", filter, len(filter), maxExclusionLength)
		case strings.IndexFunc(filter, notInExclusion) >= 0:
			return fmt.Sprintf("%q: a pattern has letters, digits and the characters . _ - *", filter)
		case strings.Count(filter, "*") > maxWildcards:
			return fmt.Sprintf("%q has %d wildcards, and a pattern has at most %d", filter, strings.Count(filter, "*"), maxWildcards)
		}
	}
	return ""
}

func notInExclusion(r rune) bool {
	return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("._-*", r))
}
