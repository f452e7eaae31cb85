package ecr

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
)

// Scans are the scans of one repository. It is what gate/scan waits on.
type Scans struct {
	client *Client
	repo   registry.Repository
}

// Scans reaches the scans of a repository.
func (c *Client) Scans(repo registry.Repository) *Scans {
	return &Scans{client: c, repo: repo}
}

// Answer reads one page of the scan of an image, by digest: a tag could move between two pages. An image without a scan is
// gate.ErrScanNotFound, one that is not there gate.ErrImageNotFound.
func (s *Scans) Answer(ctx context.Context, digest, nextToken string, limit int) (gate.Answer, error) {
	input := &ecr.DescribeImageScanFindingsInput{
		RegistryId:     s.client.registryID(),
		RepositoryName: aws.String(s.repo.Name),
		ImageId:        &types.ImageIdentifier{ImageDigest: aws.String(digest)},
		MaxResults:     aws.Int32(int32(limit)),
	}
	if nextToken != "" {
		input.NextToken = aws.String(nextToken)
	}
	out, err := s.client.api.DescribeImageScanFindings(ctx, input)
	var (
		noScan  *types.ScanNotFoundException
		noImage *types.ImageNotFoundException
	)
	switch {
	case errors.As(err, &noScan):
		return gate.Answer{}, fmt.Errorf("%w: %w", gate.ErrScanNotFound, err)
	case errors.As(err, &noImage):
		return gate.Answer{}, fmt.Errorf("%w: %w", gate.ErrImageNotFound, err)
	case err != nil:
		return gate.Answer{}, s.client.about(ctx, "read scan findings of", s.repo.Name, err)
	}
	return answer(out), nil
}

func answer(out *ecr.DescribeImageScanFindingsOutput) gate.Answer {
	a := gate.Answer{RepositoryName: aws.ToString(out.RepositoryName), NextToken: aws.ToString(out.NextToken)}
	if out.ImageId != nil {
		a.ImageDigest, a.ImageTag = aws.ToString(out.ImageId.ImageDigest), aws.ToString(out.ImageId.ImageTag)
	}
	if out.ImageScanStatus != nil {
		a.Status, a.Description = string(out.ImageScanStatus.Status), aws.ToString(out.ImageScanStatus.Description)
	}
	f := out.ImageScanFindings
	if f == nil {
		return a
	}
	a.CompletedAt, a.SourceUpdatedAt = aws.ToTime(f.ImageScanCompletedAt), aws.ToTime(f.VulnerabilitySourceUpdatedAt)
	if f.FindingSeverityCounts != nil {
		a.Counts = map[string]int{}
		for level, n := range f.FindingSeverityCounts {
			a.Counts[level] = int(n)
		}
	}
	for _, b := range f.Findings {
		a.Basic = append(a.Basic, basic(b))
	}
	a.HasEnhanced = f.EnhancedFindings != nil
	for _, e := range f.EnhancedFindings {
		a.Enhanced = append(a.Enhanced, enhanced(e))
	}
	return a
}

func basic(b types.ImageScanFinding) gate.BasicFinding {
	out := gate.BasicFinding{
		Name:        aws.ToString(b.Name),
		Description: aws.ToString(b.Description),
		URI:         aws.ToString(b.Uri),
		Severity:    string(b.Severity),
		Attributes:  map[string]string{},
	}
	for _, attribute := range b.Attributes {
		out.Attributes[aws.ToString(attribute.Key)] = aws.ToString(attribute.Value)
	}
	return out
}

func enhanced(e types.EnhancedImageScanFinding) gate.EnhancedFinding {
	out := gate.EnhancedFinding{
		ARN:              aws.ToString(e.FindingArn),
		Title:            aws.ToString(e.Title),
		Description:      aws.ToString(e.Description),
		Severity:         aws.ToString(e.Severity),
		Status:           aws.ToString(e.Status),
		Score:            e.Score,
		FixAvailable:     aws.ToString(e.FixAvailable),
		ExploitAvailable: aws.ToString(e.ExploitAvailable),
		FirstObservedAt:  aws.ToTime(e.FirstObservedAt),
	}
	if d := e.PackageVulnerabilityDetails; d != nil {
		out.VulnerabilityID, out.Source, out.SourceURL = aws.ToString(d.VulnerabilityId), aws.ToString(d.Source), aws.ToString(d.SourceUrl)
		out.VendorSeverity, out.VendorCreatedAt = aws.ToString(d.VendorSeverity), aws.ToTime(d.VendorCreatedAt)
		if len(d.RelatedVulnerabilities) > 0 {
			out.Related = d.RelatedVulnerabilities
		}
		for _, c := range d.Cvss {
			out.CVSS = append(out.CVSS, gate.CVSS{Score: c.BaseScore, Vector: aws.ToString(c.ScoringVector), Version: aws.ToString(c.Version), Source: aws.ToString(c.Source)})
		}
		for _, p := range d.VulnerablePackages {
			out.Packages = append(out.Packages, vulnerable(p))
		}
	}
	if e.ScoreDetails != nil && e.ScoreDetails.Cvss != nil {
		out.ScoreVector = aws.ToString(e.ScoreDetails.Cvss.ScoringVector)
	}
	if e.Remediation != nil && e.Remediation.Recommendation != nil {
		out.Recommendation, out.RecommendationURL = aws.ToString(e.Remediation.Recommendation.Text), aws.ToString(e.Remediation.Recommendation.Url)
	}
	if len(e.Resources) > 0 && e.Resources[0].Details != nil && e.Resources[0].Details.AwsEcrContainerImage != nil {
		out.Platform = aws.ToString(e.Resources[0].Details.AwsEcrContainerImage.Platform)
	}
	return out
}

