package cli

import (
	"context"
	"errors"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
)

// reachECR reaches the ECR of a host, or where that is empty of the account, for a command on settings, which no other registry has.
func reachECR(ctx context.Context, o ecr.Options) (*ecr.Client, error) {
	api, err := ecr.New(ctx, o)
	if err != nil {
		return nil, err
	}
	if o.Host != "" && !api.Serves(o.Host) {
		return nil, &UsageError{
			Problem: o.Host + " is not Amazon ECR, and its repositories have no such settings", Hint: "a repository is NAME, or ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME",
		}
	}
	return api, nil
}

// ofWholeRun says whether an error is that of the whole run and not of one repository: that of credentials or the network.
func ofWholeRun(err error) bool {
	var (
		credentials *registry.CredentialsError
		host        *registry.HostError
		region      *ecr.NoRegionError
	)
	return errors.As(err, &credentials) || errors.As(err, &host) || errors.As(err, &region)
}

// stopped says whether a run is to end with an error, which is one of the whole run or that of its context.
func stopped(ctx context.Context, err error) bool { return ctx.Err() != nil || ofWholeRun(err) }
