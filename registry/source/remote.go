package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
)

// upstream is the registry an image is read from. It is a store.
type upstream struct {
	ctx    context.Context // of the image: blobs are read while it lasts
	ref    name.Reference
	puller *remote.Puller
}

// openRegistry reads the manifests and configs of an image in another registry. Its layers are streamed when they are asked for,
// until ctx ends or the image is closed.
func openRegistry(ctx context.Context, text string, o Options) (*Image, error) {
	ref, err := name.ParseReference(text)
	if err != nil {
		return nil, fmt.Errorf("image %q: %w", text, err)
	}
	puller, err := newPuller(o)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	image, err := upstream{ctx: ctx, ref: ref, puller: puller}.image(o.Platform)
	if err != nil {
		cancel()
		return nil, named(ref, err)
	}
	image.Repository = ref.Context().Name()
	image.closers = append(image.closers, closerFunc(cancel))
	return image, nil
}

// named says of which image an error is, unless the error says so itself.
func named(ref name.Reference, err error) error {
	var notFound *NotFoundError
	if errors.As(err, &notFound) && notFound.Image == ref.String() {
		return err
	}
	return fmt.Errorf("read %s: %w", ref, err)
}

func newPuller(o Options) (*remote.Puller, error) {
	options := []remote.Option{remote.WithAuth(authn.Anonymous)}
	if o.Keychain != nil {
		options = []remote.Option{remote.WithAuthFromKeychain(o.Keychain)}
	}
	if o.Transport != nil {
		options = append(options, remote.WithTransport(o.Transport))
	}
	return remote.NewPuller(options...)
}

// closerFunc is a function that ends something and cannot fail.
type closerFunc func()

// Close implements io.Closer.
func (f closerFunc) Close() error {
	f()
	return nil
}

func (u upstream) image(platform string) (*Image, error) {
	tree, err := load(u, ocispec.Descriptor{})
	if err != nil {
		return nil, err
	}
	all, err := leaves(tree)
	if err != nil {
		return nil, err
	}
	return choose(tree, all, "the image", platform)
}

// manifest implements store. Without a digest the manifest is the one that was asked for.
func (u upstream) manifest(d ocispec.Descriptor) (registry.Manifest, error) {
	ref := u.ref
	if d.Digest != "" {
		if err := d.Digest.Validate(); err != nil {
			return registry.Manifest{}, fmt.Errorf("digest %q: %w", d.Digest, err)
		}
		ref = u.digest(d.Digest)
	}
	got, err := u.puller.Get(u.ctx, ref)
	if err != nil {
		return registry.Manifest{}, u.meaning(ref, err)
	}
	m, err := registry.ParseManifest(got.Manifest, string(got.MediaType))
	if err != nil {
		return registry.Manifest{}, fmt.Errorf("%s: %w", got.Digest, err)
	}
	return m, nil
}

// blob implements store.
func (u upstream) blob(d ocispec.Descriptor) (Blob, error) {
	if err := d.Digest.Validate(); err != nil {
		return Blob{}, fmt.Errorf("digest %q: %w", d.Digest, err)
	}
	return Blob{Descriptor: d, Open: func() (io.ReadCloser, error) {
		layer, err := u.puller.Layer(u.ctx, u.digest(d.Digest))
		if err != nil {
			return nil, u.meaning(u.digest(d.Digest), err)
		}
		r, err := layer.Compressed()
		if err != nil {
			return nil, u.meaning(u.digest(d.Digest), err)
		}
		return verified(r, d), nil
	}}, nil
}

func (u upstream) digest(d digest.Digest) name.Digest { return u.ref.Context().Digest(d.String()) }

// meaning puts what a registry answered into the types that callers know.
func (u upstream) meaning(ref name.Reference, err error) error {
	var (
		answer *transport.Error
		noHost *net.DNSError
		broken *url.Error // connection refused, reset or cut
	)
	switch {
	case u.ctx.Err() != nil:
		return u.ctx.Err()
	case errors.As(err, &noHost) && noHost.IsNotFound:
		return &registry.HostError{Host: noHost.Name, Err: err}
	case errors.As(err, &broken):
		return &registry.UnavailableError{Err: err}
	case !errors.As(err, &answer):
		return err
	case answer.StatusCode == http.StatusNotFound:
		return &NotFoundError{Image: ref.String(), Where: u.ref.Context().RegistryStr(), Err: err}
	case answer.StatusCode == http.StatusUnauthorized:
		return &registry.CredentialsError{Registry: u.ref.Context().RegistryStr(), Err: err}
	case answer.StatusCode == http.StatusForbidden:
		return &registry.DeniedError{Resource: u.ref.Context().String(), Err: err}
	case answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode >= http.StatusInternalServerError:
		return &registry.UnavailableError{Err: err}
	default:
		return err
	}
}
