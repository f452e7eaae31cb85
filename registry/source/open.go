package source

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/google/go-containerregistry/pkg/authn"
)

// Options say how to open an image.
type Options struct {
	Platform   string            // OS/ARCH[/VARIANT] to take of an image with several; empty for all of them
	Stdin      io.Reader         // for the reference -
	TempDir    string            // for spool files; the system's when empty
	DockerHost string            // address of the daemon; what the environment says, or the system's default, when empty
	Keychain   authn.Keychain    // credentials of a registry; anonymous when nil
	Transport  http.RoundTripper // to a registry; the default one when nil
}

// Open opens an image and reads what it is: manifests and configs, no layers. Archives that are compressed or come on stdin, and
// images of a daemon, are spooled to one temporary file, which is gone when the image is closed. Blobs of a registry can be read
// until ctx ends.
func Open(ctx context.Context, ref Reference, o Options) (*Image, error) {
	switch ref.Kind {
	case Daemon:
		return openDaemon(ctx, ref.Name, o)
	case Archive:
		return openArchive(ctx, ref.Name, o)
	case Layout:
		return openLayout(ref, o)
	case Registry:
		return openRegistry(ctx, ref.Name, o)
	default:
		return nil, errors.New("the image reference is empty")
	}
}
