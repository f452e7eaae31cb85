package ecr

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
)

// absent is a digest that nothing has: no content is known whose SHA-256 is zero.
const absent = digest.Digest("sha256:0000000000000000000000000000000000000000000000000000000000000000")

// Try makes the call that an IAM action is named after, about an image or a layer that is not there: so it changes nothing. That it is not
// there is what an action that is allowed comes to, and no error. A *registry.DeniedError says that the action is not allowed, any other
// error that this could not be told.
func (c *Client) Try(ctx context.Context, repo registry.Repository, action string) error {
	try := trials()[action]
	if try == nil {
		return fmt.Errorf("%s cannot be tried", action)
	}
	err := try(ctx, c, repo)
	var (
		noRepository *registry.NotFoundError
		noImage      *types.ImageNotFoundException
		noLayer      *types.LayersNotFoundException
		noBytes      *types.LayerInaccessibleException
		noScan       *types.ScanNotFoundException
	)
	if errors.As(err, &noRepository) || errors.As(err, &noImage) || errors.As(err, &noLayer) || errors.As(err, &noBytes) || errors.As(err, &noScan) {
		return nil // IAM is asked first
	}
	return err
}

// CanTry says whether Try has a call for an action. It has none for those that write: an upload that is begun stays for a while, and a manifest
// is there for good.
func CanTry(action string) bool { return trials()[action] != nil }

// trial is a call that changes nothing.
type trial func(context.Context, *Client, registry.Repository) error

func trials() map[string]trial {
	return map[string]trial{
		"ecr:GetAuthorizationToken": func(ctx context.Context, c *Client, _ registry.Repository) error {
			_, err := c.Token(ctx)
			return err
		},
		"ecr:BatchGetImage": func(ctx context.Context, c *Client, r registry.Repository) error {
			_, err := c.batchGetImage(ctx, r, []string{absent.String()})
			return err
		},
		"ecr:BatchCheckLayerAvailability": func(ctx context.Context, c *Client, r registry.Repository) error {
			_, err := c.Available(ctx, r, []digest.Digest{absent})
			return err
		},
		"ecr:DescribeRepositories": func(ctx context.Context, c *Client, r registry.Repository) error {
			_, err := c.Repository(ctx, r.Host, r.Name)
			return err
		},
		"ecr:DescribeRepositoryCreationTemplates": func(ctx context.Context, c *Client, r registry.Repository) error {
			_, _, err := c.CreatedOnPush(ctx, r.Host, r.Name)
			return err
		},
		"ecr:DescribeImageScanFindings": func(ctx context.Context, c *Client, r registry.Repository) error {
			_, err := c.Scans(r).Answer(ctx, absent.String(), "", 1)
			if errors.Is(err, gate.ErrImageNotFound) || errors.Is(err, gate.ErrScanNotFound) {
				return nil
			}
			return err
		},
		"ecr:StartImageScan": func(ctx context.Context, c *Client, r registry.Repository) error {
			return c.Scans(r).Start(ctx, absent.String())
		},
		"ecr:ListImages":                              tryListImages,
		"ecr:DescribeImages":                          tryDescribeImages,
		"ecr:GetDownloadUrlForLayer":                  tryGetDownloadURL,
		"ecr:GetRegistryScanningConfiguration":        tryRegistryScanning,
		"ecr:BatchGetRepositoryScanningConfiguration": tryRepositoryScanning,
	}
}

func tryListImages(ctx context.Context, c *Client, r registry.Repository) error {
	_, err := c.api.ListImages(ctx, &ecr.ListImagesInput{RegistryId: c.registryID(), RepositoryName: aws.String(r.Name), MaxResults: aws.Int32(1)})
	return c.tried(ctx, r, err)
}

func tryDescribeImages(ctx context.Context, c *Client, r registry.Repository) error {
	_, err := c.api.DescribeImages(ctx, &ecr.DescribeImagesInput{
		RegistryId: c.registryID(), RepositoryName: aws.String(r.Name), ImageIds: []types.ImageIdentifier{imageID(absent.String())},
	})
	return c.tried(ctx, r, err)
}

func tryGetDownloadURL(ctx context.Context, c *Client, r registry.Repository) error {
	_, err := c.api.GetDownloadUrlForLayer(ctx, &ecr.GetDownloadUrlForLayerInput{
		RegistryId: c.registryID(), RepositoryName: aws.String(r.Name), LayerDigest: aws.String(absent.String()),
	})
	return c.tried(ctx, r, err)
}

func tryRegistryScanning(ctx context.Context, c *Client, _ registry.Repository) error {
	_, err := c.api.GetRegistryScanningConfiguration(ctx, &ecr.GetRegistryScanningConfigurationInput{})
	if err == nil {
		return nil
	}
	return c.meaning(ctx, err, "*")
}

func tryRepositoryScanning(ctx context.Context, c *Client, r registry.Repository) error {
	_, err := c.api.BatchGetRepositoryScanningConfiguration(ctx, &ecr.BatchGetRepositoryScanningConfigurationInput{RepositoryNames: []string{r.Name}})
	return c.tried(ctx, r, err)
}

// tried says what came of a call on a repository.
func (c *Client) tried(ctx context.Context, r registry.Repository, err error) error {
	if err == nil {
		return nil
	}
	return c.about(ctx, "ask for", r.Name, err)
}
