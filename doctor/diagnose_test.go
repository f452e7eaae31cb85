package doctor_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/doctor"
	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/iam"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/tagger"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func tag(t *testing.T, name string, kind tagger.Kind) tagger.Tag {
	t.Helper()
	parsed, err := tagger.ParseTag(name)
	if err != nil {
		t.Fatal(err)
	}
	parsed.Kind = kind
	return parsed
}

// well are facts in which nothing is missing.
func well(t *testing.T) doctor.Facts {
	t.Helper()
	target := &doctor.Target{
		ECR: true, Account: "123456789012", ARN: "arn:aws:ecr:eu-central-1:123456789012:repository/shop/api",
		Settings: registry.Repository{Host: "123456789012.dkr.ecr.eu-central-1.amazonaws.com", Name: "shop/api", Mutability: registry.Immutable},
		Create:   "aws ecr create-repository --repository-name shop/api",
		Coverage: gate.Coverage{Type: "BASIC", Frequency: "SCAN_ON_PUSH", OnPush: true},
	}
	for _, action := range doctor.Actions(iam.Push, iam.Gate) {
		target.Trials = append(target.Trials, doctor.Trial{Action: action})
	}
	return doctor.Facts{
		Checkout: doctor.Checkout{
			Revision: tagger.Revision{Commit: "a1b2c3d4e5f6", Branch: "main", From: "git", Dirty: tagger.Clean},
			Deepen:   "git fetch --unshallow", Tags: []tagger.Tag{tag(t, "a1b2c3d4e5f6", tagger.Commit)},
		},
		Daemon: doctor.Daemon{Name: "Docker", Version: "28.1.1", Host: "unix:///var/run/docker.sock"},
		AWS: doctor.AWS{
			Now: noon, Region: "eu-central-1",
			Credentials: doctor.Credentials{Source: "WebIdentityCredentials", Expires: noon.Add(time.Hour)},
			Caller:      doctor.Caller{Account: "123456789012", ARN: "arn:aws:sts::123456789012:assumed-role/push/job"},
		},
		Target: target,
	}
}

func TestDiagnoseFindsNothingMissing(t *testing.T) {
	checks := doctor.Diagnose(well(t))
	for _, c := range checks {
		if c.Status != doctor.OK || c.Mend != "" || c.Command != "" {
			t.Errorf("%+v", c)
		}
	}
	if len(checks) != 14 {
		t.Errorf("%d checks, want 14", len(checks))
	}
}

// problem is a problem with the mend "mend it".
func problem(err error) *doctor.Problem { return &doctor.Problem{Err: err, Mend: "mend it"} }

