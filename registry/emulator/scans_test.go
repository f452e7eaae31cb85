package emulator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry/emulator"
)

// scanState is the status of a scan, or the code of the error, and the number of its findings.
func (p *peer) scanState(digest string) string {
	p.t.Helper()
	status, out := p.call("DescribeImageScanFindings", document{"repositoryName": "shop/api", "imageId": document{"imageDigest": digest}})
	if status != 200 {
		return out["__type"].(string)
	}
	state := out["imageScanStatus"].(document)["status"].(string)
	findings, told := out["imageScanFindings"].(document)
	if !told {
		return state
	}
	basic, _ := findings["findings"].([]any)
	enhanced, _ := findings["enhancedFindings"].([]any)
	return fmt.Sprintf("%s %d", state, len(basic)+len(enhanced))
}

func TestScanOfAnImageInTime(t *testing.T) {
	type at struct {
		after time.Duration
		want  string
	}
	tests := []struct {
		name  string
		scan  emulator.ScanSettings
		start bool // by hand
		steps []emulator.Step
		want  []at
	}{
		{"basic, on push", emulator.ScanSettings{OnPush: true}, false, nil, []at{{0, "IN_PROGRESS"}, {time.Second, "COMPLETE 0"}}},
		{"basic, nobody asked", emulator.ScanSettings{}, false, nil, []at{{0, "ScanNotFoundException"}, {time.Hour, "ScanNotFoundException"}}},
		{"basic, by hand", emulator.ScanSettings{}, true, nil, []at{{0, "IN_PROGRESS"}, {time.Second, "COMPLETE 0"}}},
		{"enhanced, on push", emulator.ScanSettings{Type: "ENHANCED", OnPush: true}, false, nil, []at{{0, "PENDING 0"}, {time.Second, "COMPLETE 0"}}},
		{"enhanced, continuous", emulator.ScanSettings{Type: "ENHANCED", Continuous: true}, false, nil, []at{{0, "PENDING 0"}, {time.Second, "ACTIVE 0"}}},
		{"enhanced, not covered", emulator.ScanSettings{Type: "ENHANCED"}, false, nil, []at{{time.Hour, "ScanNotFoundException"}}},
		{
			"step by step", emulator.ScanSettings{OnPush: true}, false,
			[]emulator.Step{{For: 2 * time.Second, Error: "ScanNotFoundException"}, {For: 3 * time.Second, Status: "IN_PROGRESS"}, {Status: "FAILED", Description: "no"}},
			[]at{{0, "ScanNotFoundException"}, {2 * time.Second, "IN_PROGRESS"}, {3 * time.Second, "FAILED"}, {time.Hour, "FAILED"}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			scenario := &emulator.Scenario{Repositories: []emulator.Repository{{Name: "shop/api", Scan: test.scan}}}
			if test.steps != nil {
				scenario.Scans = []emulator.Scan{{Match: emulator.Match{Repository: "shop/web"}, Steps: []emulator.Step{{Status: "FAILED"}}}, {Match: emulator.Match{Repository: "shop/*", Digest: "*"}, Steps: test.steps}}
			}
			p := serve(t, emulator.Options{Scenario: scenario})
			_, d := p.image("shop/api", "one")
			if test.start {
				p.must("StartImageScan", document{"repositoryName": "shop/api", "imageId": document{"imageDigest": d}})
			}
			for _, at := range test.want {
				p.clock.advance(at.after)
				if got := p.scanState(d); got != at.want {
					t.Errorf("after %s more: %s, want %s", at.after, got, at.want)
				}
			}
		})
	}
}

func TestStartImageScanRefuses(t *testing.T) {
	p := serveRepository(t, emulator.Repository{Name: "shop/api", Scan: emulator.ScanSettings{OnPush: true}})
	raw, d := p.image("shop/api", "one")
	start := func(digest string) document {
		return document{"repositoryName": "shop/api", "imageId": document{"imageDigest": digest}}
	}
	index := p.marshal(ocispec.Index{MediaType: ocispec.MediaTypeImageIndex, Manifests: []ocispec.Descriptor{{MediaType: ocispec.MediaTypeImageManifest, Digest: digest.FromBytes(raw)}}})
	p.put("shop/api", digest.FromBytes(index).String(), index)
	p.fails("StartImageScan", start(d), "LimitExceededException")
	p.clock.advance(24 * time.Hour)
	p.must("StartImageScan", start(d))
	p.fails("StartImageScan", start(digest.FromBytes(index).String()), "UnsupportedImageTypeException")
	p.must("PutRegistryScanningConfiguration", document{"scanType": "ENHANCED", "rules": []document{}})
	p.fails("StartImageScan", start(d), "ValidationException")
}

