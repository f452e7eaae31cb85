package source_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry/source"
)

func TestCorruptBlobs(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil digest.Digest
		as    func(content []byte) []byte
		want  string
	}{
		{"a manifest with another content", manifestBuildx, flip, "is damaged: blob " + manifestBuildx.String() + " is corrupt: its content is sha256:DIGEST"},
		{"a config with another content", configBuildx, flip, "is damaged: read config: blob " + configBuildx.String() + " is corrupt: its content is sha256:DIGEST"},
		{"a config that is longer", configBuildx, longer, "is damaged: blob " + configBuildx.String() + " is corrupt: its content is 1332 bytes long, not 1331"},
		{"a layer that is longer", gzipBuildx[0].Digest, longer, "is damaged: blob " + gzipBuildx[0].Digest.String() + " is corrupt: its content is 108 bytes long, not 107"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := unpack(t, "docker29-containerd-plain.tar")
			b[blobPath(tt.spoil)] = tt.as(b[blobPath(tt.spoil)])
			reference := b.archive(t)
			err := openError(t, reference, source.Options{})
			wantFormatError(t, err, reference[len("archive:"):]+" "+strings.ReplaceAll(tt.want, "DIGEST", digest.FromBytes(b[blobPath(tt.spoil)]).Encoded()))
			if !errors.As(err, new(*source.CorruptError)) {
				t.Errorf("Open: %v, want a CorruptError", err)
			}
			wantFormatError(t, openError(t, "-", source.Options{Stdin: bytes.NewReader(b.tar(t))}), strings.Replace(err.Error(), reference[len("archive:"):], "stdin", 1))
		})
	}
	t.Run("a layer with another content shows when it is read", func(t *testing.T) {
		b := unpack(t, "docker29-containerd-plain.tar")
		path := blobPath(gzipBuildx[0].Digest)
		b[path] = flip(b[path])
		r, err := open(t, b.archive(t), source.Options{}).Sealed.Layers[0].Open()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		_, err = digest.FromReader(r)
		wantError(t, err, "blob "+gzipBuildx[0].Digest.String()+" is corrupt: its content is "+digest.FromBytes(b[path]).String())
	})
	t.Run("a manifest of another size than its index says", func(t *testing.T) {
		b := unpack(t, "docker29-containerd-plain.tar")
		reference := b.top(t, ocispec.Descriptor{Digest: manifestBuildx, Size: 10}).archive(t)
		wantFormatError(t, openError(t, reference, source.Options{}), reference[len("archive:"):]+" is damaged: blob "+manifestBuildx.String()+" is corrupt: its content is 665 bytes long, not 10")
	})
}

// flip changes the last byte.
func flip(content []byte) []byte {
	out := bytes.Clone(content)
	out[len(out)-1] ^= 1
	return out
}

func longer(content []byte) []byte { return append(bytes.Clone(content), ' ') }
