package ecr_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
)

// fixture is an answer of DescribeImageScanFindings in the form of the service's own examples
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html), times as it sends them.
func fixture(t *testing.T, file string) answer {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return ok(string(data))
}

func TestAnswerReadsABasicScan(t *testing.T) {
	a := newAPI(t).on("DescribeImageScanFindings", fixture(t, "basic.json"))
	got, err := connect(t, a).Scans(repo).Answer(t.Context(), sum, "page-one", 50)
	if err != nil {
		t.Fatal(err)
	}
	want := gate.Answer{
		RepositoryName: name, ImageDigest: sum, Status: "COMPLETE", Description: "The scan was completed successfully.",
		CompletedAt: time.Date(2020, 1, 24, 4, 11, 45, 0, time.UTC), SourceUpdatedAt: time.Date(2020, 1, 23, 20, 25, 17, 0, time.UTC),
		Counts: map[string]int{"MEDIUM": 1, "UNDEFINED": 2},
		Basic: []gate.BasicFinding{
			{
				Name: "CVE-2019-5188", Severity: "MEDIUM", URI: "http://people.ubuntu.com/~ubuntu-security/cve/CVE-2019-5188",
				Description: "A code execution vulnerability exists in the directory rehashing functionality of E2fsprogs e2fsck 1.45.4.",
				Attributes: map[string]string{
					"package_version": "1.44.1-1ubuntu1.1", "package_name": "e2fsprogs", "CVSS2_VECTOR": "AV:L/AC:L/Au:N/C:P/I:P/A:P", "CVSS2_SCORE": "4.6",
				},
			},
			{Name: "CVE-2020-0001", Severity: "UNDEFINED", Attributes: map[string]string{}},
		},
		NextToken: "page-two",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Answer (-want +got):\n%s", diff)
	}
	a.received(t, call{"DescribeImageScanFindings", map[string]any{
		"registryId": account, "repositoryName": name, "imageId": map[string]any{"imageDigest": sum}, "nextToken": "page-one", "maxResults": 50.0,
	}})
}

