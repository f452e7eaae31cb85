package source

import (
	"context"
	"fmt"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
)

// openDaemon saves an image of the daemon that the Docker variables name (DOCKER_HOST, DOCKER_CERT_PATH), or of the default one,
// and reads it as the archive that is. Podman's API answers the same two calls.
func openDaemon(ctx context.Context, name string, o Options) (*Image, error) {
	options := []client.Opt{client.FromEnv}
	if o.DockerHost != "" {
		options = append(options, client.WithHost(o.DockerHost))
	}
	daemon, err := client.New(options...)
	if err != nil {
		return nil, &DaemonError{Err: err}
	}
	defer daemon.Close()
	// Asked first, since saving what is not there starts an answer before it fails.
	if _, err := daemon.ImageInspect(ctx, name); err != nil {
		return nil, daemonError(ctx, name, err)
	}
	body, err := daemon.ImageSave(ctx, []string{name})
	if err != nil {
		return nil, daemonError(ctx, name, err)
	}
	defer body.Close()
	return readArchive(ctx, fmt.Sprintf("image %q of the daemon", name), body, o)
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
