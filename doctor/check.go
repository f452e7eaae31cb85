// Package doctor decides, from what was found out about a checkout, a machine and a repository, what is missing for a push and how to mend
// it. Start at Diagnose. It finds nothing out by itself.
package doctor

import "strings"

// Status is what a check came to.
type Status string

// The four ends of a check.
const (
	OK      Status = "ok"
	Warning Status = "warning" // a push does without, if less well
	Missing Status = "missing" // a push would fail or be refused
	Untried Status = "untried" // it cannot be told
)

// Check is one thing that was looked at.
type Check struct {
	Name    string   `json:"name"`
	Status  Status   `json:"status"`
	Found   string   `json:"found"`
	Actions []string `json:"actions,omitempty"` // of IAM that it is about
	Mend    string   `json:"mend,omitempty"`    // what to do, in words
	Command string   `json:"command,omitempty"` // what to run for that
}

// Problem is why something could not be found out, with its mend where there is one. A nil Problem is none.
type Problem struct {
	Err  error
	Mend string
}

// Diagnose decides on everything that was found out, in the order of a push.
func Diagnose(f Facts) []Check {
	checks := append(checkout(f.Checkout), daemon(f.Daemon))
	if f.Target == nil || f.Target.ECR {
		checks = append(checks, account(f)...)
	}
	switch {
	case f.Target == nil:
		checks = append(checks, Check{Name: "repository", Status: Untried, Found: "none is named", Mend: "name it: --repository NAME"})
	case !f.Target.ECR:
		checks = append(checks, Check{
			Name: "repository", Status: Warning, Found: f.Target.Settings.Host + " is not Amazon ECR: there is no scan to wait for", Mend: "push takes --no-gate",
		})
		checks = append(checks, mutability(*f.Target, f.Checkout)...)
	default:
		checks = append(checks, repository(*f.Target))
		checks = append(checks, mutability(*f.Target, f.Checkout)...)
		if !f.Target.NoGate {
			checks = append(checks, scanning(*f.Target))
		}
		checks = append(checks, permissions(*f.Target)...)
	}
	return append(checks, variables(f.Variables)...)
}

// Count is how many checks have a status.
func Count(checks []Check, status Status) int {
	n := 0
	for _, c := range checks {
		if c.Status == status {
			n++
		}
	}
	return n
}

// failed is a check that found a problem.
func failed(name string, status Status, p *Problem) Check {
	c := Check{Name: name, Status: status, Found: strings.Join(strings.Fields(p.Err.Error()), " ")}
	c.Mend, c.Command = splitCommand(p.Mend)
	return c
}

// splitCommand parts a mend from the command at its end, which is there to be copied, if nothing but a command follows.
func splitCommand(mend string) (words, command string) {
	if words, rest, found := strings.Cut(mend, ": aws "); found && !strings.Contains(rest, ";") {
		return words, "aws " + rest
	}
	return mend, ""
}
