// Mkscan writes saved answers of DescribeImageScanFindings as enhanced scanning gives them of a large image with several platforms: one
// file a page. The same numbers make the same files.
//
//	mkscan [--findings N] [--platforms N] [--pages N] [--shared] DIR
//
// Findings are records over all pages. With --shared every platform has the same ones, else each has its own.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "mkscan:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("mkscan", flag.ContinueOnError)
	var image Image
	flags.IntVar(&image.Findings, "findings", 20000, "records on all pages")
	flags.IntVar(&image.Platforms, "platforms", 6, "platforms")
	flags.IntVar(&image.Pages, "pages", 30, "pages of all platforms")
	flags.BoolVar(&image.Shared, "shared", false, "every platform has the same findings")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 || image.Platforms < 1 || image.Pages < image.Platforms || image.Findings < 0 {
		return errors.New("want a folder, at least one platform, and at least one page for each")
	}
	for i, page := range image.Answers() {
		data, err := json.MarshalIndent(page, "", "    ") // as the AWS CLI does
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(flags.Arg(0), fmt.Sprintf("page-%03d.json", i)), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