func TestAnswerReadsAnEnhancedScan(t *testing.T) {
	a := newAPI(t).on("DescribeImageScanFindings", fixture(t, "enhanced.json"))
	got, err := connect(t, a).Scans(repo).Answer(t.Context(), sum, "", 1)
	if err != nil {
		t.Fatal(err)
	}
	want := gate.Answer{
		RepositoryName: name, ImageDigest: sum, ImageTag: "1.4.9", Status: "ACTIVE", Description: "Continuous scan is selected for image.",
		CompletedAt: time.Date(2025, 6, 9, 7, 8, 40, 500e6, time.UTC), SourceUpdatedAt: time.Date(2025, 6, 9, 7, 8, 40, 250e6, time.UTC),
		Counts: map[string]int{"CRITICAL": 1, "UNTRIAGED": 1}, HasEnhanced: true,
		Enhanced: []gate.EnhancedFinding{
			{
				ARN: "arn:aws:inspector2:eu-west-1:123456789012:finding/1a2b", Title: "CVE-2022-49043 - libxml2",
				Description: "xmlXIncludeAddNode in xinclude.c in libxml2 before 2.11.0 has a use-after-free.",
				Severity:    "CRITICAL", Status: "ACTIVE", Score: 8.1, FixAvailable: "PARTIAL", ExploitAvailable: "NO",
				FirstObservedAt: time.Date(2025, 5, 27, 17, 54, 7, 750e6, time.UTC), VulnerabilityID: "CVE-2022-49043", Source: "DEBIAN_CVE",
				SourceURL: "https://security-tracker.debian.org/tracker/CVE-2022-49043", VendorSeverity: "not yet assigned",
				VendorCreatedAt: time.Date(2025, 1, 26, 0, 0, 0, 0, time.UTC), Platform: "DEBIAN_12",
				ScoreVector:    "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H",
				CVSS:           []gate.CVSS{{Score: 8.1, Vector: "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", Version: "3.1", Source: "NVD"}},
				Related:        []string{"GHSA-1234-5678-9abc"},
				Recommendation: "Update the package.", RecommendationURL: "https://alas.aws.amazon.com/",
				Packages: []gate.VulnerablePackage{
					{
						Name: "libxml2", Version: "2.9.14+dfsg", Release: "1.3~deb12u1", Epoch: 1, Arch: "AMD64", Manager: "OS",
						FilePath: "var/lib/dpkg/status", FixedInVersion: "2.9.14+dfsg-1.3~deb12u2", SourceLayerHash: "sha256:aa",
					},
					{Name: "libxml2-utils", Version: "2.9.14+dfsg", Manager: "OS", FixedInVersion: "NotAvailable"},
				},
			},
			{ARN: "arn:aws:inspector2:eu-west-1:123456789012:finding/3c4d", Severity: "UNTRIAGED", Status: "ACTIVE"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Answer (-want +got):\n%s", diff)
	}
}

// What is judged live and what is judged from a file must not differ.
func TestAnswerIsWhatAFileOfTheSameBytesGives(t *testing.T) {
	answers := map[string]answer{
		"basic":              fixture(t, "basic.json"),
		"enhanced":           fixture(t, "enhanced.json"),
		"empty and basic":    ok(`{"imageId":{},"imageScanStatus":{"status":"COMPLETE"},"imageScanFindings":{"imageScanCompletedAt":1,"findings":[],"findingSeverityCounts":{}}}`),
		"empty and enhanced": ok(`{"imageId":{},"imageScanStatus":{"status":"ACTIVE"},"imageScanFindings":{"enhancedFindings":[]}}`),
		"without findings":   ok(`{"imageId":{},"imageScanStatus":{"status":"PENDING","description":"Pending start of the image scan."}}`),
		"of the future":      ok(`{"imageScanStatus":{"status":"SOMETHING_NEW"},"imageScanFindings":{"futureFindings":[]}}`),
	}
	for name, said := range answers {
		t.Run(name, func(t *testing.T) {
			got, err := connect(t, newAPI(t).on("DescribeImageScanFindings", said)).Scans(repo).Answer(t.Context(), sum, "", 1)
			if err != nil {
				t.Fatal(err)
			}
			saved, err := gate.ParseAnswers([]byte(said.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(saved, []gate.Answer{got}); diff != "" {
				t.Errorf("Answer (-file +service):\n%s", diff)
			}
		})
	}
}

func TestAnswerTellsAMissingScanFromAMissingImage(t *testing.T) {
	// The texts are of https://github.com/getmoto/moto, moto/ecr/exceptions.py.
	for code, want := range map[string]error{"ScanNotFoundException": gate.ErrScanNotFound, "ImageNotFoundException": gate.ErrImageNotFound} {
		a := newAPI(t).on("DescribeImageScanFindings", failure(code, "Image scan does not exist for the image with 'x' in the repository with name 'shop/api' in the registry with id '123456789012'"))
		if _, err := connect(t, a).Scans(repo).Answer(t.Context(), sum, "", 1); !errors.Is(err, want) {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestCoverage(t *testing.T) {
	basic := ok(`{"registryId":"123456789012","scanningConfiguration":{"scanType":"BASIC","rules":[]}}`)
	enhanced := ok(`{"registryId":"123456789012","scanningConfiguration":{"scanType":"ENHANCED","rules":[{"scanFrequency":"CONTINUOUS_SCAN","repositoryFilters":[{"filter":"shop","filterType":"WILDCARD"}]}]}}`)
	foreign := ok(`{"registryId":"999999999999","scanningConfiguration":{"scanType":"ENHANCED","rules":[]}}`)
	tests := []struct {
		name           string
		registry, repo answer
		want           gate.Coverage
		err            string // a part of it
	}{
		{
			name: "of basic scanning on push", registry: basic,
			repo: ok(`{"scanningConfigurations":[{"repositoryArn":"` + arn + `","repositoryName":"shop/api","scanOnPush":true,"scanFrequency":"SCAN_ON_PUSH","appliedScanFilters":[]}],"failures":[]}`),
			want: gate.Coverage{Type: "BASIC", Frequency: "SCAN_ON_PUSH", OnPush: true},
		},
		{
			name: "of basic scanning by hand", registry: basic,
			repo: ok(`{"scanningConfigurations":[{"repositoryName":"shop/api","scanOnPush":false,"scanFrequency":"MANUAL","appliedScanFilters":[]}]}`),
			want: gate.Coverage{Type: "BASIC", Frequency: "MANUAL"},
		},
		{
			name: "of enhanced scanning", registry: enhanced,
			repo: ok(`{"scanningConfigurations":[{"repositoryName":"shop/api","scanOnPush":false,"scanFrequency":"CONTINUOUS_SCAN","appliedScanFilters":[{"filter":"shop","filterType":"WILDCARD"},{"filter":"*api","filterType":"WILDCARD"}]}]}`),
			want: gate.Coverage{Type: "ENHANCED", Frequency: "CONTINUOUS_SCAN", Filters: []string{"shop", "*api"}},
		},
		{
			name: "of a repository that is not there", registry: basic,
			repo: ok(`{"scanningConfigurations":[],"failures":[{"repositoryName":"shop/api","failureCode":"REPOSITORY_NOT_FOUND","failureReason":"no such repository"}]}`),
			err:  `read the scanning settings of repository "shop/api": the answer does not hold them: REPOSITORY_NOT_FOUND: no such repository`,
		},
		{name: "that is not told", registry: ok(`{}`), repo: ok(`{}`), err: "the answer does not hold them"},
		{name: "of another account", registry: foreign, err: "it is in account 123456789012, and these credentials are of 999999999999"},
		{name: "that may not be read but for the type", registry: basic, repo: denial("ecr:BatchGetRepositoryScanningConfiguration", arn), want: gate.Coverage{Type: "BASIC"}, err: "ecr:BatchGetRepositoryScanningConfiguration on " + arn + " denied"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAPI(t).on("GetRegistryScanningConfiguration", test.registry).on("BatchGetRepositoryScanningConfiguration", test.repo)
			got, err := connect(t, a).Scans(repo).Coverage(t.Context())
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Coverage (-want +got):\n%s", diff)
			}
			if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("Coverage: %v, want %q", err, test.err)
			}
		})
	}
}

func TestStart(t *testing.T) {
	tests := []struct {
		name   string
		answer answer
		want   string // error; empty for none
	}{
		{"starts a scan", ok(`{"registryId":"123456789012","imageScanStatus":{"status":"IN_PROGRESS"}}`), ""},
		{"takes a scan of the last 24 hours for one", failure("LimitExceededException", "The scan quota per image has been exceeded. Wait and try again."), ""},
		{"says that scans by hand are off", failure("ValidationException", "This feature is disabled"), "ValidationException: This feature is disabled"},
		{"says that an index is not scanned", failure("UnsupportedImageTypeException", "An artifact with media type 'application/vnd.oci.image.index.v1+json' cannot be scanned."), "UnsupportedImageTypeException: An artifact"},
		{"says that there is no such image", failure("ImageNotFoundException", "no"), `start a scan in repository "shop/api": `},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAPI(t).on("StartImageScan", test.answer)
			err := connect(t, a).Scans(repo).Start(t.Context(), sum)
			if (err != nil) != (test.want != "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("Start: %v, want %q", err, test.want)
			}
			a.received(t, call{"StartImageScan", map[string]any{"registryId": account, "repositoryName": name, "imageId": map[string]any{"imageDigest": sum}}})
		})
	}
}
