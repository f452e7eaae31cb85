// Mkimage writes the images that hallmark is measured with: archives in the forms that engines save, made of files of the machine,
// the same bytes for the same files. It builds nothing that runs.
//
//	mkimage --layer FILES[:SIZE[:noise]] [--layer …] [--legacy FILE] [--named FILE] [--oci FILE]
//
// FILES holds one file a line, its name in the layer and, after a tab, its path.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "mkimage:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("mkimage", flag.ContinueOnError)
	var layers []*Layer
	flags.Func("layer", "layer of the files in a list, `FILES[:SIZE[:noise]]` (repeatable, lowest first)", func(spec string) error {
		layer, err := ParseLayer(spec)
		layers = append(layers, layer)
		return err
	})
	name := flags.String("name", "bench:1", "`NAME:TAG` that the archives give the image")
	legacy := flags.String("legacy", "", "write `FILE` as docker save did up to version 24")
	named := flags.String("named", "", "write `FILE` as docker save does from version 25, each layer under its digest")
	oci := flags.String("oci", "", "write `FILE` as an OCI archive with gzip layers")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if len(layers) == 0 || flags.NArg() != 0 {
		return fmt.Errorf("want layers, and nothing but flags: %q", flags.Args())
	}
	image, err := NewImage(*name, layers)
	if err != nil {
		return err
	}
	return errors.Join(write(*legacy, image.Legacy), write(*named, image.Named), write(*oci, image.OCI))
}

// write writes an archive, unless it has no name. What has to be kept meanwhile is in a folder beside it.
func write(file string, form func(dir string) ([]Entry, error)) error {
	if file == "" {
		return nil
	}
	dir, err := os.MkdirTemp(filepath.Dir(file), "layers-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	entries, err := form(dir)
	if err == nil {
		err = WriteArchive(file, entries)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}
