package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hallmark-ci/hallmark/report"
)

// The variables of a dotenv report are set in later jobs of GitLab, where no run may take one for a flag.
func TestNoFlagIsNamedAfterAnOutput(t *testing.T) {
	var dotenv bytes.Buffer
	if err := report.Dotenv(&dotenv, report.Result{}); err != nil {
		t.Fatal(err)
	}
	for _, command := range newProgram(nil, Streams{}).app().Commands {
		for _, flag := range command.Flags {
			for _, name := range flag.Names() {
				if variable := variable(name)[0]; strings.Contains(dotenv.String(), variable+"=") {
					t.Errorf("%s of --%s is in the dotenv report", variable, name)
				}
			}
		}
	}
	if !strings.Contains(dotenv.String(), "HALLMARK_RESULT_TAG=\n") {
		t.Errorf("dotenv: %s", dotenv.String())
	}
}
