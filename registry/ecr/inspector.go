package ecr

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/inspector2"
	"github.com/aws/aws-sdk-go-v2/service/inspector2/types"
	"golang.org/x/sync/errgroup"

	"github.com/hallmark-ci/hallmark/gate"
)

const (
	// detailsBatch is how many findings one request can be about
	// (https://docs.aws.amazon.com/inspector/v2/APIReference/API_BatchGetFindingDetails.html).
	detailsBatch = 10
	// batchesAtOnce is how many requests are made at the same time.
	batchesAtOnce = 4
)

// detailsCall is the one operation of Amazon Inspector that is called. A field of its client's own type would keep all its 80 operations in
// the program: 3 MB, since other packages reach methods by reflection.
type detailsCall func(context.Context, *inspector2.BatchGetFindingDetailsInput, ...func(*inspector2.Options)) (*inspector2.BatchGetFindingDetailsOutput, error)

func newDetailsCall(config aws.Config, configure func(*inspector2.Options)) detailsCall {
	return inspector2.NewFromConfig(config, configure).BatchGetFindingDetails
}

// Exploits asks Amazon Inspector what is known of vulnerabilities being exploited: EPSS, and whether they are in CISA's catalogue. arns are
// those of one finding for each vulnerability. untold is how many vulnerabilities Inspector failed to tell of; that it knows nothing of
// one is no failure. A caller who may not ask gets a *registry.DeniedError after one request.
func (c *Client) Exploits(ctx context.Context, arns map[string]string) (exploits gate.Exploits, untold int, err error) {
	d := &details{client: c, ids: map[string]string{}, exploits: gate.Exploits{EPSS: map[string]float64{}, KEV: map[string]string{}}}
	for id, arn := range arns {
		d.ids[arn] = strings.ToUpper(id)
	}
	batches := slices.Collect(slices.Chunk(slices.Sorted(maps.Keys(d.ids)), detailsBatch))
	if len(batches) == 0 {
		return d.exploits, 0, nil
	}
	// The first answer tells whether the others may be asked for.
	err = d.read(ctx, batches[0])
	if err == nil {
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(batchesAtOnce)
		for _, arns := range batches[1:] {
			group.Go(func() error { return d.read(ctx, arns) })
		}
		err = group.Wait()
	}
	if err != nil {
		return gate.Exploits{}, 0, fmt.Errorf("ask Amazon Inspector for EPSS and KEV: %w", c.meaning(ctx, err, "*"))
	}
	return d.exploits, d.untold, nil
}

// details collects answers.
type details struct {
	client *Client
	ids    map[string]string // by ARN

	mu       sync.Mutex
	exploits gate.Exploits
	untold   int
}

// read asks for one batch.
func (d *details) read(ctx context.Context, arns []string) error {
	out, err := d.client.details(ctx, &inspector2.BatchGetFindingDetailsInput{FindingArns: arns})
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, detail := range out.FindingDetails {
		id := d.ids[aws.ToString(detail.FindingArn)]
		if detail.EpssScore != nil {
			d.exploits.EPSS[id] = *detail.EpssScore
		}
		if detail.CisaData != nil {
			d.exploits.KEV[id] = aws.ToString(detail.CisaData.Action)
		}
	}
	for _, failure := range out.Errors {
		if failure.ErrorCode != types.FindingDetailsErrorCodeFindingDetailsNotFound {
			d.untold++
		}
	}
	return nil
}

// configureInspector sets what is ours to set. It is reached where the SDK finds it, unless this is an ECR of one's own, which answers for
// it too.
func (c *Client) configureInspector(s *inspector2.Options, o Options) {
	if o.Endpoint != "" {
		s.BaseEndpoint = aws.String(o.Endpoint)
	}
	if s.BaseEndpoint == nil && c.host.FIPS {
		s.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateEnabled
	}
	if s.BaseEndpoint != nil && s.Region == "" {
		s.Region = "us-east-1" // as of ECR itself
	}
	if s.RetryMaxAttempts == 0 {
		s.RetryMaxAttempts = attempts
	}
	if standard, ok := s.Retryer.(aws.RetryerV2); ok {
		s.Retryer = retryer{standard}
	}
}
