package cli

import (
	"context"
	"errors"

	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
)

// keychain finds the credential of a registry that an image is read from: for ECR by the AWS credentials, for any other, and where
// there are none, in the Docker configuration.
type keychain struct{}

// Resolve implements authn.Keychain.
func (k keychain) Resolve(resource authn.Resource) (authn.Authenticator, error) {
	return k.ResolveContext(context.Background(), resource)
}

// ResolveContext implements authn.ContextKeychain.
func (keychain) ResolveContext(ctx context.Context, resource authn.Resource) (authn.Authenticator, error) {
	api, err := ecr.New(ctx, ecr.Options{Host: resource.RegistryStr()})
	if err != nil {
		return nil, err
	}
	if !api.Serves(resource.RegistryStr()) {
		return authn.DefaultKeychain.Resolve(resource)
	}
	token, err := api.Token(ctx)
	var (
		credentials *registry.CredentialsError
		noRegion    *ecr.NoRegionError
	)
	if errors.As(err, &credentials) || errors.As(err, &noRegion) {
		return authn.DefaultKeychain.Resolve(resource)
	}
	if err != nil {
		return nil, err
	}
	return basic(token), nil
}
