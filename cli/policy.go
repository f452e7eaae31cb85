package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/policyfile"
	"github.com/hallmark-ci/hallmark/gate/vex"
	"github.com/hallmark-ci/hallmark/strictyaml"
)

func policyFlags() []cli.Flag {
	return []cli.Flag{
		textFlag(categoryGate, "fail-on", "high", "lowest `SEVERITY` that breaks the policy: critical, high, medium, low, any or none"),
		textFlag(categoryGate, "policy", "", "`FILE` with the policy, in place of its sections in .hallmark.yaml"),
		textFlag(categoryGate, "org-policy", "", "`FILE` with an organisation's policy, under the repository's own; it may lock keys"),
		listFlag(categoryGate, "vex", "`FILE` with a VEX document, OpenVEX or CycloneDX (repeatable)"),
	}
}

// readPolicy reads the policy of a run from the flags and the files they name.
func readPolicy(c *cli.Context, now time.Time) (gate.Policy, error) {
	if err := oneOf(c, "fail-on", "critical", "high", "medium", "low", "any", "none"); err != nil {
		return gate.Policy{}, err
	}
	if c.Duration("timeout") <= 0 {
		return gate.Policy{}, &UsageError{Problem: "--timeout is " + c.Duration("timeout").String(), Hint: "it takes a time such as 10m or 90s"}
	}
	documents := lines(c.StringSlice("vex"))
	options := policyfile.Options{VEX: len(documents) > 0, Now: now}
	var err error
	if options.Organisation, err = policyFile(c.String("org-policy")); err != nil {
		return gate.Policy{}, err
	}
	if options.Own, err = ownPolicy(c); err != nil {
		return gate.Policy{}, err
	}
	if c.IsSet("fail-on") {
		options.FailOn = c.String("fail-on")
	}
	policy, err := policyfile.Effective(options)
	var problem *strictyaml.Error
	switch {
	case errors.As(err, &problem):
		return gate.Policy{}, &UsageError{Problem: problem.Error(), Hint: problem.Hint}
	case err != nil:
		return gate.Policy{}, err
	}
	return policy, readVEX(&policy, documents)
}

// ownPolicy is the repository's policy: the file of --policy, else sections of the configuration file.
func ownPolicy(c *cli.Context) (policyfile.File, error) {
	if name := c.String("policy"); name != "" {
		return policyFile(name)
	}
	file, err := policyFile(configFile(c))
	file.Sections = true
	return file, err
}

// policyFile reads a file; none when name is empty.
func policyFile(name string) (policyfile.File, error) {
	if name == "" {
		return policyfile.File{}, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return policyfile.File{}, &UsageError{Problem: fmt.Sprintf("read policy: %v", err), Hint: "check the path: it is seen from the folder that hallmark is run in"}
	}
	return policyfile.File{Name: name, Data: data}, nil
}

// readVEX adds the statements of VEX documents to a policy.
func readVEX(policy *gate.Policy, files []string) error {
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return &UsageError{Problem: fmt.Sprintf("read VEX document: %v", err)}
		}
		statements, err := vex.Parse(name, data)
		if err != nil {
			return &UsageError{Problem: fmt.Sprintf("%s: %v", name, err)}
		}
		sum := sha256.Sum256(data)
		policy.Statements = append(policy.Statements, statements...)
		policy.Documents = append(policy.Documents, hex.EncodeToString(sum[:]))
	}
	return nil
}
