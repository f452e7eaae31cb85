package doctor

import (
	"fmt"
	"time"
)

const (
	// maxSkew is how far a clock may be off before AWS refuses what is signed by it
	// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html).
	maxSkew = 5 * time.Minute
	// someSkew is how far it may be off before that is worth a word.
	someSkew = time.Minute
	// soon is how long credentials should last: as long as a push waits for a scan.
	soon = 15 * time.Minute
)

// account checks region, credentials, caller and clock.
func account(f Facts) []Check {
	if f.AWS.Problem != nil {
		return []Check{failed("credentials", Missing, f.AWS.Problem)}
	}
	region := Check{Name: "region", Status: OK, Found: f.AWS.Region}
	if f.AWS.Region == "" {
		region.Status, region.Found = Missing, "no AWS region"
		region.Mend = "set AWS_REGION, or name the repository by its whole URI: ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME"
	}
	return []Check{region, credentials(f.AWS), caller(f), clock(f.AWS)}
}

func credentials(a AWS) Check {
	c := a.Credentials
	if c.Problem != nil {
		return failed("credentials", Missing, c.Problem)
	}
	check := Check{Name: "credentials", Status: OK, Found: "from " + c.Source}
	if c.Expires.IsZero() {
		return check
	}
	check.Found += ", until " + c.Expires.UTC().Format(time.RFC3339)
	if left := c.Expires.Sub(a.Now); left < soon {
		check.Status = Warning
		check.Found += fmt.Sprintf(": %d minutes, and a push waits longer for a scan", max(int(left.Minutes()), 0))
		check.Mend = "take the role for longer, for example role-duration-seconds of aws-actions/configure-aws-credentials"
	}
	return check
}

func caller(f Facts) Check {
	c := f.AWS.Caller
	switch {
	case c.NotAsked != "":
		return Check{Name: "caller", Status: Untried, Found: c.NotAsked}
	case f.AWS.Credentials.Problem != nil:
		return Check{Name: "caller", Status: Untried, Found: "there are no credentials"}
	case c.Problem != nil:
		return failed("caller", Missing, c.Problem)
	case f.Target != nil && f.Target.Account != "" && f.Target.Account != c.Account:
		return Check{
			Name: "caller", Status: Warning, Found: fmt.Sprintf("%s, and the repository is of account %s", c.ARN, f.Target.Account),
			Mend: "let this caller in by the policy of the repository, or take a role of its account",
		}
	}
	return Check{Name: "caller", Status: OK, Found: c.ARN}
}

func clock(a AWS) Check {
	c := a.Clock
	if c.Problem != nil {
		return Check{Name: "clock", Status: Untried, Found: silence}
	}
	ahead, side := c.Ahead.Round(time.Second), "ahead of"
	if ahead < 0 {
		ahead, side = -ahead, "behind"
	}
	if ahead <= someSkew {
		return Check{Name: "clock", Status: OK, Found: "within a minute of ECR's"}
	}
	check := Check{Name: "clock", Status: Warning, Found: fmt.Sprintf("%s %s ECR's", ahead, side)}
	check.Mend = "set this machine's clock: AWS refuses requests that are 5 minutes off"
	if ahead > maxSkew {
		check.Status = Missing
	}
	return check
}
