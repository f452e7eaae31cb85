package ecr_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/registry/posture"
)

// planned are the scanning rules of these tests, with a frequency and a type of filter that no SDK knows.
const planned = `{"registryId":"123456789012","scanningConfiguration":{"scanType":"ENHANCED","rules":[
	{"scanFrequency":"HOURLY","repositoryFilters":[{"filter":"base","filterType":"REGEXP"}]},
	{"scanFrequency":"SCAN_ON_PUSH","repositoryFilters":[{"filter":"web","filterType":"WILDCARD"}]}]}}`

var (
	added = strings.Replace(planned, `{"filter":"web","filterType":"WILDCARD"}`, `{"filter":"web","filterType":"WILDCARD"},{"filter":"shop/api","filterType":"WILDCARD"}`, 1)
	rules = posture.ScanRules{Type: "ENHANCED", Rules: []posture.ScanRule{{Frequency: "HOURLY", Filters: []string{"base"}}, {Frequency: "SCAN_ON_PUSH", Filters: []string{"web"}}}}
)

func TestAddScanFilterKeepsWhatIsNotKnown(t *testing.T) {
	a := newAPI(t).on("GetRegistryScanningConfiguration", ok(planned), ok(added)).on("PutRegistryScanningConfiguration", ok(`{}`))
	got, err := connect(t, a).AddScanFilter(t.Context(), rules, "SCAN_ON_PUSH", "shop/api")
	if diff := cmp.Diff(rules.With("SCAN_ON_PUSH", "shop/api"), got); diff != "" || err != nil {
		t.Errorf("AddScanFilter: %v (-want +got):\n%s", err, diff)
	}
	filter := func(filter, kind string) any { return map[string]any{"filter": filter, "filterType": kind} }
	a.received(t, call{"GetRegistryScanningConfiguration", map[string]any{}},
		call{"PutRegistryScanningConfiguration", map[string]any{"scanType": "ENHANCED", "rules": []any{
			map[string]any{"scanFrequency": "HOURLY", "repositoryFilters": []any{filter("base", "REGEXP")}},
			map[string]any{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": []any{filter("web", "WILDCARD"), filter("shop/api", "WILDCARD")}},
		}}},
		call{"GetRegistryScanningConfiguration", map[string]any{}})
}

func TestAddScanFilterWritesNothingOver(t *testing.T) {
	for _, tt := range []struct {
		name    string
		reads   []answer
		put     answer
		want    string
		written bool
	}{
		{"rules that were changed since", []answer{ok(added)}, ok(`{}`), "were changed since they were read", false},
		{"a member that is not known", []answer{ok(strings.Replace(planned, `"filter":"web"`, `"filter":"web","except":"x"`, 1))}, ok(`{}`), `would be lost if they were written: json: unknown field "except"`, false},
		{"rules that somebody else writes", []answer{ok(planned), ok(planned)}, ok(`{}`), "somebody else has written them at the same time", true},
		{"rules of the organisation", []answer{ok(planned)}, failure("BlockedByOrganizationPolicyException", "no"), "a policy of the AWS organisation manages", true},
		{"rules that may not be written", []answer{ok(planned)}, failure("AccessDeniedException", "no"), "ecr:PutRegistryScanningConfiguration on * denied", true},
		{"no rules", []answer{ok(`{}`)}, ok(`{}`), "the answer does not hold them", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := newAPI(t).on("GetRegistryScanningConfiguration", tt.reads...).on("PutRegistryScanningConfiguration", tt.put)
			_, err := connect(t, a).AddScanFilter(t.Context(), rules, "SCAN_ON_PUSH", "shop/api")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("AddScanFilter: %v, want %q", err, tt.want)
			}
			if put := len(a.calls) > 1; put != tt.written {
				t.Errorf("%d requests", len(a.calls))
			}
		})
	}
}

func TestSettingsAreWritten(t *testing.T) {
	named := func(more map[string]any) map[string]any {
		out := map[string]any{"registryId": account, "repositoryName": name}
		for key, value := range more {
			out[key] = value
		}
		return out
	}
	filters := []any{map[string]any{"filter": "latest", "filterType": "WILDCARD"}}
	for _, tt := range []struct {
		operation string
		write     func(context.Context, *ecr.Client) error
		want      map[string]any
	}{
		{"PutImageTagMutability", func(ctx context.Context, c *ecr.Client) error {
			return c.PutMutability(ctx, name, registry.ImmutableWithExclusion, []string{"latest"})
		}, named(map[string]any{"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION", "imageTagMutabilityExclusionFilters": filters})},
		{"PutImageTagMutability", func(ctx context.Context, c *ecr.Client) error {
			return c.PutMutability(ctx, name, registry.Immutable, []string{})
		}, named(map[string]any{"imageTagMutability": "IMMUTABLE"})},
		{"PutImageScanningConfiguration", func(ctx context.Context, c *ecr.Client) error { return c.ScanOnPush(ctx, name) },
			named(map[string]any{"imageScanningConfiguration": map[string]any{"scanOnPush": true}})},
		{"PutLifecyclePolicy", func(ctx context.Context, c *ecr.Client) error { return c.PutLifecyclePolicy(ctx, name, "{}") },
			named(map[string]any{"lifecyclePolicyText": "{}"})},
		{"DeleteLifecyclePolicy", func(ctx context.Context, c *ecr.Client) error { return c.PutLifecyclePolicy(ctx, name, "") }, named(nil)},
		{"CreateRepository", func(ctx context.Context, c *ecr.Client) error {
			_, err := c.Create(ctx, name, ecr.CreateOptions{Mutability: registry.ImmutableWithExclusion, Exclusions: []string{"latest"}, ScanOnPush: true, KMS: true})
			return err
		}, named(map[string]any{
			"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION", "imageTagMutabilityExclusionFilters": filters,
			"imageScanningConfiguration": map[string]any{"scanOnPush": true}, "encryptionConfiguration": map[string]any{"encryptionType": "KMS"},
		})},
	} {
		t.Run(tt.operation, func(t *testing.T) {
			a := newAPI(t).on(tt.operation, ok(`{}`), failure("AccessDeniedException", "no"))
			c := connect(t, a)
			if err := tt.write(t.Context(), c); err != nil {
				t.Error(err)
			}
			a.received(t, call{tt.operation, tt.want})
			var denied *registry.DeniedError
			if err := tt.write(t.Context(), c); !errors.As(err, &denied) || denied.Action != "ecr:"+tt.operation || denied.Resource != arn {
				t.Errorf("denied: %v", err)
			}
		})
	}
}

func TestCreateTellsThatSomebodyElseWasFirst(t *testing.T) {
	a := newAPI(t).on("CreateRepository", failure("RepositoryAlreadyExistsException", "it exists"))
	if existed, err := connect(t, a).Create(t.Context(), name, ecr.CreateOptions{}); !existed || err != nil {
		t.Errorf("Create = %t, %v", existed, err)
	}
}

func TestFirstTagsStops(t *testing.T) {
	a := newAPI(t).on("ListImages", ok(`{"imageIds":[{"imageTag":"a"}],"nextToken":"1"}`), ok(`{"imageIds":[{"imageTag":"b"}],"nextToken":"2"}`), ok(`{"imageIds":[{"imageTag":"c"}]}`))
	tags, complete, err := connect(t, a).FirstTags(t.Context(), repo, 2)
	if diff := cmp.Diff([]string{"a", "b"}, tags); diff != "" || complete || err != nil {
		t.Errorf("FirstTags: %t, %v (-want +got):\n%s", complete, err, diff)
	}
}