func TestScanningConfigurationInEffect(t *testing.T) {
	tests := []struct {
		name      string
		config    document
		flag      bool // of the repository
		frequency string
		filters   []any
	}{
		{"a filter without a wildcard matches what contains it", document{"scanType": "BASIC", "rules": []document{rule("SCAN_ON_PUSH", "op/a")}}, false, "SCAN_ON_PUSH", []any{filter("op/a")}},
		{"a wildcard matches slashes", document{"scanType": "BASIC", "rules": []document{rule("SCAN_ON_PUSH", "s*")}}, false, "SCAN_ON_PUSH", []any{filter("s*")}},
		{"no filter matches", document{"scanType": "BASIC", "rules": []document{rule("SCAN_ON_PUSH", "web*")}}, false, "MANUAL", []any{}},
		{"the repository's own flag counts for basic scanning", document{"scanType": "BASIC"}, true, "SCAN_ON_PUSH", []any{}},
		{"and not for enhanced", document{"scanType": "ENHANCED"}, true, "MANUAL", []any{}},
		{"continuous wins over on push", document{"scanType": "ENHANCED", "rules": []document{rule("CONTINUOUS_SCAN", "shop"), rule("SCAN_ON_PUSH", "*")}}, false, "CONTINUOUS_SCAN", []any{filter("shop"), filter("*")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := serveRepository(t, emulator.Repository{Name: "shop/api", Scan: emulator.ScanSettings{OnPush: test.flag}})
			p.must("PutRegistryScanningConfiguration", test.config)
			got := p.must("BatchGetRepositoryScanningConfiguration", document{"repositoryNames": []string{"shop/api", "shop/web"}})
			want := document{
				"scanningConfigurations": []any{document{
					"repositoryArn": "arn:aws:ecr:eu-west-1:123456789012:repository/shop/api", "repositoryName": "shop/api",
					"scanOnPush": test.frequency == "SCAN_ON_PUSH", "scanFrequency": test.frequency, "appliedScanFilters": test.filters,
				}},
				"failures": []any{document{"repositoryName": "shop/web", "failureCode": "REPOSITORY_NOT_FOUND", "failureReason": "The repository with name 'shop/web' does not exist in the registry with id '123456789012'"}},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("BatchGetRepositoryScanningConfiguration (-want +got):\n%s", diff)
			}
			if read := p.must("GetRegistryScanningConfiguration", document{})["scanningConfiguration"].(document); read["scanType"] != test.config["scanType"] {
				t.Errorf("GetRegistryScanningConfiguration: %v", read)
			}
		})
	}
}

func rule(frequency, filter string) document {
	return document{"scanFrequency": frequency, "repositoryFilters": []document{{"filter": filter, "filterType": "WILDCARD"}}}
}

func filter(text string) document { return document{"filter": text, "filterType": "WILDCARD"} }

