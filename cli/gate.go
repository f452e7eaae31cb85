package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/scan"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/report"
)

func (p *program) gateCommand() *cli.Command {
	return &cli.Command{
		Name:      "gate",
		Usage:     "wait for and judge the scan of an image that is in ECR",
		ArgsUsage: "IMAGE-REFERENCE",
		Description: "IMAGE-REFERENCE is NAME:TAG, NAME@DIGEST or a whole URI with either. With --from\n" +
			"it is left out, and what is judged is saved answers of DescribeImageScanFindings,\n" +
			"of all pages and platforms, or the result of an earlier run (--report json=FILE),\n" +
			"without AWS.",
		Flags: append(append(gateFlags(),
			listFlag(categoryGate, "from", "`FILE` with saved answers or a result, - for stdin; further arguments are further files (repeatable)"),
			reportFlag()),
			outputFlags()...),
		Action: p.command(p.gate),
	}
}

func (p *program) gate(c *cli.Context) error {
	limitMemory()
	if err := p.readReports(c, report.Formats()); err != nil {
		return err
	}
	policy, err := readPolicy(c, p.clock())
	if err != nil {
		return err
	}
	sources, err := p.readExploitSources(c)
	if err != nil {
		return err
	}
	if files := lines(c.StringSlice("from")); len(files) > 0 {
		return p.gateSaved(c.Context, policy, sources, append(files, c.Args().Slice()...))
	}
	if c.NArg() != 1 {
		return &UsageError{Problem: "no image reference", Hint: "hallmark gate NAME@DIGEST, or hallmark gate --from FILE for a saved answer"}
	}
	return p.gateImage(c.Context, c.Args().First(), judgement{policy: policy, exploits: sources, timeout: c.Duration("timeout"), mayStart: true})
}

// gateImage judges an image in ECR. The tag is read once, at the start: the digest it names then is what the verdict is about.
func (p *program) gateImage(ctx context.Context, text string, j judgement) error {
	ref, err := ecr.ParseImageReference(text)
	if err != nil {
		return repositoryProblem(err, "an image reference is NAME:TAG, NAME@DIGEST or a whole URI with either")
	}
	t, err := p.connect(ctx, connection{host: ref.Host, name: ref.Name})
	if err != nil {
		return err
	}
	p.result.Repository = t.String()
	if t.api == nil {
		return &UsageError{Problem: fmt.Sprintf("%s is not Amazon ECR, so there is no scan to judge", t.Host)}
	}
	wanted := ref.Digest
	if wanted == "" {
		wanted = ref.Tag
	}
	published, err := t.images(ctx, []string{wanted})
	if err != nil {
		return err
	}
	image, found := published[wanted]
	if !found {
		return &hintedError{
			error: fmt.Errorf("%s has no image %s", t, wanted), code: "no-image", hint: "check the tag or digest: aws ecr list-images --repository-name " + t.Name,
		}
	}
	if err := p.choose(&j, t, image, ref.Tag); err != nil {
		return err
	}
	p.say.Say("judging %s@%s", t, image.Digest)
	if err := p.judge(ctx, j); err != nil {
		return err
	}
	if p.json {
		return nil
	}
	_, err = fmt.Fprintf(p.Out, "%s@%s\n", t, image.Digest)
	return err
}

// choose makes a published image the one that is judged. tag is what it was asked for by; empty where that was a digest.
func (p *program) choose(j *judgement, t *target, image registry.Image, tag string) error {
	var err error
	if j.images, err = scanImages(image); err != nil {
		return err
	}
	p.reportImage(image, j.images)
	j.target, j.names = t, gate.Image{Host: t.Host, Name: t.Name, Digests: digests(p.result)}
	if tag != "" {
		j.names.Tags = []string{tag}
	}
	return nil
}

// reportImage puts a published image and its platforms into the result.
func (p *program) reportImage(image registry.Image, platforms []scan.Image) {
	p.result.Digest, p.result.MediaType, p.result.ImageID = image.Digest, image.MediaType, image.ID()
	for _, platform := range platforms {
		p.result.Platforms = append(p.result.Platforms, report.Platform{Platform: platform.Platform, Digest: platform.Digest})
	}
}

// scanImages lists what is to be scanned of a published image.
func scanImages(image registry.Image) ([]scan.Image, error) {
	manifest, err := registry.ParseManifest(image.Manifest, image.MediaType)
	if err != nil {
		return nil, fmt.Errorf("image %s: %w", image.Digest, err)
	}
	var images []scan.Image
	for _, entry := range manifest.Platforms() {
		platform := ""
		if entry.Platform != nil {
			platform = registry.PlatformName(entry.Platform.OS, entry.Platform.Architecture, entry.Platform.Variant)
		}
		images = append(images, scan.Image{Digest: entry.Digest.String(), Platform: platform})
	}
	return images, nil
}

// digests are those of a result: the image's and its platforms'.
func digests(r *report.Result) []string {
	all := []string{r.Digest}
	for _, platform := range r.Platforms {
		all = append(all, platform.Digest)
	}
	return slices.Compact(all)
}
