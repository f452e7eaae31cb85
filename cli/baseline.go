package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/scan"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
)

// baseline reads what the policy's new_only compares with. One that cannot be read has no findings and says why: every finding is new then.
func (p *program) baseline(ctx context.Context, j judgement) gate.Accepted {
	name := j.policy.Rules.NewOnly.Baseline
	if name == "" {
		return gate.Accepted{}
	}
	var found gate.Scan
	var err error
	if strings.HasSuffix(name, ".json") {
		found, err = baselineFile(name)
	} else {
		found, err = p.baselineImage(ctx, name, j)
	}
	if err != nil {
		return gate.Accepted{Name: name, Problem: err.Error()}
	}
	return gate.NewAccepted(name, found.Findings())
}

// baselineFile reads the result of an earlier run, or saved answers.
func baselineFile(name string) (gate.Scan, error) {
	f, err := os.Open(name)
	if err != nil {
		return gate.Scan{}, err
	}
	defer f.Close()
	var s saved
	switch err := s.read(f); {
	case err != nil:
		return gate.Scan{}, err
	case s.result == nil:
		return s.answers.Scan(), nil
	case s.result.Verdict == nil:
		return gate.Scan{}, errors.New("the result has no verdict")
	}
	return s.result.GateScan()
}

// baselineImage reads what the scanner says today of another image. What it said when that was pushed would make every vulnerability found
// since look like a new one.
func (p *program) baselineImage(ctx context.Context, name string, j judgement) (gate.Scan, error) {
	if j.target == nil {
		return gate.Scan{}, errors.New("it is an image, and saved answers are judged without a registry")
	}
	t, wanted, err := p.baselineTarget(ctx, name, j.target)
	if err != nil {
		return gate.Scan{}, err
	}
	published, err := t.images(ctx, []string{wanted})
	if err != nil {
		return gate.Scan{}, err
	}
	image, found := published[wanted]
	if !found {
		return gate.Scan{}, fmt.Errorf("%s has no image %s", t, wanted)
	}
	images, err := scanImages(image)
	if err != nil {
		return gate.Scan{}, err
	}
	result, err := scan.Wait(ctx, t.api.Scans(t.Repository), images, scan.Options{Timeout: j.timeout, MayStart: j.mayStart})
	if err != nil {
		return gate.Scan{}, err
	}
	for _, platform := range result.Scan.Platforms {
		if platform.Undecided != "" {
			return gate.Scan{}, errors.New(platform.Undecided)
		}
	}
	return result.Scan, nil
}

// baselineTarget finds the repository of a baseline, and what to ask for there: a tag or a digest alone is of the repository of the run.
func (p *program) baselineTarget(ctx context.Context, name string, own *target) (t *target, wanted string, err error) {
	if strings.HasPrefix(name, "sha256:") || !strings.ContainsAny(name, "/:@") {
		return own, name, nil
	}
	ref, err := ecr.ParseImageReference(name)
	if err != nil {
		return nil, "", err
	}
	if wanted = ref.Digest; wanted == "" {
		wanted = ref.Tag
	}
	if ref.Host == "" || ref.Host == own.Host {
		return &target{Repository: registry.Repository{Host: own.Host, Name: ref.Name}, api: own.api}, wanted, nil
	}
	if t, err = p.connect(ctx, connection{host: ref.Host, name: ref.Name}); err == nil && t.api == nil {
		err = fmt.Errorf("%s is not Amazon ECR, so there is no scan to compare with", ref.Host)
	}
	return t, wanted, err
}
