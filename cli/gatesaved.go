package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/scan"
	"github.com/hallmark-ci/hallmark/report"
)

// saved is what the files of --from hold: answers, or one result.
type saved struct {
	answers gate.Collection
	result  *report.Result
}

// gateSaved judges what was saved to files: answers, of which several are several pages or platforms, or the result of an earlier run.
func (p *program) gateSaved(ctx context.Context, policy gate.Policy, sources exploitSources, files []string) error {
	if sources.inspector {
		return &UsageError{Problem: "--inspector with --from", Hint: "--from asks no service: give EPSS and KEV as files, --epss FILE and --kev FILE"}
	}
	s, err := p.readSaved(files)
	if err != nil {
		return err
	}
	scan, err := p.savedScan(s)
	if err != nil {
		return err
	}
	if err := p.enrich(ctx, sources, nil, &scan); err != nil {
		return err
	}
	c := gate.Case{Scan: scan, Image: s.image(), Now: p.clock()}
	c.Baseline = p.baseline(ctx, judgement{policy: policy})
	if err := p.verdict(policy, c); err != nil {
		return savedVerdict(err)
	}
	return p.printSaved()
}

// readSaved reads the files.
func (p *program) readSaved(files []string) (*saved, error) {
	s := &saved{}
	if i := slices.Index(files, "-"); i >= 0 && slices.Contains(files[i+1:], "-") {
		return s, &UsageError{Problem: "stdin is named twice", Hint: "- stands for all answers on stdin, one after another"}
	}
	for _, file := range files {
		err := p.withFile(file, "save one with: aws ecr describe-image-scan-findings --repository-name NAME --image-id imageDigest=DIGEST", s.read)
		if err != nil {
			return s, err
		}
	}
	if s.result != nil && len(files) > 1 {
		return s, &UsageError{Problem: "a result and other files", Hint: "--from takes one result, or saved answers"}
	}
	return s, nil
}

// read takes in one file.
func (s *saved) read(r io.Reader) error {
	buffered := bufio.NewReader(r)
	if isResult(buffered) {
		result, err := report.ReadResult(buffered)
		s.result = &result
		return err
	}
	return s.answers.Read(buffered)
}

// isResult says whether a document is a result, by its first member: that, or the first in the order of names where another program has
// written it anew.
func isResult(r *bufio.Reader) bool {
	start, _ := r.Peek(r.Size())
	member, opened := bytes.CutPrefix(bytes.TrimSpace(start), []byte("{"))
	if !opened {
		return false
	}
	member = bytes.TrimSpace(member)
	return bytes.HasPrefix(member, []byte(`"schema"`)) || bytes.HasPrefix(member, []byte(`"command"`))
}

// savedScan is the scan that was saved. What else a result tells of its image and its run is the result's of this run too.
func (p *program) savedScan(s *saved) (gate.Scan, error) {
	if s.result == nil {
		found := s.answers.Scan()
		p.result.Scan = newScan(scan.Result{Scan: found})
		p.result.Repository = s.image().Name // a saved answer does not tell its registry
		p.savedImages(found)
		return found, nil
	}
	r := s.result
	p.result.Repository, p.result.Digest, p.result.MediaType, p.result.ImageID, p.result.Platforms = r.Repository, r.Digest, r.MediaType, r.ImageID, r.Platforms
	p.result.Tags, p.result.Version, p.result.Revision, p.result.Upload, p.result.Scan = r.Tags, r.Version, r.Revision, r.Upload, r.Scan
	return r.GateScan()
}

// savedImages puts the images that saved answers are about into the result, where they tell.
func (p *program) savedImages(s gate.Scan) {
	for _, platform := range s.Platforms {
		if platform.Digest != "" {
			p.result.Platforms = append(p.result.Platforms, report.Platform{Platform: platform.Platform, Digest: platform.Digest})
		}
	}
	if len(s.Platforms) == 1 {
		p.result.Digest = s.Platforms[0].Digest
	}
}

// image is what the answers or the result say of the image.
func (s *saved) image() gate.Image {
	if s.result == nil {
		return gate.SavedImage(s.answers.Heads())
	}
	host, name := s.result.Address()
	image := gate.Image{Host: host, Name: name, Digests: digests(s.result)}
	for _, tag := range s.result.Tags {
		image.Tags = append(image.Tags, tag.Name)
	}
	return image
}

// savedVerdict says what to do where what was saved gives no verdict.
func savedVerdict(err error) error {
	var undecided *gate.UndecidedError
	if !errors.As(err, &undecided) {
		return err
	}
	return &hintedError{error: err, code: "undecided", hint: "judge what is saved once the scan has ended, with every page of it"}
}

// printSaved writes the reference of an image that passed, where a result tells it.
func (p *program) printSaved() error {
	if host, _ := p.result.Address(); p.json || host == "" || p.result.Digest == "" {
		return nil
	}
	_, err := fmt.Fprintf(p.Out, "%s@%s\n", p.result.Repository, p.result.Digest)
	return err
}
