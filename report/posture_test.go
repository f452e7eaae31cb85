package report_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/report"
)

// audit is one that found a bit of everything, with names that mean something in each format.
func audit() report.Document {
	d := &report.PostureDocument{
		Schema: report.PostureSchema, Command: "repo audit", ExitCode: 4, At: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC),
		Registry: report.PostureRegistry{
			Host: account, Account: "123456789012", ScanType: "BASIC",
			Checks: []report.PostureCheck{{Check: posture.CheckTemplates, Template: "ROOT", State: posture.Drift, Found: []string{"of what it makes every tag is mutable"}, Why: "nobody looks at it", Mend: &report.PostureMend{Command: "aws ecr update-repository-creation-template --prefix ROOT --image-tag-mutability IMMUTABLE", CloudFormation: "AWS::ECR::RepositoryCreationTemplate ImageTagMutability: IMMUTABLE", Terraform: `aws_ecr_repository_creation_template image_tag_mutability = "IMMUTABLE"`}}},
		},
		Classes: []report.PostureClass{{Class: "version", Tags: []report.PostureSample{{Tag: "v1.2.3", Rule: "type=ref,event=tag", Varies: true}}}},
		Repositories: []report.PostureRepository{
			{Name: "base/go", State: posture.Excepted, Checks: []report.PostureCheck{
				{Check: posture.CheckImmutability, State: posture.Excepted, Found: []string{"every tag is mutable", `version tags such as "v1.2.3": each may be written over`}, Why: "a tag must lead to its commit", IDs: []string{"ECR.2", "CKV_AWS_51"},
					Excuses: []report.PostureExcuse{{Reason: "others build on it", Until: "2027-01-01", Place: ".hallmark.yaml:4"}}},
				{Check: posture.CheckScanning, State: posture.OK, Found: []string{"basic scan on push"}},
			}},
			{Name: "shop/<b>|{0}", State: posture.Drift, Checks: []report.PostureCheck{
				{Check: posture.CheckImmutability, State: posture.Noted, Found: []string{`exclusion filter "dev-*" is for no tag that the rules make`}},
				{Check: posture.CheckScanning, State: posture.Drift, Found: []string{"no scan by itself: none of the registry's filters matches its name (prod)"}, Why: "an image that nobody scans is deployed with whatever it holds", IDs: []string{"ECR.1"},
					Mend:    &report.PostureMend{Command: "hallmark repo apply shop/api --scan-on-push", CloudFormation: "AWS::ECR::RegistryScanningConfiguration Rules: [...]", Terraform: "aws_ecr_registry_scanning_configuration rule { ... }"},
					Excuses: []report.PostureExcuse{{Reason: "too noisy", Until: "2026-01-01", Place: ".hallmark.yaml:5", Expired: true}}},
			}},
			{Name: "shop/web", State: posture.Unknown, Checks: []report.PostureCheck{
				{Check: posture.CheckImmutability, State: posture.OK, Found: []string{"every tag is immutable"}},
				{Check: posture.CheckScanning, State: posture.Unknown, Found: []string{"ecr:BatchGetRepositoryScanningConfiguration is denied"}},
			}},
		},
		Missing:  []string{"shop/none"},
		Warnings: []string{`.hallmark.yaml:9: the exception for lifecycle of "x" matches nothing: take it out`},
		Error:    &report.Failure{Message: "drift in 1 of 3 repositories", Code: "drift"},
	}
	d.Count()
	return report.Document{Version: "v1.2.3", Started: d.At, Ended: d.At.Add(time.Second), Posture: d}
}

func TestPostureInEachFormat(t *testing.T) {
	all := schemas(t)
	for _, format := range report.PostureFormats() {
		var out bytes.Buffer
		if err := format.Write(&out, audit()); err != nil {
			t.Fatal(err)
		}
		golden(t, "posture.golden."+format.Name, out.Bytes())
		validate(t, all, format.Name, out.Bytes())
		if err := format.Write(&out, report.Document{}); err == nil {
			t.Errorf("%s is written without an audit", format.Name)
		}
	}
}

func TestPostureText(t *testing.T) {
	for file, all := range map[string]bool{"posture.golden.txt": false, "posture_verbose.golden.txt": true} {
		goldenText(t, file, &report.Text{}, func(text *report.Text) {
			if err := report.Posture(text.W, *audit().Posture, all); err != nil {
				t.Error(err)
			}
		})
	}
}

// Nothing runs on the page, and names of repositories make no markup.
func TestPosturePageRunsNothing(t *testing.T) {
	page := written(t, "html")
	if found := regexp.MustCompile(`(?i)<script|<b>\||\son\w+=|\sstyle=`).FindString(page); found != "" {
		t.Errorf("the page holds %q", found)
	}
	if !strings.Contains(page, "default-src &#39;none&#39;") {
		t.Error("the page's policy does not forbid what is elsewhere")
	}
}

// GitHub would close the alerts of earlier runs where a run that saw nothing had an empty list.
func TestPostureSARIFOfARunThatSawNothing(t *testing.T) {
	d := report.Document{Posture: &report.PostureDocument{Command: "repo audit", ExitCode: 75, Error: &report.Failure{Message: "throttled"}}}
	var out bytes.Buffer
	if err := report.PostureFormats()[1].Write(&out, d); err != nil {
		t.Fatal(err)
	}
	validate(t, schemas(t), "sarif", out.Bytes())
	if strings.Contains(out.String(), `"results"`) {
		t.Errorf("it has results: %s", out.String())
	}
}

func TestPostureSARIFSuppressesWhatIsExcepted(t *testing.T) {
	var file struct {
		Runs []struct {
			Results []struct {
				RuleID       string `json:"ruleId"`
				Suppressions []any  `json:"suppressions"`
			} `json:"results"`
		} `json:"runs"`
	}
	if err := json.Unmarshal([]byte(written(t, "sarif")), &file); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, r := range file.Runs[0].Results {
		got[r.RuleID] = len(r.Suppressions)
	}
	for rule, want := range map[string]int{"posture/immutability": 1, "posture/scanning": 0, "posture/create-on-push": 0} {
		if n, found := got[rule]; !found || n != want {
			t.Errorf("%s has %d suppressions (found: %t), want %d", rule, n, found, want)
		}
	}
}

// written is the audit in a format.
func written(t *testing.T, name string) string {
	t.Helper()
	var out bytes.Buffer
	for _, format := range report.PostureFormats() {
		if format.Name == name {
			if err := format.Write(&out, audit()); err != nil {
				t.Fatal(err)
			}
		}
	}
	return out.String()
}
