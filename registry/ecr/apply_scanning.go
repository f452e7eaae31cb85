package ecr

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/hallmark-ci/hallmark/registry/posture"
)

// ChangedError says that somebody else writes the registry's scanning rules at the same time.
type ChangedError struct {
	Written bool // ours were written, and did not last
}

func (e *ChangedError) Error() string {
	if e.Written {
		return "the registry's scanning rules are not those that were just written: somebody else has written them at the same time"
	}
	return "the registry's scanning rules were changed since they were read"
}

// AddScanFilter adds a filter to the rules of the registry. ECR can only replace them as a whole: what is there is read again, has to be what
// it was when the change was planned, and is written as it is, with the filter added. Then it is read back. It returns the rules as they are.
func (c *Client) AddScanFilter(ctx context.Context, planned posture.ScanRules, frequency, filter string) (posture.ScanRules, error) {
	now, err := c.wholeScanRules(ctx)
	if err != nil {
		return planned, err
	}
	if !reflect.DeepEqual(scanRules(now), planned) {
		return planned, &ChangedError{}
	}
	rules := withFilter(now.Rules, frequency, filter)
	_, err = c.api.PutRegistryScanningConfiguration(ctx, &ecr.PutRegistryScanningConfigurationInput{ScanType: now.ScanType, Rules: rules})
	var blocked *types.BlockedByOrganizationPolicyException
	if errors.As(err, &blocked) {
		return planned, &BlockedError{Err: messageOf(err)}
	}
	if err != nil {
		return planned, fmt.Errorf("write the registry's scanning rules: %w", c.meaning(ctx, err, "*"))
	}
	back, err := c.wholeScanRules(ctx)
	if err != nil {
		return planned, err
	}
	if want := (types.RegistryScanningConfiguration{ScanType: now.ScanType, Rules: rules}); !reflect.DeepEqual(scanRules(&want), scanRules(back)) {
		return scanRules(back), &ChangedError{Written: true}
	}
	return scanRules(back), nil
}

// withFilter adds a filter to the first rule of a frequency, or a rule where there is none. All else stays, also what is not known here.
func withFilter(rules []types.RegistryScanningRule, frequency, filter string) []types.RegistryScanningRule {
	added := types.ScanningRepositoryFilter{Filter: aws.String(filter), FilterType: types.ScanningRepositoryFilterTypeWildcard}
	out := append([]types.RegistryScanningRule{}, rules...)
	for i := range out {
		if string(out[i].ScanFrequency) == frequency {
			out[i].RepositoryFilters = append(append([]types.ScanningRepositoryFilter{}, out[i].RepositoryFilters...), added)
			return out
		}
	}
	return append(out, types.RegistryScanningRule{ScanFrequency: types.ScanFrequency(frequency), RepositoryFilters: []types.ScanningRepositoryFilter{added}})
}

// wholeScanRules reads the rules of the registry to write them again. An answer with a member that is not known here is an error: it would
// be lost.
func (c *Client) wholeScanRules(ctx context.Context) (*types.RegistryScanningConfiguration, error) {
	said := &recorder{}
	out, err := c.api.GetRegistryScanningConfiguration(ctx, &ecr.GetRegistryScanningConfigurationInput{}, func(o *ecr.Options) {
		said.next = o.HTTPClient
		o.HTTPClient = said
	})
	if err != nil {
		return nil, fmt.Errorf("read the registry's scanning settings: %w", c.meaning(ctx, err, "*"))
	}
	if out.ScanningConfiguration == nil {
		return nil, errors.New("read the registry's scanning settings: the answer does not hold them")
	}
	if err := knowsAll(said.body); err != nil {
		return nil, fmt.Errorf("the registry's scanning settings hold what is not known here, and would be lost if they were written: %w", err)
	}
	return out.ScanningConfiguration, nil
}

// knowsAll looks for members of the answer that the SDK would drop.
func knowsAll(answer []byte) error {
	var known struct {
		RegistryID    string `json:"registryId"`
		Configuration struct {
			Type  string `json:"scanType"`
			Rules []struct {
				Frequency string `json:"scanFrequency"`
				Filters   []struct {
					Filter string `json:"filter"`
					Type   string `json:"filterType"`
				} `json:"repositoryFilters"`
			} `json:"rules"`
		} `json:"scanningConfiguration"`
	}
	decoder := json.NewDecoder(bytes.NewReader(answer))
	decoder.DisallowUnknownFields()
	return decoder.Decode(&known)
}

// recorder keeps the last answer of an HTTP client.
type recorder struct {
	next ecr.HTTPClient
	body []byte
}

// Do implements ecr.HTTPClient.
func (r *recorder) Do(request *http.Request) (*http.Response, error) {
	answer, err := r.next.Do(request)
	if err != nil {
		return answer, err
	}
	defer answer.Body.Close()
	if r.body, err = io.ReadAll(answer.Body); err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(r.body))
	return answer, nil
}