func TestDiagnose(t *testing.T) {
	denied := &registry.DeniedError{Action: "ecr:X", Resource: "*", Err: errors.New("AccessDeniedException")}
	nobody := &registry.CredentialsError{Err: errors.New("none")}
	tests := []struct {
		name   string
		change func(*doctor.Facts)
		want   doctor.Check // the one check that is not well, or the first of them
		others int          // how many more are not well
	}{
		{"a folder without a commit", func(f *doctor.Facts) { f.Checkout.Problem = problem(errors.New("no commit")) },
			doctor.Check{Name: "commit", Status: doctor.Missing, Found: "no commit", Mend: "mend it"}, 1},
		{"another commit than the job's", func(f *doctor.Facts) { f.Checkout.OtherCommit = "this is not the job's" },
			doctor.Check{Name: "commit", Status: doctor.Missing, Found: "this is not the job's", Mend: "check out the commit that the job is for; if this work tree is what the image was built from, say so with --path ."}, 0},
		{"uncommitted changes", func(f *doctor.Facts) { f.Checkout.Revision.Dirty = tagger.Dirty },
			doctor.Check{Name: "commit", Status: doctor.Warning, Found: "a1b2c3d on main, read by git, with uncommitted changes: commit tags get a suffix, and versions are refused", Mend: "commit or undo the changes, or choose --dirty allow"}, 0},
		{"a shallow clone", func(f *doctor.Facts) { f.Checkout.Revision.Shallow = true },
			doctor.Check{Name: "history", Status: doctor.Warning, Found: "this clone is shallow: Git tags and earlier commits may be missing", Mend: "git fetch --unshallow"}, 0},
		{"no daemon", func(f *doctor.Facts) { f.Daemon = doctor.Daemon{Problem: problem(errors.New("no daemon"))} },
			doctor.Check{Name: "daemon", Status: doctor.Warning, Found: "no daemon", Mend: "mend it"}, 0},
		{"no daemon where one is named", func(f *doctor.Facts) {
			f.Daemon = doctor.Daemon{Wanted: true, Problem: problem(errors.New("no daemon"))}
		}, doctor.Check{Name: "daemon", Status: doctor.Missing, Found: "no daemon", Mend: "mend it"}, 0},
		{"a configuration that cannot be read", func(f *doctor.Facts) { f.AWS.Problem = problem(errors.New("no profile")) },
			doctor.Check{Name: "credentials", Status: doctor.Missing, Found: "no profile", Mend: "mend it"}, 0},
		{"credentials that are nearly over", func(f *doctor.Facts) { f.AWS.Credentials.Expires = noon.Add(10 * time.Minute) },
			doctor.Check{Name: "credentials", Status: doctor.Warning, Found: "from WebIdentityCredentials, until 2026-11-24T12:10:00Z: 10 minutes, and a push waits longer for a scan", Mend: "take the role for longer, for example role-duration-seconds of aws-actions/configure-aws-credentials"}, 0},
		{"a caller of another account", func(f *doctor.Facts) { f.AWS.Caller = doctor.Caller{Account: "999999999999", ARN: "arn:other"} },
			doctor.Check{Name: "caller", Status: doctor.Warning, Found: "arn:other, and the repository is of account 123456789012", Mend: "let this caller in by the policy of the repository, or take a role of its account"}, 0},
		{"a clock that is two minutes slow", func(f *doctor.Facts) { f.AWS.Clock.Ahead = -2 * time.Minute },
			doctor.Check{Name: "clock", Status: doctor.Warning, Found: "2m0s behind ECR's", Mend: "set this machine's clock: AWS refuses requests that are 5 minutes off"}, 0},
		{"a clock that is an hour fast", func(f *doctor.Facts) { f.AWS.Clock.Ahead = time.Hour },
			doctor.Check{Name: "clock", Status: doctor.Missing, Found: "1h0m0s ahead of ECR's", Mend: "set this machine's clock: AWS refuses requests that are 5 minutes off"}, 0},
		{"no credentials", func(f *doctor.Facts) {
			f.AWS.Credentials.Problem, f.AWS.Caller.Problem, f.AWS.Clock.Problem = problem(nobody), problem(nobody), problem(nobody)
			f.Target.Problem, f.Target.Uncover = problem(nobody), problem(nobody)
			for i := range f.Target.Trials {
				f.Target.Trials[i].Err = nobody
			}
		}, doctor.Check{Name: "credentials", Status: doctor.Missing, Found: "credentials: none", Mend: "mend it"}, 6},
		{"no repository", func(f *doctor.Facts) {
			f.Target.Problem = problem(&registry.NotFoundError{Repository: "shop/api"})
		}, doctor.Check{Name: "repository", Status: doctor.Missing, Found: `repository "shop/api" does not exist`, Mend: "create it", Command: "aws ecr create-repository --repository-name shop/api"}, 2},
		{"settings that may not be read", func(f *doctor.Facts) {
			f.Target.Problem, f.Target.Settings.Mutability = problem(denied), registry.MutabilityUnknown
		}, doctor.Check{Name: "repository", Status: doctor.Warning, Found: "its settings are not known", Mend: "allow ecr:DescribeRepositories on arn:aws:ecr:eu-central-1:123456789012:repository/shop/api"}, 0},
		{"a repository that does not answer", func(f *doctor.Facts) { f.Target.Problem = problem(errors.New("no answer within 10s")) },
			doctor.Check{Name: "repository", Status: doctor.Missing, Found: "no answer within 10s", Mend: "mend it"}, 1},
		{"a registry that is out of reach", func(f *doctor.Facts) {
			away := &registry.UnavailableError{Err: errors.New("connection refused")}
			f.Target.Problem, f.Target.Uncover, f.AWS.Clock.Problem = problem(away), problem(away), problem(away)
			for i := range f.Target.Trials {
				f.Target.Trials[i].Err = away
			}
		}, doctor.Check{Name: "clock", Status: doctor.Untried, Found: "ECR does not answer"}, 4},
		{"another registry", func(f *doctor.Facts) {
			*f.Target = doctor.Target{Settings: registry.Repository{Host: "ghcr.io", Name: "shop/api"}}
		}, doctor.Check{Name: "repository", Status: doctor.Warning, Found: "ghcr.io is not Amazon ECR: there is no scan to wait for", Mend: "push takes --no-gate"}, 0},
		{"a moving tag that would freeze", func(f *doctor.Facts) {
			f.Checkout.Tags = append(f.Checkout.Tags, tag(t, "latest", tagger.Moving))
		}, doctor.Check{
			Name: "mutability", Status: doctor.Missing, Found: `tag "latest" is meant to move, and repository "shop/api" is immutable: it would freeze at its first push`,
			Mend:    "take the rule out, or let the tag move",
			Command: "aws ecr put-image-tag-mutability --repository-name shop/api --image-tag-mutability IMMUTABLE_WITH_EXCLUSION --image-tag-mutability-exclusion-filters filterType=WILDCARD,filter='latest'",
		}, 0},
		{"enhanced scanning that covers nothing", func(f *doctor.Facts) {
			f.Target.Coverage = gate.Coverage{Type: "ENHANCED", Frequency: "MANUAL"}
		}, doctor.Check{
			Name: "scanning", Status: doctor.Missing, Found: "enhanced scanning does not cover this repository: no scanning filter of the registry matches its name",
			Mend:    "add a scanning rule for shop/api to the registry; put-registry-scanning-configuration replaces all rules, so name those that are there too",
			Command: "aws ecr get-registry-scanning-configuration",
		}, 1},
		{"basic scanning by hand", func(f *doctor.Facts) { f.Target.Coverage = gate.Coverage{Type: "BASIC", Frequency: "MANUAL"} },
			doctor.Check{
				Name: "scanning", Status: doctor.Warning, Found: "the repository is not scanned on push: push starts a scan itself, where ecr:StartImageScan is allowed", Mend: "turn it on",
				Command: "aws ecr put-image-scanning-configuration --repository-name shop/api --image-scanning-configuration scanOnPush=true",
			}, 0},
		{"a verdict that is denied and not wanted", func(f *doctor.Facts) {
			f.Target.NoGate, f.Target.Uncover = true, problem(denied)
			for i, trial := range f.Target.Trials {
				if trial.Action == "ecr:DescribeImageScanFindings" || trial.Action == "ecr:PutImage" {
					f.Target.Trials[i].Err = denied
				}
			}
		}, doctor.Check{
			Name: "permissions", Status: doctor.Missing, Found: "ecr:PutImage is denied", Actions: []string{"ecr:PutImage"}, Mend: "allow it in the IAM policy of these credentials, which this prints",
			Command: "hallmark doctor --iam push --repository 123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/api",
		}, 0},
		{"an action that a push cannot do without", func(f *doctor.Facts) { f.Target.Trials[1].Err = denied },
			doctor.Check{
				Name: "permissions", Status: doctor.Missing, Found: "ecr:BatchGetImage is denied", Actions: []string{"ecr:BatchGetImage"}, Mend: "allow it in the IAM policy of these credentials, which this prints",
				Command: "hallmark doctor --iam push+gate --repository 123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/api",
			}, 0},
		{"actions of which nothing is told", func(f *doctor.Facts) {
			f.Target.Trials[0].Err, f.Target.Trials[1].Err = errors.New("throttled"), errors.New("throttled")
		}, doctor.Check{
			Name: "permissions", Status: doctor.Untried, Found: "cannot be told, throttled: ecr:GetAuthorizationToken, ecr:BatchGetImage", Actions: []string{"ecr:GetAuthorizationToken", "ecr:BatchGetImage"},
		}, 0},
		{"an action that was not tried", func(f *doctor.Facts) { f.Target.Trials = f.Target.Trials[1:] },
			doctor.Check{
				Name: "permissions", Status: doctor.Untried, Found: "not tried, since that would write or takes a finding: ecr:GetAuthorizationToken", Actions: []string{"ecr:GetAuthorizationToken"}, Mend: "IAM can tell",
				Command: "aws iam simulate-principal-policy --policy-source-arn ROLE-ARN --resource-arns arn:aws:ecr:eu-central-1:123456789012:repository/shop/api --action-names ecr:GetAuthorizationToken",
			}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			facts := well(t)
			tt.change(&facts)
			var unwell []doctor.Check
			for _, c := range doctor.Diagnose(facts) {
				if c.Status != doctor.OK {
					unwell = append(unwell, c)
				}
			}
			if len(unwell) != tt.others+1 {
				t.Fatalf("%d checks are not well, want %d: %+v", len(unwell), tt.others+1, unwell)
			}
			if diff := cmp.Diff(tt.want, unwell[0]); diff != "" {
				t.Errorf("Diagnose (-want +got):\n%s", diff)
			}
		})
	}
}
