package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// openDaemon asks the daemon that the Docker variables name (DOCKER_HOST, DOCKER_CERT_PATH), or the Docker CLI's context, or the default one,
// what an image is.
// Read saves it then, and reads it as the archive that is. Podman's API answers the same calls.
func openDaemon(ctx context.Context, name string, o Options) (*Image, error) {
	daemon, err := dialDaemon(o.DockerHost)
	if err != nil {
		return nil, err
	}
	out, err := inspect(ctx, daemon, name, o)
	if err != nil {
		return nil, errors.Join(err, daemon.Close())
	}
	out.closers = append(out.closers, daemon)
	out.stream.open = func(ctx context.Context) (io.ReadCloser, error) {
		body, err := daemon.ImageSave(ctx, []string{name})
		if err != nil {
			return nil, daemonError(ctx, name, err)
		}
		return body, nil
	}
	return out, nil
}

// dialDaemon makes a client of the daemon at a host, or where that is empty of the one that the Docker variables name, or the context of the
// Docker CLI. It asks nothing yet. A credential in the host serves for nothing, and would stand in errors.
func dialDaemon(host string) (*client.Client, error) {
	options := []client.Opt{client.FromEnv}
	if host != "" {
		options = append(options, client.WithHost(withoutCredential(host)))
	} else {
		chosen, err := contextOptions()
		if err != nil {
			return nil, &DaemonError{Err: err}
		}
		options = append(options, chosen...)
	}
	daemon, err := client.New(options...)
	if err != nil {
		return nil, &DaemonError{Err: err}
	}
	return daemon, nil
}

// inspect reads what the daemon says of an image, as far as it can be believed to be what the daemon saves.
func inspect(ctx context.Context, daemon *client.Client, name string, o Options) (*Image, error) {
	answer, err := daemon.ImageInspect(ctx, name)
	if err != nil {
		return nil, daemonError(ctx, name, err)
	}
	out := &Image{stream: newStream(fmt.Sprintf("image %q of the daemon", name), o)}
	if d := answer.Descriptor; d != nil {
		out.aim(*d, o.Platform)
		return out, nil
	}
	store, err := storeOf(ctx, daemon)
	switch {
	case ctx.Err() != nil:
		return nil, daemonError(ctx, name, ctx.Err())
	case err != nil:
		return out, nil // the id may be of one kind or the other
	case store == containerdStore:
		out.aim(ocispec.Descriptor{Digest: digest.Digest(answer.ID)}, o.Platform)
		return out, nil
	default:
		return out, out.identify(answer, o.Platform)
	}
}

// containerdStore is how a daemon calls the store in which an image's id is the digest of a manifest or index, and not of a config
// (https://docs.docker.com/engine/storage/containerd/).
const containerdStore = "io.containerd.snapshotter.v1"

func storeOf(ctx context.Context, daemon *client.Client) (string, error) {
	answer, err := daemon.Info(ctx, client.InfoOptions{})
	if err != nil {
		return "", err
	}
	for _, status := range answer.Info.DriverStatus {
		if status[0] == "driver-type" {
			return status[1], nil
		}
	}
	return "", nil
}

// aim notes the manifest or index that goes up, unless it is one platform of it that does.
func (i *Image) aim(d ocispec.Descriptor, platform string) {
	if platform == "" && d.Digest.Validate() == nil {
		i.target = ocispec.Descriptor{Digest: d.Digest, MediaType: d.MediaType}
	}
}

// identify takes what the daemon says of an image for the image, where it says all: its id is the digest of the config then.
func (i *Image) identify(answer client.ImageInspectResult, platform string) error {
	ids := make([]digest.Digest, len(answer.RootFS.Layers))
	loose := &Loose{}
	for n, layer := range answer.RootFS.Layers {
		ids[n] = digest.Digest(layer)
		loose.Layers = append(loose.Layers, Layer{DiffID: ids[n]})
	}
	name, err := platformName(answer.Os, answer.Architecture, answer.Variant)
	invalid := func(d digest.Digest) bool { return d.Validate() != nil }
	if err != nil || answer.Os == "" || answer.Architecture == "" || slices.ContainsFunc(append(ids, digest.Digest(answer.ID)), invalid) {
		return nil
	}
	if platform != "" && name != normalPlatform(platform) {
		return &PlatformError{Image: i.stream.name, Platform: platform, Has: []string{name}}
	}
	i.Loose, i.Platforms = loose, []Platform{{Name: name, Config: digest.Digest(answer.ID)}}
	if answer.Config != nil {
		i.Platforms[0].Labels = answer.Config.Labels
	}
	return nil
}

func daemonError(ctx context.Context, name string, err error) error {
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("save image %q: %w", name, ctx.Err())
	case errdefs.IsNotFound(err):
		return &NotFoundError{Image: name, Where: "the daemon", Err: err}
	case client.IsErrConnectionFailed(err), errdefs.IsPermissionDenied(err):
		return &DaemonError{Err: err}
	default:
		return fmt.Errorf("save image %q: %w", name, err)
	}
}
