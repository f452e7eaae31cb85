package emulator

import (
	"context"
	"errors"
	"io"
	"iter"
	"maps"
	"slices"

	"cuelabs.dev/go/oci/ociregistry"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// backend is what the registry's HTTP face works on. What it does not define, ECR does not do: its Funcs answer that they are
// unsupported.
type backend struct {
	*ociregistry.Funcs
	emulator *Emulator
}

// look runs a question on a repository that must be there.
func (b *backend) look(name string, question func(*repository) error) error {
	return b.emulator.store.read(func(s *state) error {
		r, err := s.repository(name)
		if err != nil {
			return err
		}
		return question(r)
	})
}

// GetBlob implements ociregistry.Reader.
func (b *backend) GetBlob(ctx context.Context, repo string, digest ociregistry.Digest) (ociregistry.BlobReader, error) {
	return b.GetBlobRange(ctx, repo, digest, 0, -1)
}

// GetBlobRange implements ociregistry.Reader.
func (b *backend) GetBlobRange(_ context.Context, repo string, digest ociregistry.Digest, from, to int64) (ociregistry.BlobReader, error) {
	if err := b.look(repo, func(*repository) error { return nil }); err != nil {
		return nil, err
	}
	blob, err := b.emulator.store.openBlob(repo, digest, ociregistry.ErrBlobUnknown)
	if err != nil {
		return nil, err
	}
	if to < 0 || to > blob.descriptor.Size {
		to = blob.descriptor.Size
	}
	if from > 0 && from >= blob.descriptor.Size {
		return nil, errors.Join(ociregistry.ErrRangeInvalid, blob.Close())
	}
	blob.Reader = io.NewSectionReader(blob.file, from, to-from)
	return blob, nil
}

// ResolveBlob implements ociregistry.Reader.
func (b *backend) ResolveBlob(_ context.Context, repo string, digest ociregistry.Digest) (ociregistry.Descriptor, error) {
	if err := b.look(repo, func(*repository) error { return nil }); err != nil {
		return ociregistry.Descriptor{}, err
	}
	size, found := b.emulator.store.hasBlob(repo, digest)
	if !found {
		return ociregistry.Descriptor{}, ociregistry.ErrBlobUnknown
	}
	return ociregistry.Descriptor{MediaType: "application/octet-stream", Digest: digest, Size: size}, nil
}

// GetManifest implements ociregistry.Reader.
func (b *backend) GetManifest(_ context.Context, repo string, digest ociregistry.Digest) (ociregistry.BlobReader, error) {
	var mediaType string
	err := b.look(repo, func(r *repository) error {
		i := r.Images[string(digest)]
		if i == nil || i.status() == lifecycle.Archived { // https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
			return ociregistry.ErrManifestUnknown
		}
		mediaType = i.MediaType
		return nil
	})
	if err != nil {
		return nil, err
	}
	blob, err := b.emulator.store.openBlob(repo, digest, ociregistry.ErrManifestUnknown)
	if err != nil {
		return nil, err
	}
	blob.descriptor.MediaType = mediaType
	return blob, nil
}

// GetTag implements ociregistry.Reader.
func (b *backend) GetTag(ctx context.Context, repo, tag string) (ociregistry.BlobReader, error) {
	digest, err := b.resolve(repo, tag)
	if err != nil {
		return nil, err
	}
	return b.GetManifest(ctx, repo, digest)
}

func (b *backend) resolve(repo, tag string) (digest ociregistry.Digest, err error) {
	err = b.look(repo, func(r *repository) error {
		d, found := r.Tags[tag]
		if !found {
			return ociregistry.ErrManifestUnknown
		}
		digest = ociregistry.Digest(d)
		return nil
	})
	return digest, err
}

// ResolveManifest implements ociregistry.Reader.
func (b *backend) ResolveManifest(ctx context.Context, repo string, digest ociregistry.Digest) (ociregistry.Descriptor, error) {
	r, err := b.GetManifest(ctx, repo, digest)
	if err != nil {
		return ociregistry.Descriptor{}, err
	}
	return r.Descriptor(), r.Close()
}

// ResolveTag implements ociregistry.Reader.
func (b *backend) ResolveTag(ctx context.Context, repo, tag string) (ociregistry.Descriptor, error) {
	digest, err := b.resolve(repo, tag)
	if err != nil {
		return ociregistry.Descriptor{}, err
	}
	return b.ResolveManifest(ctx, repo, digest)
}

// PushBlob implements ociregistry.Writer.
func (b *backend) PushBlob(ctx context.Context, repo string, d ociregistry.Descriptor, r io.Reader) (ociregistry.Descriptor, error) {
	w, err := b.PushBlobChunked(ctx, repo, 0)
	if err != nil {
		return ociregistry.Descriptor{}, err
	}
	if _, err := io.Copy(w, r); err != nil {
		return ociregistry.Descriptor{}, errors.Join(err, w.Cancel())
	}
	out, err := w.Commit(d.Digest)
	if err != nil {
		return ociregistry.Descriptor{}, errors.Join(err, w.Cancel())
	}
	return out, nil
}

// PushBlobChunked implements ociregistry.Writer. It is where a push begins, so a repository that a push may create is made here.
func (b *backend) PushBlobChunked(_ context.Context, repo string, _ int) (ociregistry.BlobWriter, error) {
	if err := b.emulator.createOnPush(repo); err != nil {
		return nil, err
	}
	return b.emulator.store.newUpload(repo)
}

// PushBlobChunkedResume implements ociregistry.Writer. The chunk size is the length of what the request announces.
func (b *backend) PushBlobChunkedResume(_ context.Context, repo, id string, offset int64, length int) (ociregistry.BlobWriter, error) {
	return b.emulator.store.resumeUpload(repo, id, offset, length)
}

// PushManifest implements ociregistry.Writer.
func (b *backend) PushManifest(_ context.Context, repo, tag string, contents []byte, mediaType string) (ociregistry.Descriptor, error) {
	if err := b.emulator.createOnPush(repo); err != nil {
		return ociregistry.Descriptor{}, err
	}
	digest, err := b.emulator.putManifest(repo, contents, mediaType, tag)
	if err != nil {
		return ociregistry.Descriptor{}, err
	}
	return ociregistry.Descriptor{MediaType: mediaType, Digest: ociregistry.Digest(digest), Size: int64(len(contents))}, nil
}

// Tags implements ociregistry.Lister.
func (b *backend) Tags(_ context.Context, repo, after string) iter.Seq2[string, error] {
	var tags []string
	err := b.look(repo, func(r *repository) error {
		for _, tag := range slices.Sorted(maps.Keys(r.Tags)) {
			if tag > after {
				tags = append(tags, tag)
			}
		}
		return nil
	})
	if err != nil {
		return ociregistry.ErrorSeq[string](err)
	}
	return ociregistry.SliceSeq(tags)
}

// Referrers implements ociregistry.Lister.
func (b *backend) Referrers(_ context.Context, repo string, digest ociregistry.Digest, artifactType string) iter.Seq2[ociregistry.Descriptor, error] {
	var out []ociregistry.Descriptor
	err := b.look(repo, func(r *repository) error {
		for _, i := range r.sorted() {
			if i.Subject != string(digest) || artifactType != "" && artifactType != i.ArtifactType {
				continue
			}
			d, err := b.emulator.describeReferrer(r, i)
			if err != nil {
				return err
			}
			out = append(out, d)
		}
		return nil
	})
	if err != nil {
		return ociregistry.ErrorSeq[ociregistry.Descriptor](err)
	}
	return ociregistry.SliceSeq(out)
}

// describeReferrer is the descriptor of an attachment, with its annotations, as the referrers API lists it.
func (e *Emulator) describeReferrer(r *repository, i *image) (ocispec.Descriptor, error) {
	raw, err := e.store.readBlob(r.Name, ociregistry.Digest(i.Digest))
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	m, err := parseManifest(raw, i.MediaType)
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	return ocispec.Descriptor{
		MediaType:    i.MediaType,
		Digest:       ociregistry.Digest(i.Digest),
		Size:         int64(len(raw)),
		ArtifactType: i.ArtifactType,
		Annotations:  m.Annotations,
	}, nil
}
