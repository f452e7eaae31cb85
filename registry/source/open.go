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

	held int64 // see stream
}

// Open opens an image and reads what it is: manifests and configs, no layers. What can only be read from front to back is left for
// Image.Read: an archive that is compressed or in a pipe, of which no more than the first block is looked at, and an image of a daemon.
// Blobs of a registry can be read until ctx ends.
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
