package cli

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// pushAsk is what a run of push was asked for, checked.
type pushAsk struct {
	image       source.Reference
	source      source.Options
	host, name  string // of the repository
	api         ecr.Options
	create      bool
	dryRun      bool
	noGate      bool
	tagWhen     string
	dirty       string // empty: by whether this is CI
	plan        registry.Options
	policy      gate.Policy
	timeout     time.Duration
	compression source.Compression
	level       int
	noReuse     bool
	annotate    string
	annotation  []string  // lines, with expressions
	created     time.Time // in place of the commit's time; zero when that counts
	exploits    exploitSources
	emulator    optional
}

func pushFlags() []cli.Flag {
	return append(append([]cli.Flag{
		textFlag(categoryImage, "repository", "", "repository `URI-or-NAME`; a name is one of the account's own registry"),
		textFlag(categoryImage, "platform", "", "push only `OS/ARCH[/VARIANT]` of an image with several"),
		switchFlag(categoryImage, "create-repository", "create the repository if it is missing: immutable, scan on push"),
		optionalFlag(categoryImage, "emulator", "push into an ECR emulator in this process; =`SCENARIO` says how it answers"),
		switchFlag(categoryPush, "dry-run", "print the plan and write nothing"),
		textFlag(categoryPush, "tag-when", "passed", "write tags when the scan has passed, or as soon as the image is pushed: passed or pushed"),
		textFlag(categoryPush, "accept-existing", "commit", "what a fixed tag may hold already: image, commit or none"),
		textFlag(categoryPush, "dirty", "", "uncommitted changes: suffix, allow or refuse (default: allow in CI, else suffix)"),
		assumeFlag(),
		switchFlag(categoryPush, "allow-move-fixed", "move fixed tags of a mutable repository that name another image"),
		textFlag(categoryPush, "compression", "gzip", "how layers are compressed that are not compressed yet: gzip or zstd"),
		numberFlag(categoryPush, "compression-level", 0, "`LEVEL` 1 to 9 of gzip (default: 5) or 1 to 22 of zstd (default: 1)"),
		switchFlag(categoryPush, "no-reuse", "compress every layer, also those that the repository holds"),
		textFlag(categoryPush, "tmpdir", "", "`DIR` for temporary files (default: the system's)"),
		textFlag(categoryPush, "annotate", "auto", "annotate a manifest that is built here: auto or never"),
		listFlag(categoryPush, "annotation", "`KEY=VALUE` for a manifest that is built here, with expressions (repeatable)"),
		reportFlag(),
	}, gateFlags()...), noGateFlag())
}

func assumeFlag() cli.Flag {
	return textFlag(categoryPush, "assume-mutability", "", "stands in for settings that may not be read: mutable or immutable")
}

func noGateFlag() cli.Flag {
	return switchFlag(categoryGate, "no-gate", "write the tags without a scan and a verdict")
}

// readPushAsk reads and checks the flags of push. Nothing is opened or asked for yet.
func readPushAsk(c *cli.Context, now time.Time) (pushAsk, error) {
	if err := checkPushWords(c); err != nil {
		return pushAsk{}, err
	}
	image, err := imageArgument(c)
	if err != nil {
		return pushAsk{}, err
	}
	policy, err := readPolicy(c, now)
	if err != nil {
		return pushAsk{}, err
	}
	created, err := sourceDateEpoch()
	if err != nil {
		return pushAsk{}, err
	}
	if err := push.CheckLevel(source.Compression(c.String("compression")), c.Int("compression-level")); err != nil {
		return pushAsk{}, &UsageError{Problem: "--compression-level: " + err.Error()}
	}
	emulator, _ := c.Generic("emulator").(*optional)
	ask := pushAsk{
		image:   image,
		source:  source.Options{Platform: c.String("platform"), Stdin: c.App.Reader, TempDir: c.String("tmpdir"), DockerHost: environment()["DOCKER_HOST"], Keychain: keychain{}},
		create:  c.Bool("create-repository"),
		dryRun:  c.Bool("dry-run"),
		noGate:  c.Bool("no-gate"),
		tagWhen: c.String("tag-when"),
		dirty:   c.String("dirty"),
		plan: registry.Options{
			Accept:    registry.Accept(c.String("accept-existing")),
			MoveFixed: c.Bool("allow-move-fixed"),
			MoveBack:  c.String("moving") == "always",
			Assume:    assumed(c),
		},
		policy:      policy,
		timeout:     c.Duration("timeout"),
		compression: source.Compression(c.String("compression")),
		level:       c.Int("compression-level"),
		noReuse:     c.Bool("no-reuse"),
		annotate:    c.String("annotate"),
		annotation:  c.StringSlice("annotation"),
		created:     created,
		emulator:    *emulator,
	}
	if text := c.String("repository"); text != "" {
		ask.host, ask.name, err = readRepository(text)
		return ask, err
	}
	if !ask.emulator.On {
		return ask, &UsageError{Problem: "no repository", Hint: "say where to: --repository NAME, or try it out with --emulator"}
	}
	return ask, nil
}

// assumed is the mutability that stands in for one that is not known.
func assumed(c *cli.Context) registry.Mutability {
	return registry.Mutability(strings.ToUpper(c.String("assume-mutability")))
}

// checkPushWords checks the flags that take one of a few words.
func checkPushWords(c *cli.Context) error {
	for _, f := range []struct {
		name   string
		values []string
	}{
		{"tag-when", []string{"passed", "pushed"}},
		{"accept-existing", []string{"image", "commit", "none"}},
		{"dirty", []string{"suffix", "allow", "refuse"}},
		{"assume-mutability", []string{"mutable", "immutable"}},
		{"annotate", []string{"auto", "never"}},
		{"compression", []string{"gzip", "zstd"}},
	} {
		if err := oneOf(c, f.name, f.values...); err != nil {
			return err
		}
	}
	return nil
}

// imageArgument reads the one argument of push.
func imageArgument(c *cli.Context) (source.Reference, error) {
	if c.NArg() != 1 {
		e := &UsageError{Problem: "no image", Hint: "hallmark push IMAGE --repository NAME, where IMAGE is image.tar, NAME:TAG of the daemon, oci:DIR or registry:REFERENCE"}
		if c.NArg() > 1 {
			e.Problem = fmt.Sprintf("one image is pushed at a time, not %d", c.NArg())
			e.Hint = "a flag that may stand alone takes its value after an equals sign: --emulator=FILE"
		}
		return source.Reference{}, e
	}
	image, err := source.ParseReference(c.Args().First())
	if err != nil {
		return source.Reference{}, &UsageError{Problem: err.Error()}
	}
	return image, nil
}

func quote(s string) string { return fmt.Sprintf("%q", s) }

// defaultRepository names the repository of a trial run after the project: the last part of its URL, else its folder.
func (r *pushRun) defaultRepository() string {
	name := r.facts.Source
	if name == "" && r.facts.repo != nil {
		name = r.facts.repo.Top()
	}
	_, name = filepath.Split(filepath.ToSlash(strings.TrimRight(name, "/")))
	name = strings.ToLower(name)
	if _, _, err := ecr.ParseRepository(name); err != nil || name == "" {
		return "image"
	}
	return name
}