func vulnerable(p types.VulnerablePackage) gate.VulnerablePackage {
	return gate.VulnerablePackage{
		Name:            aws.ToString(p.Name),
		Version:         aws.ToString(p.Version),
		Release:         aws.ToString(p.Release),
		Epoch:           int(aws.ToInt32(p.Epoch)),
		Arch:            aws.ToString(p.Arch),
		Manager:         aws.ToString(p.PackageManager),
		FilePath:        aws.ToString(p.FilePath),
		FixedInVersion:  aws.ToString(p.FixedInVersion),
		SourceLayerHash: aws.ToString(p.SourceLayerHash),
	}
}

// Coverage reads how the repository is scanned, by the setting in effect: the repository's own flag stays false while the registry's
// rules scan it (https://github.com/turbot/steampipe-mod-aws-compliance/issues/762). Beside an error it may hold the type alone, which the
// first of two calls gives.
func (s *Scans) Coverage(ctx context.Context) (gate.Coverage, error) {
	registryWide, err := s.client.api.GetRegistryScanningConfiguration(ctx, &ecr.GetRegistryScanningConfigurationInput{})
	if err != nil {
		return gate.Coverage{}, fmt.Errorf("read the registry's scanning settings: %w", s.client.meaning(ctx, err, "*"))
	}
	// Neither call takes an account: both tell of the caller's own registry.
	if own := aws.ToString(registryWide.RegistryId); s.client.host.Account != "" && own != "" && own != s.client.host.Account {
		return gate.Coverage{}, fmt.Errorf("read the scanning settings of repository %q: it is in account %s, and these credentials are of %s", s.repo.Name, s.client.host.Account, own)
	}
	out, err := s.client.api.BatchGetRepositoryScanningConfiguration(ctx, &ecr.BatchGetRepositoryScanningConfigurationInput{RepositoryNames: []string{s.repo.Name}})
	if err != nil {
		return typeOf(registryWide), s.client.about(ctx, "read the scanning settings of", s.repo.Name, err)
	}
	if registryWide.ScanningConfiguration == nil || len(out.ScanningConfigurations) != 1 {
		return gate.Coverage{}, fmt.Errorf("read the scanning settings of repository %q: the answer does not hold them%s", s.repo.Name, why(out.Failures))
	}
	own := out.ScanningConfigurations[0]
	coverage := typeOf(registryWide)
	coverage.Frequency, coverage.OnPush = string(own.ScanFrequency), own.ScanOnPush
	for _, f := range own.AppliedScanFilters {
		coverage.Filters = append(coverage.Filters, aws.ToString(f.Filter))
	}
	return coverage, nil
}

// typeOf is what the registry's settings tell by themselves.
func typeOf(registryWide *ecr.GetRegistryScanningConfigurationOutput) gate.Coverage {
	if registryWide.ScanningConfiguration == nil {
		return gate.Coverage{}
	}
	return gate.Coverage{Type: string(registryWide.ScanningConfiguration.ScanType)}
}

func why(failures []types.RepositoryScanningConfigurationFailure) string {
	for _, f := range failures {
		return fmt.Sprintf(": %s: %s", f.FailureCode, aws.ToString(f.FailureReason))
	}
	return ""
}

// Start starts a basic scan. That there was one within 24 hours is no error: its findings are there to read.
func (s *Scans) Start(ctx context.Context, digest string) error {
	_, err := s.client.api.StartImageScan(ctx, &ecr.StartImageScanInput{
		RegistryId:     s.client.registryID(),
		RepositoryName: aws.String(s.repo.Name),
		ImageId:        &types.ImageIdentifier{ImageDigest: aws.String(digest)},
	})
	var limit *types.LimitExceededException
	if err == nil || errors.As(err, &limit) {
		return nil
	}
	return s.client.about(ctx, "start a scan in", s.repo.Name, err)
}
