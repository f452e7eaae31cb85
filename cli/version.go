package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/urfave/cli/v2"
)

// build is what the binary knows of itself.
type build struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Time    string `json:"time,omitempty"`
	Dirty   bool   `json:"dirty,omitempty"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

// unpacked is the commit of a source without Git, such as the runner's copy of the action. The linker sets it, from action/install.sh, and
// nothing else does.
var unpacked string

// version reads the build information that the Go toolchain put into the binary.
func version() build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return buildOf(info, unpacked)
}

// buildOf tells a build of a work tree, which Go stamps with the commit and a version made of it or of its Git tag, from one of a module
// version, which has no commit, and from one without either: https://go.dev/doc/go1.24#go-command. The last may be told its commit.
func buildOf(info *debug.BuildInfo, unpacked string) build {
	b := build{Version: "devel", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.Version = v
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Dirty = s.Value == "true"
		}
	}
	if b.Version == "devel" && len(unpacked) == 40 {
		b.Version, b.Commit = "devel-"+unpacked[:12], unpacked
	}
	return b
}

// String is a line with the version, and one with the commit where that is known, each within 80 columns.
func (b build) String() string {
	text := fmt.Sprintf("%s %s/%s %s", b.Version, b.OS, b.Arch, b.Go)
	if b.Commit != "" {
		text += strings.TrimRight("\ncommit "+b.Commit+" "+b.Time, " ")
	}
	if b.Dirty {
		text += " dirty"
	}
	return text
}

// userAgent names the program to registries.
func userAgent() string { return "hallmark/" + version().Version }

func (p *program) versionCommand() *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "print the version",
		Flags: outputFlags(),
		Action: p.command(func(*cli.Context) error {
			b := version()
			if p.json {
				p.document = b
				return nil
			}
			_, err := fmt.Fprintf(p.Out, "hallmark %s\n", b)
			return err
		}),
	}
}
