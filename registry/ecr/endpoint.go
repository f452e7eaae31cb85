package ecr

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

// endpointOf is where a service is: where the user's configuration says, else at its own host in the region.
func (c *Client) endpointOf(id, name string) string {
	if c.own != "" { // an ECR of one's own answers for other services too
		return c.own
	}
	ctx := context.Background() // the sources have been read, and nothing is asked
	ignored, _, err := config.GetIgnoreConfiguredEndpoints(ctx, c.config.ConfigSources)
	for _, source := range c.config.ConfigSources {
		named, ok := source.(interface {
			GetServiceBaseEndpoint(context.Context, string) (string, bool, error)
		})
		if !ok || ignored || err != nil {
			continue
		}
		if value, found, err := named.GetServiceBaseEndpoint(ctx, id); found && err == nil {
			return value
		}
	}
	if c.config.BaseEndpoint != nil {
		return aws.ToString(c.config.BaseEndpoint)
	}
	if c.host.FIPS {
		name += "-fips"
	}
	return "https://" + name + "." + c.region + "." + domain(c.region)
}

// domain is what the hosts of services end with in the part of AWS that a region belongs to
// (https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html).
func domain(region string) string {
	switch partition(region) {
	case "aws-cn":
		return "amazonaws.com.cn"
	case "aws-eusc":
		return "amazonaws.eu"
	case "aws-iso":
		return "c2s.ic.gov"
	case "aws-iso-b":
		return "sc2s.sgov.gov"
	case "aws-iso-e":
		return "cloud.adc-e.uk"
	case "aws-iso-f":
		return "csp.hci.ic.gov"
	}
	return "amazonaws.com"
}