func TestFindingsComeInPagesAndWithTimesAsNumbers(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "scenario.yaml", "scans:\n  - steps:\n      - {findings: answer.json}\n")
	write(t, dir, "answer.json", `{"imageScanStatus":{"status":"COMPLETE"},"imageScanFindings":{"imageScanCompletedAt":"2026-01-02T03:04:05.5+00:00",
		"findingSeverityCounts":{"HIGH":3},"findings":[{"name":"CVE-1"},{"name":"CVE-2"},{"name":"CVE-3"}]}}`)
	scenario, err := emulator.ReadScenario(filepath.Join(dir, "scenario.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	p := serve(t, emulator.Options{Scenario: scenario})
	_, d := p.image("shop/api", "one")
	request := document{"repositoryName": "shop/api", "imageId": document{"imageDigest": d}, "maxResults": 2}
	first := p.must("DescribeImageScanFindings", request)
	request["nextToken"] = first["nextToken"]
	second := p.must("DescribeImageScanFindings", request)
	delete(first, "nextToken")
	page := func(names ...any) document {
		return document{
			"registryId": "123456789012", "repositoryName": "shop/api", "imageId": document{"imageDigest": d}, "imageScanStatus": document{"status": "COMPLETE"},
			"imageScanFindings": document{"imageScanCompletedAt": 1767323045.5, "findingSeverityCounts": document{"HIGH": 3.0}, "findings": names},
		}
	}
	if diff := cmp.Diff(page(document{"name": "CVE-1"}, document{"name": "CVE-2"}), first); diff != "" {
		t.Errorf("the first page (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(page(document{"name": "CVE-3"}), second); diff != "" {
		t.Errorf("the second page (-want +got):\n%s", diff)
	}
}

func TestReadScenarioRefuses(t *testing.T) {
	tests := []struct{ name, scenario, problem string }{
		{"an unknown key", "repositorys: []", "repositorys"},
		{"what is no YAML", "\t", "yaml"},
		{"a bad repository name", "repositories: [{name: Shop}]", "repositoryName"},
		{"a bad mutability", "repositories: [{name: shop, mutability: FROZEN}]", "imageTagMutability"},
		{"a bad kind of scan", "repositories: [{name: shop, scan: {type: CLAIR}}]", "CLAIR"},
		{"two kinds of scan", "repositories: [{name: shop, scan: {type: BASIC}}, {name: web, scan: {type: ENHANCED}}]", "one setting for the whole registry"},
		{"a scan without steps", "scans: [{match: {repository: shop}}]", "no steps"},
		{"a step that says nothing", "scans: [{steps: [{for: 1s}]}]", "neither error nor status nor findings"},
		{"a step without a time that is not the last", "scans: [{steps: [{status: PENDING}, {status: COMPLETE}]}]", "no time"},
		{"a bad time", "scans: [{steps: [{for: soon, status: PENDING}]}]", "soon"},
		{"findings that are not there", "scans: [{steps: [{findings: missing.json}]}]", "missing.json"},
		{"findings that are no answer", "scans: [{steps: [{findings: other.json}]}]", "other.json"},
		{"credentials of a kind there is not", "credentials: lost", "expired or unknown"},
		{"an action without its service", "denied: [PutImage]", "ecr:PutImage"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "other.json", "{}")
			write(t, dir, "scenario.yaml", test.scenario)
			s, err := emulator.ReadScenario(filepath.Join(dir, "scenario.yaml"))
			if err == nil || !strings.Contains(err.Error(), test.problem) {
				t.Errorf("ReadScenario = %+v, %v; want %q", s, err, test.problem)
			}
		})
	}
}

func TestDeniedActions(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "scenario.yaml", "denied: [ecr:DescribeRepositories, ecr:GetDownloadUrlForLayer, ecr:PutImage]")
	scenario, err := emulator.ReadScenario(filepath.Join(dir, "scenario.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	p := serve(t, emulator.Options{Scenario: scenario})
	p.fails("DescribeRepositories", document{}, "AccessDeniedException")
	blob := p.blob("shop/api", "content")
	p.wants(200, "", "HEAD", "/v2/shop/api/blobs/"+blob.Digest.String(), nil)
	p.wants(403, "DENIED", "GET", "/v2/shop/api/blobs/"+blob.Digest.String(), nil)
	if got := p.put("shop/api", "v1", p.manifest("shop/api", "one")); got.Status != 403 {
		t.Errorf("PUT: %d", got.Status)
	}
}

func TestBlockedAndThrottledActionsAndLabelsOfAScenario(t *testing.T) {
	const arn = "arn:aws:ecr:us-east-1:" + emulator.Account + ":repository/shop/api"
	labels := map[string]string{"aws:cloudformation:stack-name": "shop"}
	p := serve(t, emulator.Options{Scenario: &emulator.Scenario{
		Repositories: []emulator.Repository{{Name: "shop/api", Mutability: "MUTABLE", Labels: labels}},
		Blocked:      []string{"ecr:PutRegistryScanningConfiguration"},
		Throttled:    []string{"ecr:GetLifecyclePolicy"},
	}})
	p.fails("GetLifecyclePolicy", document{"repositoryName": "shop/api"}, "ThrottlingException")
	p.fails("PutRegistryScanningConfiguration", scanRule("shop"), "BlockedByOrganizationPolicyException")
	p.fails("TagResource", document{"resourceArn": arn, "tags": []document{{"Key": "aws:cloudformation:stack-name", "Value": "web"}}}, "InvalidTagParameterException")
	got := p.must("ListTagsForResource", document{"resourceArn": arn})
	want := document{"tags": []any{document{"Key": "aws:cloudformation:stack-name", "Value": "shop"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

func TestCredentialsThatAreNoGood(t *testing.T) {
	for credentials, code := range map[string]string{"expired": "ExpiredTokenException", "unknown": "UnrecognizedClientException"} {
		t.Run(credentials, func(t *testing.T) {
			p := serve(t, emulator.Options{Scenario: &emulator.Scenario{Credentials: credentials}})
			p.fails("GetAuthorizationToken", document{}, code)
		})
	}
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
