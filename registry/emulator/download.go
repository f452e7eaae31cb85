package emulator

import (
	"fmt"
	"net/url"

	"cuelabs.dev/go/oci/ociregistry"
	"github.com/opencontainers/go-digest"
)

type layerRequest struct {
	repositoryRef
	Digest string `json:"layerDigest"`
}

// getDownloadURLForLayer gives an address where a layer is to be had without a credential beside it. ECR's is one of Amazon S3; here it is
// the registry's, with the credential in it
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetDownloadUrlForLayer.html).
func (c *call) getDownloadURLForLayer(request layerRequest) (any, error) {
	if digest.Digest(request.Digest).Validate() != nil {
		return nil, invalid("Invalid parameter at 'layerDigest' failed to satisfy constraint: 'must be a digest'")
	}
	var name string
	err := c.store.read(func(s *state) error {
		r, err := request.of(s)
		if err != nil {
			return err
		}
		name = r.Name
		if _, found := c.store.hasBlob(name, ociregistry.Digest(request.Digest)); !found {
			return &apiError{"LayersNotFoundException", fmt.Sprintf(
				"The layer with digest '%s' does not exist in the repository with name '%s' in the registry with id '%s'", request.Digest, name, Account)}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	at, err := url.Parse(origin(c.request) + "/v2/" + name + "/blobs/" + request.Digest)
	if err != nil {
		return nil, err
	}
	password, _ := c.tokens.issue()
	at.User = url.UserPassword("AWS", password)
	return map[string]string{"downloadUrl": at.String(), "layerDigest": request.Digest}, nil
}
