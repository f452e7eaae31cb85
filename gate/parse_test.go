package gate_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
)

// sample reads the answers of a file in testdata, which its README tells of.
func sample(t *testing.T, file string) []gate.Answer {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	answers, err := gate.ParseAnswers(data)
	if err != nil {
		t.Fatal(err)
	}
	return answers
}

func TestParseAnswersReadsBasicScanning(t *testing.T) {
	want := []gate.Answer{{
		RepositoryName:  "sample-repo",
		ImageDigest:     "sha256:74b2c688c700ec95a93e478cdb959737c148df3fbf5ea706abe0318726e885e6",
		Status:          "COMPLETE",
		Description:     "The scan was completed successfully.",
		CompletedAt:     time.Date(2020, 1, 24, 4, 11, 45, 0, time.UTC),
		SourceUpdatedAt: time.Date(2020, 1, 23, 20, 25, 17, 0, time.UTC),
		Counts:          map[string]int{"MEDIUM": 1},
		Basic: []gate.BasicFinding{{
			Name:        "CVE-2019-5188",
			Description: "A code execution vulnerability exists in the directory rehashing functionality of E2fsprogs e2fsck 1.45.4. A specially crafted ext4 directory can cause an out-of-bounds write on the stack, resulting in code execution. An attacker can corrupt a partition to trigger this vulnerability.",
			URI:         "http://people.ubuntu.com/~ubuntu-security/cve/CVE-2019-5188",
			Severity:    "MEDIUM",
			Attributes:  map[string]string{"package_version": "1.44.1-1ubuntu1.1", "package_name": "e2fsprogs", "CVSS2_VECTOR": "AV:L/AC:L/Au:N/C:P/I:P/A:P", "CVSS2_SCORE": "4.6"},
		}},
	}}
	if diff := cmp.Diff(want, sample(t, "basic.json")); diff != "" {
		t.Errorf("ParseAnswers (-want +got):\n%s", diff)
	}
}

func TestParseAnswersReadsEnhancedScanning(t *testing.T) {
	want := []gate.Answer{{
		RepositoryName:  "sample-repo",
		ImageDigest:     "sha256:74b2c688c700ec95a93e478cdb959737c148df3fbf5ea706abe0318726e885e6",
		Status:          "ACTIVE",
		Description:     "Continuous scan is selected for image.",
		CompletedAt:     time.Date(2025, 6, 9, 7, 8, 40, 144e6, time.UTC),
		SourceUpdatedAt: time.Date(2025, 6, 9, 7, 8, 40, 144e6, time.UTC),
		Counts:          map[string]int{"HIGH": 1},
		HasEnhanced:     true,
		Enhanced: []gate.EnhancedFinding{{
			ARN:              "arn:aws:inspector2:us-west-2:123456789012:finding/123456789012123456789012",
			Title:            "CVE-2022-49043 - libxml2",
			Description:      "xmlXIncludeAddNode in xinclude.c in libxml2 before 2.11.0 has a use-after-free.",
			Severity:         "HIGH",
			Status:           "ACTIVE",
			Score:            8.1,
			FixAvailable:     "NO",
			ExploitAvailable: "NO",
			FirstObservedAt:  time.Date(2025, 5, 27, 17, 54, 7, 765e6, time.UTC),
			VulnerabilityID:  "CVE-2022-49043",
			Source:           "DEBIAN_CVE",
			SourceURL:        "https://security-tracker.debian.org/tracker/CVE-2022-49043",
			VendorSeverity:   "not yet assigned",
			Platform:         "DEBIAN_12",
			ScoreVector:      "CVSS:3.1/AV:L/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H",
			CVSS:             []gate.CVSS{{Score: 8.1, Vector: "CVSS:3.1/AV:L/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H", Version: "3.1", Source: "NVD"}},
			Recommendation:   "None Provided",
			Packages: []gate.VulnerablePackage{{
				Name: "libxml2", Version: "2.9.14+dfsg", Release: "1.3~deb12u1", Arch: "AMD64", Manager: "OS", FixedInVersion: "NotAvailable",
				SourceLayerHash: "sha256:deb7d8874f38d4ec281d990aac2c7badbfcd5b97d602a388056e3f918a3f8cc7",
			}},
		}},
	}}
	for _, file := range []string{"enhanced-active.json", "wire/enhanced-active.json"} {
		if diff := cmp.Diff(want, sample(t, file)); diff != "" {
			t.Errorf("ParseAnswers(%s) (-want +got):\n%s", file, diff)
		}
	}
}

