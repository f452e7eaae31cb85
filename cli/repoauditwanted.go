package cli

import (
	"io"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry/posture"
)

// readTarget works out what is wanted of every repository: by the configuration, and by the tags that the rules make.
func (a *audited) readTarget(c *cli.Context) error {
	w, err := a.readWanted(c)
	if err != nil {
		return err
	}
	a.config, a.exceptions = w.config, posture.Exceptions{List: w.config.Exceptions, Now: a.now}
	if a.classes, _, err = a.projectClasses(c); err != nil {
		return err
	}
	a.document.SetClasses(a.classes)
	defer func() { a.desired.ConfigFile = namedConfig(c) }()
	a.desired, err = w.config.Desired(a.classes, w.policyText)
	if err != nil && w.config.Immutable == nil {
		// No filters can be named that let all moving tags move: each tag is judged by itself.
		a.say.Detail("%v", err)
		a.desired = posture.Desired{Exclusions: w.config.MutableTags, Scan: w.config.Scan, Lifecycle: w.policyText, Encryption: w.config.Encryption}
		return nil
	}
	return err
}

// namedConfig is the configuration file of a run that another command finds only if it is named; empty where it finds it by itself.
func namedConfig(c *cli.Context) string {
	if c.IsSet("path") {
		return configFile(c)
	}
	return c.String("config")
}

// readSavedFile reads a file of saved answers whole.
func (p *program) readSavedFile(file string) ([]byte, error) {
	var data []byte
	err := p.withFile(file, savedHint, func(r io.Reader) (err error) {
		data, err = io.ReadAll(r)
		return err
	})
	return data, err
}
