package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/scan"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
	"github.com/hallmark-ci/hallmark/report"
)

// prepare makes ready to push: it finds the layers that the repository holds already.
func (r *pushRun) prepare(ctx context.Context) error {
	if r.pusher != nil {
		return nil
	}
	var known map[digest.Digest]registry.KnownLayer
	if !r.ask.noReuse {
		var err error
		if known, err = r.knownLayers(ctx); err != nil {
			return err
		}
	}
	var err error
	r.pusher, err = r.target.remote.Prepare(push.Settings{
		Annotations: r.annotations(),
		Compression: r.ask.compression,
		Level:       r.ask.level,
		Reuse:       known,
		Progress:    func(e push.Event) { r.progress.Event(e) },
	})
	return err
}

// readStream reads an image of which it is not known what it is before all of it is read. Its layers are compressed meanwhile, unless
// nothing will be pushed.
func (r *pushRun) readStream(ctx context.Context) error {
	if r.ask.dryRun {
		r.keeper = source.KeepAll(r.ask.source.TempDir)
		return r.source.Read(ctx, r.keeper)
	}
	if err := r.prepare(ctx); err != nil {
		return err
	}
	r.progress = r.startProgress()
	defer r.progress.Stop()
	return r.source.Read(ctx, r.pusher)
}

// upload pushes the image by digest and keeps what was sent for the result.
func (r *pushRun) upload(ctx context.Context) error {
	if err := r.prepare(ctx); err != nil {
		return err
	}
	r.progress = r.startProgress()
	defer r.progress.Stop()
	commit, version := r.image.Commit, r.derivation.Version
	result, err := r.pusher.Push(ctx, r.source)
	r.progress.Stop()
	r.result.Upload = newUpload(result.Upload)
	if err != nil {
		return err
	}
	r.image = result.Image
	r.image.Commit, r.image.Version = commit, version
	r.say.Say("pushed %s", r.image.Digest)
	for _, line := range closing(result.Upload) {
		r.say.Say("%s", line)
	}
	return nil
}

// annotations are what a manifest built here says of its origin. The time is the commit's, so that the same bytes built again
// get the same digest; SOURCE_DATE_EPOCH overrides it.
func (r *pushRun) annotations() map[string]string {
	out := map[string]string{}
	if r.ask.annotate != "never" {
		created := r.facts.Time
		if !r.ask.created.IsZero() {
			created = r.ask.created
		}
		out[registry.AnnotationRevision] = r.facts.Commit
		if r.ask.plan.Dirty {
			out[registry.AnnotationRevision] += "-dirty"
		}
		out[registry.AnnotationSource] = r.facts.Source
		out[registry.AnnotationVersion] = r.derivation.Version
		out[registry.AnnotationRefName] = r.facts.Branch
		if !created.IsZero() {
			out[registry.AnnotationCreated] = created.UTC().Format(time.RFC3339)
		}
		maps.DeleteFunc(out, func(_, value string) bool { return value == "" })
	}
	maps.Copy(out, r.annotation)
	return out
}

// reportImage puts the published image into the result.
func (r *pushRun) reportImage() error {
	r.result.Digest, r.result.MediaType, r.result.ImageID = r.image.Digest, r.image.MediaType, r.image.ID()
	manifest, err := registry.ParseManifest(r.image.Manifest, r.image.MediaType)
	if err != nil {
		return fmt.Errorf("published image %s: %w", r.image.Digest, err)
	}
	for _, entry := range manifest.Platforms() {
		r.result.Platforms = append(r.result.Platforms, report.Platform{Platform: r.platformName(entry), Digest: entry.Digest.String()})
	}
	return nil
}

// platformName is the platform of a published manifest. Only an index names it; that of a single image is the source's.
func (r *pushRun) platformName(entry ocispec.Descriptor) string {
	if entry.Platform != nil {
		return registry.PlatformName(entry.Platform.OS, entry.Platform.Architecture, entry.Platform.Variant)
	}
	if len(r.source.Platforms) == 1 {
		return r.source.Platforms[0].Name
	}
	return ""
}

