package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// dotenvPrefix keeps the variables apart from those of the flags: HALLMARK_TAG in a later job would be a --tag of its own.
const dotenvPrefix = "HALLMARK_RESULT_"

// dotenvLimit is how long a dotenv report may be: GitLab refuses a longer one whole, and with it the job
// (https://docs.gitlab.com/administration/instance_limits/#limit-dotenv-file-size).
const dotenvLimit = 5 << 10

// Dotenv writes the outputs as a dotenv report of GitLab, fewer than the 20 variables that every instance takes
// (https://docs.gitlab.com/ci/variables/dotenv_variables/): one NAME=value a line, no quotes, no empty lines. Tags are parted by spaces;
// where they do not fit, HALLMARK_RESULT_TAGS is left out whole and HALLMARK_RESULT_TAGS_OMITTED tells how many there are.
func Dotenv(w io.Writer, r Result) error {
	out := r.dotenv(false)
	if len(out) >= dotenvLimit {
		out = r.dotenv(true)
	}
	if len(out) >= dotenvLimit {
		return fmt.Errorf("the variables take %d bytes, and GitLab takes less than %d", len(out), dotenvLimit)
	}
	_, err := w.Write(out)
	return err
}

func (r Result) dotenv(omitTags bool) []byte {
	var out bytes.Buffer
	for _, output := range r.Outputs() {
		if omitTags && output.Name == "tags" {
			output = Output{"tags-omitted", fmt.Sprint(len(r.names()))}
		}
		value := strings.TrimSpace(Clean(strings.ReplaceAll(output.Value, "\n", " ")))
		fmt.Fprintf(&out, "%s=%s\n", dotenvName(output.Name), value)
	}
	return out.Bytes()
}

// dotenvName is the variable of an output: of A to Z and _ alone.
func dotenvName(output string) string {
	return dotenvPrefix + strings.ToUpper(strings.ReplaceAll(output, "-", "_"))
}
