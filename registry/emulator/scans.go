package emulator

import (
	"fmt"
	"time"
)

type imageRequest struct {
	repositoryRef
	ID imageID `json:"imageId"`
}

type scanStatus struct {
	Status      string `json:"status"`
	Description string `json:"description,omitempty"`
}

type findingsRequest struct {
	imageRequest
	NextToken  string `json:"nextToken"`
	MaxResults *int   `json:"maxResults"`
}

func (c *call) describeImageScanFindings(request findingsRequest) (any, error) {
	limit := 100
	if request.MaxResults != nil {
		if limit = *request.MaxResults; limit < 1 || limit > 1000 {
			return nil, invalid("Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value between 1 and 1000'")
		}
	}
	from, err := offset(request.NextToken)
	if err != nil {
		return nil, err
	}
	answer := map[string]any{"registryId": Account, "repositoryName": request.RepositoryName}
	return answer, c.store.read(func(s *state) error {
		r, err := request.of(s)
		if err != nil {
			return err
		}
		i, err := request.ID.must(r)
		if err != nil {
			return err
		}
		at := c.stageOf(s, r, i)
		if at.code != "" {
			return &apiError{at.code, stageText(at.code, request.ID, r)}
		}
		answer["imageId"] = imageID{i.Digest, request.ID.Tag}
		answer["imageScanStatus"] = scanStatus{at.status, at.description}
		switch {
		case at.answer != nil:
			body, next := at.answer.page(from, limit)
			answer["imageScanFindings"] = body
			if next > 0 {
				answer["nextToken"] = nextToken(next)
			}
		case at.status == "PENDING": // both lists are there then, and empty
			answer["imageScanFindings"] = map[string]any{"findings": []any{}, "enhancedFindings": []any{}}
		}
		return nil
	})
}

// stageText is what ECR says with the code of an error of a scan.
func stageText(code string, id imageID, r *repository) string {
	switch code {
	case "ScanNotFoundException":
		return fmt.Sprintf("Image scan does not exist for the image with '{imageDigest:'%s', imageTag:'%s'}' in the repository with name '%s' in the registry with id '%s'", id.Digest, id.Tag, r.Name, Account)
	case "ThrottlingException":
		return "Rate exceeded"
	default:
		return "a step of the scenario"
	}
}

// scanAgain is how long after a scan of an image the next one may start
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html).
const scanAgain = 24 * time.Hour

func (c *call) startImageScan(request imageRequest) (any, error) {
	var digest string
	err := c.store.change(request.RepositoryName, func(s *state) error {
		r, err := request.of(s)
		if err != nil {
			return err
		}
		i, err := request.ID.must(r)
		if err != nil {
			return err
		}
		digest = i.Digest
		switch {
		case s.Scanning.Type == "ENHANCED":
			return &apiError{"ValidationException", "This feature is disabled"}
		case !i.scannable():
			return &apiError{"UnsupportedImageTypeException",
				fmt.Sprintf("An artifact with media type '%s' cannot be scanned. For more information, see the Amazon ECR documentation.", i.MediaType)}
		case !i.ScannedAt.IsZero() && c.now().Sub(i.ScannedAt) < scanAgain:
			return &apiError{"LimitExceededException", "The scan quota per image has been exceeded. Wait and try again."}
		}
		i.ScannedAt = c.now()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"registryId": Account, "repositoryName": request.RepositoryName,
		"imageId": imageID{digest, request.ID.Tag}, "imageScanStatus": scanStatus{Status: "IN_PROGRESS"},
	}, nil
}

// scanningAnswer is the registry's scanning configuration as requests and answers have it.
type scanningAnswer struct {
	Type  string             `json:"scanType"`
	Rules []scanningRuleJSON `json:"rules"`
}

type scanningRuleJSON struct {
	Frequency string       `json:"scanFrequency"`
	Filters   []scanFilter `json:"repositoryFilters"`
}

func (s scanning) answer() scanningAnswer {
	out := scanningAnswer{Type: s.Type, Rules: []scanningRuleJSON{}}
	for _, rule := range s.Rules {
		one := scanningRuleJSON{Frequency: rule.Frequency, Filters: []scanFilter{}}
		for _, filter := range rule.Filters {
			one.Filters = append(one.Filters, scanFilter{filter, "WILDCARD"})
		}
		out.Rules = append(out.Rules, one)
	}
	return out
}

func (c *call) getRegistryScanningConfiguration(struct{}) (any, error) {
	var out scanningAnswer
	err := c.store.read(func(s *state) error {
		out = s.Scanning.answer()
		return nil
	})
	return map[string]any{"registryId": Account, "scanningConfiguration": out}, err
}

func (c *call) putRegistryScanningConfiguration(request scanningAnswer) (any, error) {
	if err := request.check(); err != nil {
		return nil, err
	}
	settings := scanning{Type: request.Type}
	for _, rule := range request.Rules {
		for _, filter := range rule.Filters {
			settings.add(rule.Frequency, filter.Filter)
		}
	}
	err := c.store.configure(func(s *state) { s.Scanning = settings })
	return map[string]any{"registryScanningConfiguration": settings.answer()}, err
}

// effectAnswer is how one repository is scanned.
type effectAnswer struct {
	ARN       string       `json:"repositoryArn"`
	Name      string       `json:"repositoryName"`
	OnPush    bool         `json:"scanOnPush"`
	Frequency string       `json:"scanFrequency"`
	Filters   []scanFilter `json:"appliedScanFilters"`
}

// maxScanBatch is how many repositories one request may name.
const maxScanBatch = 25

func (c *call) batchGetRepositoryScanningConfiguration(request struct {
	Names []string `json:"repositoryNames"`
}) (any, error) {
	if len(request.Names) == 0 || len(request.Names) > maxScanBatch {
		return nil, invalid("Invalid parameter at 'repositoryNames' failed to satisfy constraint: 'Member must have length between 1 and %d'", maxScanBatch)
	}
	found, failures := []effectAnswer{}, []map[string]string{}
	err := c.store.read(func(s *state) error {
		for _, name := range request.Names {
			r := s.Repositories[name]
			if r == nil {
				failures = append(failures, map[string]string{
					"repositoryName": name, "failureCode": "REPOSITORY_NOT_FOUND", "failureReason": (&noRepositoryError{name}).Error()})
				continue
			}
			at := s.Scanning.effective(r)
			found = append(found, effectAnswer{c.arn(name), name, at.Frequency == onPush, at.Frequency, at.Filters})
		}
		return nil
	})
	return map[string]any{"scanningConfigurations": found, "failures": failures}, err
}

type putScanFlagRequest struct {
	repositoryRef
	Scan scanFlag `json:"imageScanningConfiguration"`
}

func (c *call) putImageScanningConfiguration(request putScanFlagRequest) (any, error) {
	err := c.store.change(request.RepositoryName, func(s *state) error {
		r, err := request.of(s)
		if err != nil {
			return err
		}
		r.ScanOnPush = request.Scan.ScanOnPush
		return nil
	})
	return map[string]any{"registryId": Account, "repositoryName": request.RepositoryName, "imageScanningConfiguration": request.Scan}, err
}
