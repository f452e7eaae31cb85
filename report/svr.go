package report

import (
	"errors"
	"io"
	"slices"
	"strings"
	"time"
)

// ErrNoSubject says that a run has no image of which a statement could be made.
var ErrNoSubject = errors.New("the run has no digest of an image to make a statement about")

// SVR writes an in-toto statement with a simple verification result
// (https://github.com/in-toto/attestation/blob/main/spec/predicates/svr.md, version 0.2): which properties the image was found to have.
// The format cannot state a failure, so an image that did not pass has no property. The statement
// is not signed.
func SVR(w io.Writer, d Document) error {
	subjects := d.subjects()
	if len(subjects) == 0 {
		return ErrNoSubject
	}
	return JSON(w, struct {
		Type          string        `json:"_type"`
		Subject       []svrResource `json:"subject"`
		PredicateType string        `json:"predicateType"`
		Predicate     svr           `json:"predicate"`
	}{"https://in-toto.io/Statement/v1", subjects, "https://in-toto.io/attestation/svr/v0.2", d.svr()})
}

// svr is the predicate.
type svr struct {
	Verifier struct {
		ID       string        `json:"id"`
		Policies []svrResource `json:"policies"`
	} `json:"verifier"`
	TimeCreated string   `json:"timeCreated"`
	Properties  []string `json:"properties"`
}

// svrResource is a resource descriptor (https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md).
type svrResource struct {
	Name      string            `json:"name,omitempty"`
	Digest    map[string]string `json:"digest"`
	Content   []byte            `json:"content,omitempty"` // in base64
	MediaType string            `json:"mediaType,omitempty"`
}

// subjects are the image that was judged and its platforms.
func (d Document) subjects() []svrResource {
	var subjects []svrResource
	add := func(name, digest string) {
		algorithm, value, found := strings.Cut(digest, ":")
		if found && value != "" {
			subjects = append(subjects, svrResource{Name: strings.TrimSpace(name), Digest: map[string]string{algorithm: value}})
		}
	}
	add(d.Repository, d.Digest)
	for _, platform := range d.Platforms {
		if platform.Digest != d.Digest {
			add(d.Repository+" "+platform.Platform, platform.Digest)
		}
	}
	return subjects
}

func (d Document) svr() svr {
	out := svr{TimeCreated: d.Ended.UTC().Format(time.RFC3339), Properties: d.svrProperties()}
	out.Verifier.ID = "https://github.com/hallmark-ci/hallmark/gate/v1"
	out.Verifier.Policies = []svrResource{}
	if d.Verdict != nil && d.Verdict.PolicySHA256 != "" {
		policy := svrResource{Name: "policy", Digest: map[string]string{"sha256": d.Verdict.PolicySHA256}, Content: d.Verdict.Policy}
		if policy.Content != nil {
			policy.MediaType = "application/json"
		}
		out.Verifier.Policies = append(out.Verifier.Policies, policy)
	}
	return out
}

// svrProperties are what holds of the image. That it has no findings of a kind is said of all that stand, those that the policy passes
// over too, and only of scans that were whole: a policy may let images pass that the scanner does not know.
func (d Document) svrProperties() []string {
	properties := []string{}
	if d.Verdict == nil || d.Status != Passed || d.Verdict.Result != "pass" {
		return properties
	}
	properties = append(properties, "HALLMARK_GATE_PASSED")
	if !d.Scan.whole() {
		return properties
	}
	for _, level := range []string{"critical", "high"} {
		stands := func(f Finding) bool { return (f.level() == level || f.level() == "unknown") && f.Status != "CLOSED" }
		if !slices.ContainsFunc(d.Verdict.Findings, stands) {
			properties = append(properties, "HALLMARK_NO_"+strings.ToUpper(level)+"_VULNERABILITIES")
		}
	}
	return properties
}

// whole says whether the scan of every platform came to its end.
func (s *Scan) whole() bool {
	if s == nil || s.Status == "" {
		return false
	}
	for status := range strings.SplitSeq(s.Status, ", ") {
		if status != "COMPLETE" && status != "ACTIVE" {
			return false
		}
	}
	return true
}