func TestParseAnswersReadsWhatTheServiceSendsAndWhatTheCommandLinePrintsAlike(t *testing.T) {
	for _, file := range []string{"basic", "enhanced-active", "enhanced-untriaged", "enhanced-languages", "enhanced-closed", "complete-too-early", "pending"} {
		if diff := cmp.Diff(sample(t, file+".json"), sample(t, "wire/"+file+".json")); diff != "" {
			t.Errorf("ParseAnswers(%s) (-printed +sent):\n%s", file, diff)
		}
	}
}

// status is the shortest answer there is.
func status(word string) string { return `{"imageScanStatus":{"status":"` + word + `"}}` }

func TestParseAnswers(t *testing.T) {
	complete := gate.Answer{Status: "COMPLETE"}
	tests := []struct {
		name string
		text string
		want []gate.Answer
	}{
		{"one", status("COMPLETE"), []gate.Answer{complete}},
		{"several after one another", status("COMPLETE") + "\n\n" + status("ACTIVE") + status("FAILED"), []gate.Answer{complete, {Status: "ACTIVE"}, {Status: "FAILED"}}},
		{"an array", " [" + status("COMPLETE") + "," + status("ACTIVE") + "]\n", []gate.Answer{complete, {Status: "ACTIVE"}}},
		{"an array and one more", "[" + status("COMPLETE") + "]" + status("ACTIVE"), []gate.Answer{complete, {Status: "ACTIVE"}}},
		{"an empty status, which is judged later", `{"imageScanStatus":{}}`, []gate.Answer{{}}},
		{"null members", `{"imageScanStatus":{"status":"COMPLETE","description":null},"imageId":null,"nextToken":null,"imageScanFindings":{"imageScanCompletedAt":null,"vulnerabilitySourceUpdatedAt":null,"findingSeverityCounts":null,"findings":null,"enhancedFindings":null}}`, []gate.Answer{complete}},
		{"members in another order", `{"nextToken":"abc","imageScanFindings":{"findings":[{"severity":"LOW","name":"A"}],"future":[{}],"findingSeverityCounts":{"LOW":1}},"future":{"a":[1]},"imageScanStatus":{"status":"COMPLETE"},"repositoryName":"r"}`,
			[]gate.Answer{{Status: "COMPLETE", RepositoryName: "r", NextToken: "abc", Counts: map[string]int{"LOW": 1}, Basic: []gate.BasicFinding{{Name: "A", Severity: "LOW", Attributes: map[string]string{}}}}}},
		{"an empty list of enhanced scanning", `{"imageScanStatus":{"status":"COMPLETE"},"imageScanFindings":{"enhancedFindings":[]}}`, []gate.Answer{{Status: "COMPLETE", HasEnhanced: true}}},
		{"a token of the service", `{"imageScanStatus":{"status":"COMPLETE"},"nextToken":"abc"}`, []gate.Answer{{Status: "COMPLETE", NextToken: "abc"}}},
		{"a token of the AWS CLI's --max-items", `{"imageScanStatus":{"status":"COMPLETE"},"NextToken":"abc"}`, []gate.Answer{{Status: "COMPLETE", NextToken: "abc"}}},
		{"a time with a zone", `{"imageScanStatus":{"status":"COMPLETE"},"imageScanFindings":{"imageScanCompletedAt":"2024-07-31T17:59:32+02:00"}}`, []gate.Answer{{Status: "COMPLETE", CompletedAt: time.Date(2024, 7, 31, 15, 59, 32, 0, time.UTC)}}},
		{"a time to the millisecond", `{"imageScanStatus":{"status":"COMPLETE"},"imageScanFindings":{"imageScanCompletedAt":1749452920.144}}`, []gate.Answer{{Status: "COMPLETE", CompletedAt: time.Date(2025, 6, 9, 7, 8, 40, 144e6, time.UTC)}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := gate.ParseAnswers([]byte(test.text))
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("ParseAnswers: %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestParseAnswersRefusesWhatIsNoAnswer(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "", "no scan answer in it"},
		{"white space", " \n", "no scan answer in it"},
		{"an empty array", "[]", "no scan answer in it"},
		{"null", "null", "no imageScanStatus"},
		{"another document", `{"repositories":[]}`, "no imageScanStatus"},
		{"an array that was cut off", "[" + status("COMPLETE") + ",", "cut off"},
		{"findings that were cut off", `{"imageScanStatus":{"status":"COMPLETE"},"imageScanFindings":{"findings":[{"name":"A"},`, "cut off"},
		{"findings that are no list", `{"imageScanStatus":{"status":"COMPLETE"},"imageScanFindings":{"findings":{}}}`, "byte 73: want '[', not '{'"},
		{"findings that are no object", `{"imageScanStatus":{"status":"COMPLETE"},"imageScanFindings":[]}`, "byte 61: want '{', not '['"},
		{"garbage after an answer", status("COMPLETE") + "\x00", "read scan answer"},
		{"a page that has lost its beginning", `"status":"COMPLETE"}}`, "read scan answer: byte 0: want '{', not '\"'"},
		{"a status that is taken back", `{"imageScanStatus":{"status":"COMPLETE"},"imageScanStatus":null}`, "no imageScanStatus"},
		{"another document after an answer", status("COMPLETE") + `{}`, "no imageScanStatus"},
		{"an array of other documents", `[{}]`, "no imageScanStatus"},
		{"findings without a status", `{"imageScanFindings":{"findings":[]}}`, "no imageScanStatus"},
		{"a status of null", `{"imageScanStatus":null}`, "no imageScanStatus"},
		{"an array in an array", "[[]]", "read scan answer"},
		{"a number", "1", "read scan answer"},
		{"text of the AWS CLI's --output text", "IMAGESCANSTATUS\tCOMPLETE", "read scan answer"},
		{"an answer that was cut off", `{"imageScanStatus":{"status":"COMPLETE"`, "read scan answer"},
		{"a status of another kind", `{"imageScanStatus":"COMPLETE"}`, "read scan answer"},
		{"a time that is none", `{"imageScanStatus":{},"imageScanFindings":{"imageScanCompletedAt":"yesterday"}}`, `time "yesterday"`},
		{"a time beyond reason", `{"imageScanStatus":{},"imageScanFindings":{"imageScanCompletedAt":1e300}}`, "time 1e+300"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if answers, err := gate.ParseAnswers([]byte(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("ParseAnswers = %+v, %v, want %q", answers, err, test.want)
			}
		})
	}
}

// What neighbours of the answer say is not taken for one: a list of Inspector's own, and an event, whose counts are no findings.
func TestParseAnswersRefusesItsNeighbours(t *testing.T) {
	for _, file := range []string{"inspector-findings.json", "inspector-event.json"} {
		data, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		if answers, err := gate.ParseAnswers(data); err == nil || !strings.Contains(err.Error(), "no imageScanStatus") {
			t.Errorf("ParseAnswers(%s) = %+v, %v", file, answers, err)
		}
	}
}

// Whatever can be read can be judged, and written as a document; and what is not finished never passes.
func FuzzParseAnswers(f *testing.F) {
	for _, pattern := range []string{"*.json", "wire/*.json"} {
		files, err := filepath.Glob(filepath.Join("testdata", pattern))
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Add([]byte("[" + status("COMPLETE") + "]" + status("")))
	f.Add([]byte(`{"imageScanStatus":{"status":"COMPLETE"},"imageScanFindings":{"findings":[{"severity":"low","attributes":[{"key":"CVSS3_SCORE","value":"NaN"}]}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		answers, err := gate.ParseAnswers(data)
		if err != nil {
			return
		}
		scan, err := savedScan(answers)
		if err != nil {
			return
		}
		for _, failOn := range []string{"any", "high", "none"} {
			policy, err := gate.NewPolicy(failOn)
			if err != nil {
				t.Fatal(err)
			}
			verdict := gate.Judge(policy, gate.Case{Scan: scan})
			if len(verdict.Reasons) == 0 {
				t.Errorf("%s without a reason", verdict.Result)
			}
			if _, err := json.Marshal(verdict); err != nil {
				t.Errorf("write the verdict: %v", err)
			}
			for _, a := range answers {
				if outlook, _ := gate.Judgeable(a.Status, a.Description); outlook != gate.Ready && verdict.Result == gate.Pass {
					t.Errorf("a scan that is %q passed", a.Status)
				}
			}
		}
	})
}
