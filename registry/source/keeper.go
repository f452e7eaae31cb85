package source

import (
	"context"
	"io"

	"github.com/opencontainers/go-digest"
)

// Keeper is an Intake that keeps every file as it comes, in one temporary file, for those who want to look at an image and not push it.
type Keeper struct {
	spool spool
}

// KeepAll makes a Keeper whose temporary file stands in dir, or where the system has such files when dir is empty. Close it when the
// image has been read.
func KeepAll(dir string) *Keeper { return &Keeper{spool: spool{dir: dir}} }

// Take implements Intake. It leaves nothing alone.
func (k *Keeper) Take(_ context.Context, f Incoming) (Taken, error) {
	algorithm := digest.Canonical
	if f.Named != "" {
		algorithm = f.Named.Algorithm()
	}
	digester := algorithm.Digester()
	open, err := k.spool.add(io.TeeReader(f.Content, digester.Hash()))
	if err != nil {
		return Taken{}, err
	}
	return Taken{Digest: digester.Digest(), Open: open}, nil
}

// Close removes the temporary file.
func (k *Keeper) Close() error { return k.spool.Close() }
