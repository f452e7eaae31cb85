package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/scan"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
	"github.com/hallmark-ci/hallmark/report"
	"github.com/hallmark-ci/hallmark/tagger/gitrepo"
)

// describeFailure says what ended a run, each part with its mend and a short code. A refusal has a part for every refused tag. standing is
// how the tags stand, as report.NextStep takes it.
func describeFailure(ctx context.Context, err error, standing string) []report.Failure {
	if err == nil {
		return nil
	}
	var interrupted *InterruptedError
	if errors.As(context.Cause(ctx), &interrupted) {
		return []report.Failure{{Message: interrupted.Error(), Hint: "the same command again goes on where this one stopped", Code: "interrupted"}}
	}
	var refused *registry.RefusedError
	if errors.As(err, &refused) {
		var failures []report.Failure
		for _, step := range refused.Steps {
			one := &registry.RefusedError{Steps: []registry.Step{step}}
			failures = append(failures, report.Failure{Message: one.Error(), Hint: step.Hint, Code: "refused"})
		}
		return failures
	}
	failure := report.Failure{Message: err.Error()}
	failure.Code, failure.Hint = mend(err, standing)
	return []report.Failure{failure}
}

// mend finds the short code of an error and what to do about it.
func mend(err error, standing string) (code, hint string) {
	for _, describe := range []func(error) (string, string, bool){mendUsage, mendRegistry, mendSource} {
		if code, hint, ok := describe(err); ok {
			return code, hint
		}
	}
	return mendGate(err, standing)
}

func mendUsage(err error) (code, hint string, ok bool) {
	var (
		usage    *UsageError
		hinted   *hintedError
		other    *otherCommitError
		drift    *driftError
		unseen   *unseenError
		notRepo  *gitrepo.NotARepositoryError
		noCommit *gitrepo.NoCommitError
		format   *gitrepo.UnreadableError
		noRegion *ecr.NoRegionError
		config   *ecr.ConfigError
	)
	switch {
	case errors.As(err, &usage):
		return "usage", usage.Hint, true
	case errors.As(err, &hinted):
		return hinted.code, hinted.hint, true
	case errors.As(err, &drift):
		return drift.code, drift.hint, true
	case errors.As(err, &unseen):
		return "in-use-unknown", unseenHint(unseen), true
	case errors.As(err, &other):
		return "other-commit", "check out the commit that the job is for; if this work tree is what the image was built from, say so with --path .", true
	case errors.As(err, &notRepo):
		return "no-work-tree", "name the work tree the image was built from: --path DIR", true
	case errors.As(err, &noCommit):
		return "no-commit", "make a commit first: the tags come from it", true
	case errors.As(err, &format):
		return "no-git", "put git 2.45 or newer on PATH: it reads every repository", true
	case errors.As(err, &noRegion):
		return "no-region", "set AWS_REGION, or name the repository by its whole URI: ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME", true
	case errors.As(err, &config):
		return "aws-configuration", "check AWS_PROFILE and the file it stands in: aws configure list-profiles", true
	}
	return "", "", false
}

func mendRegistry(err error) (code, hint string, ok bool) {
	var (
		notFound    *registry.NotFoundError
		denied      *registry.DeniedError
		credentials *registry.CredentialsError
		unavailable *registry.UnavailableError
		host        *registry.HostError
	)
	switch {
	case errors.As(err, &host) && host.Region != "":
		return "no-host", fmt.Sprintf("check the region %q: it comes from --repository, else AWS_REGION or the AWS profile", host.Region), true
	case errors.As(err, &host):
		return "no-host", "check the name of the registry", true
	case errors.As(err, &notFound):
		return "repository-not-found", "create it with --create-repository, or: " + createCommand(notFound.Repository), true
	case errors.As(err, &credentials) && credentials.Expired:
		return "credentials-expired", "get new ones and run the same command again, for example: aws sso login", true
	case errors.As(err, &credentials) && credentials.Registry != "" && !ecr.IsHost(credentials.Registry):
		return "credentials", "docker login " + credentials.Registry, true
	case errors.As(err, &credentials):
		return "credentials", "in GitHub Actions use aws-actions/configure-aws-credentials before this step; elsewhere try: aws sts get-caller-identity", true
	case errors.As(err, &denied) && denied.Action != "":
		return "denied", fmt.Sprintf("allow %s on %s in the IAM policy of these credentials", denied.Action, denied.Resource), true
	case errors.As(err, &denied):
		return "denied", "ask who runs the registry for access", true
	case errors.As(err, &unavailable):
		return "unavailable", "the same command again may work", true
	}
	return "", "", false
}

func mendSource(err error) (code, hint string, ok bool) {
	var (
		daemon   *source.DaemonError
		missing  *source.NotFoundError
		platform *source.PlatformError
		format   *source.FormatError
		spool    *push.SpoolError
		changed  *source.ChangedError
		spent    *source.SpentError
	)
	switch {
	case errors.As(err, &spool):
		return "no-space", "name a folder with more room: --tmpdir DIR", true
	case errors.As(err, &spent):
		return "spent", "run it again with --no-reuse: the repository has lost a layer that was left out", true
	case errors.As(err, &changed):
		return "image-changed", "the same command again takes the image as it is now", true
	case errors.As(err, &format) && format.Missing:
		return "no-image", "check the path", true
	case errors.As(err, &daemon):
		return "no-daemon", "start Docker or Podman, set DOCKER_HOST, or push an archive: docker save -o image.tar NAME", true
	case errors.As(err, &missing) && missing.Where == "the daemon":
		return "no-image", "docker images lists what the daemon has", true
	case errors.As(err, &missing):
		return "no-image", "check the name and the tag or digest", true
	case errors.As(err, &platform):
		return "no-platform", "leave --platform out, or name one that is there", true
	case errors.As(err, &format):
		return "not-an-image", "an image archive is what docker save, podman save, skopeo or buildx --output type=oci,dest=FILE write", true
	}
	return "", "", false
}

func mendGate(err error, standing string) (code, hint string) {
	var (
		failed    *gate.FailedError
		undecided *gate.UndecidedError
		timeout   *scan.TimeoutError
	)
	switch {
	case errors.As(err, &failed) && strings.HasSuffix(standing, "\n"):
		return "gate-failed", standing + report.NextStep("", failed.Verdict)
	case errors.As(err, &failed):
		return "gate-failed", report.NextStep(standing, failed.Verdict)
	case errors.As(err, &undecided) && standing == noTag:
		return "undecided", standing + "--no-gate writes tags without a verdict"
	case errors.As(err, &undecided):
		return "undecided", standing + "a policy may let an image pass that nothing scans: on_unsupported, on_never_scanned"
	case errors.As(err, &timeout):
		return "timeout", standing + "run the same command again, or give it longer with --timeout"
	}
	return "", ""
}

// noTag is the standing of a push that came to no tag.
const noTag = "no tag was written: "

// standing says how the tags stand that a run was about, for its mend to go on from, on its own line where there are some; nothing where it was not about tags.
func (p *program) standing() string {
	var written []string
	for _, tag := range p.result.Tags {
		if tag.Written {
			written = append(written, tag.Name)
		}
	}
	switch {
	case len(written) > 0:
		return "the tags were written already: " + strings.Join(written, ", ") + "\n"
	case p.result.Command == "push":
		return noTag
	}
	return ""
}
