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
	read := p.baselineImage
	if strings.HasSuffix(name, ".json") {
		read = baselineFile
	}
	accepted, err := read(ctx, name, j)
	if err != nil {
		return gate.Accepted{Name: name, Problem: err.Error()}
	}
	return accepted
}

// baselineFile reads the result of an earlier run, or saved answers.
func baselineFile(_ context.Context, name string, _ judgement) (gate.Accepted, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return gate.Accepted{}, err
	}
	return gate.ParseAccepted(name, data)
}

// baselineImage reads what the scanner says today of another image. What it said when that was pushed would make every vulnerability found
// since look like a new one.
func (p *program) baselineImage(ctx context.Context, name string, j judgement) (gate.Accepted, error) {
	if j.target == nil {
		return gate.Accepted{}, errors.New("it is an image, and saved answers are judged without a registry")
	}
	t, wanted, err := p.baselineTarget(ctx, name, j.target)
	if err != nil {
		return gate.Accepted{}, err
	}
	published, err := t.images(ctx, []string{wanted})
	if err != nil {
		return gate.Accepted{}, err
	}
	image, found := published[wanted]
	if !found {
		return gate.Accepted{}, fmt.Errorf("%s has no image %s", t, wanted)
	}
	images, err := scanImages(image)
	if err != nil {
		return gate.Accepted{}, err
	}
	result, err := scan.Wait(ctx, t.api.Scans(t.Repository), images, scan.Options{Timeout: j.timeout, MayStart: j.mayStart})
	if err != nil {
		return gate.Accepted{}, err
	}
	var findings []gate.Finding
	for _, platform := range result.Scan.Platforms {
		if platform.Undecided != "" {
			return gate.Accepted{}, errors.New(platform.Undecided)
		}
		findings = append(findings, platform.Findings...)
	}
	return gate.NewAccepted(name, findings), nil
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