// scanImages are the images whose scans make the verdict: every platform, by digest.
func (r *pushRun) scanImages() []scan.Image {
	var images []scan.Image
	for _, platform := range r.result.Platforms {
		images = append(images, scan.Image{Digest: platform.Digest, Platform: platform.Platform})
	}
	return images
}

// names are what a policy may call the image: its repository, the tags it will have and its digests.
func (r *pushRun) names() gate.Image {
	image := gate.Image{Host: r.target.Host, Name: r.target.Name, Digests: digests(r.result)}
	for _, tag := range r.tags {
		image.Tags = append(image.Tags, tag.String())
	}
	return image
}

// writeTags writes the tags of the plan, fixed ones first, and reads them back.
func (r *pushRun) writeTags(ctx context.Context) error {
	steps := r.plan.Writes()
	for i, step := range steps {
		name := step.Tag.String()
		err := r.target.putTag(ctx, r.image, name)
		var taken *registry.TagTakenError
		if errors.As(err, &taken) {
			err = r.contested(ctx, step, i)
		}
		if err != nil {
			return fmt.Errorf("write tag %q: %w", name, err)
		}
		r.markWritten(name)
	}
	return r.readBack(ctx, steps)
}

// contested deals with a tag that appeared between plan and write. Another job may have won with the same image: only the
// digest, read again, decides.
func (r *pushRun) contested(ctx context.Context, step registry.Step, written int) error {
	name := step.Tag.String()
	now, err := r.target.images(ctx, []string{name})
	if err != nil {
		return err
	}
	if now[name].Digest == r.image.Digest {
		return nil
	}
	step.Action, step.Reason = registry.Refuse, fmt.Sprintf("was given to %s while this run was busy, this image is %s", now[name].Digest, r.image.Digest)
	step.Hint = "another job writes the same tag: run the same command again to see where it stands"
	refused := &registry.RefusedError{Steps: []registry.Step{step}}
	if written > 0 {
		return errors.New(refused.Error()) // tags were written: no refusal in the sense of the exit status
	}
	return refused
}

// readBack makes sure that the repository holds what was written.
func (r *pushRun) readBack(ctx context.Context, steps []registry.Step) error {
	if len(steps) == 0 {
		r.say.Say("no tag to write: all of them name it already")
		return nil
	}
	names := make([]string, len(steps))
	for i, step := range steps {
		names[i] = step.Tag.String()
	}
	now, err := r.target.images(ctx, names)
	if err != nil {
		return fmt.Errorf("read tags back: %w", err)
	}
	for _, name := range names {
		if now[name].Digest != r.image.Digest {
			return fmt.Errorf("tag %q was written but names %q, not %s", name, now[name].Digest, r.image.Digest)
		}
	}
	r.say.Say("written: %s", strings.Join(names, ", "))
	return nil
}

func (r *pushRun) markWritten(name string) {
	i := slices.IndexFunc(r.result.Tags, func(t report.Tag) bool { return t.Name == name })
	r.result.Tags[i].Written = true
}

// printReferences writes the references of the run's image to stdout, one a line; with their digest once they are published.
func (r *pushRun) printReferences(published bool) error {
	if r.json {
		return nil
	}
	for _, step := range r.plan.Steps {
		reference, digest := r.target.String()+":"+step.Tag.String(), r.image.Digest
		if step.Action == registry.Keep {
			if !step.Current.Same(r.image) && !step.Current.Same(r.plan.Adopted) {
				continue // a moving tag that stays with a higher version
			}
			digest = step.Current.Digest
		}
		if published {
			reference += "@" + digest
		}
		if _, err := fmt.Fprintln(r.Out, reference); err != nil {
			return fmt.Errorf("write result: %w", err)
		}
	}
	return nil
}
