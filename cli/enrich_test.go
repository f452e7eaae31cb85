package cli

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/report"
)

// told is an inspector that knows what it is given.
type told struct {
	exploits gate.Exploits
	untold   int
	err      error
	asked    map[string]string
}

func (o *told) Exploits(_ context.Context, arns map[string]string) (gate.Exploits, int, error) {
	o.asked = arns
	return o.exploits, o.untold, o.err
}

func TestEnrich(t *testing.T) {
	known := gate.Exploits{EPSS: map[string]float64{"CVE-1": 0.5}, KEV: map[string]string{"CVE-2": "Update."}}
	denied := &registry.DeniedError{Action: "inspector2:BatchGetFindingDetails", Resource: "*", Err: errors.New("AccessDeniedException")}
	tests := []struct {
		name  string
		asked inspector
		want  []gate.Finding
		told  []string
		said  string
		err   bool
	}{
		{"nobody is asked", nil, []gate.Finding{{ID: "CVE-1"}, {ID: "CVE-2"}}, nil, "", false},
		{"Inspector knows", &told{exploits: known}, []gate.Finding{{ID: "CVE-1", EPSS: 0.5}, {ID: "CVE-2", KEV: true, Remediation: "Update."}}, []string{"epss", "kev"},
			"hallmark: Amazon Inspector knows EPSS of 1 and KEV of 1 of 1 vulnerabilities\n", false},
		{"Inspector knows a part", &told{exploits: gate.Exploits{EPSS: known.EPSS}, untold: 1}, []gate.Finding{{ID: "CVE-1", EPSS: 0.5}, {ID: "CVE-2"}}, []string{"epss", "kev"},
			"hallmark: warning: Amazon Inspector did not tell EPSS and KEV of 1 of 1 vulnerabilities\nhallmark: Amazon Inspector knows EPSS of 1 and KEV of 0 of 1 vulnerabilities\n", false},
		{"the caller may not ask", &told{err: denied}, []gate.Finding{{ID: "CVE-1"}, {ID: "CVE-2"}}, nil,
			"hallmark: no EPSS and KEV from Amazon Inspector: inspector2:BatchGetFindingDetails on * denied: AccessDeniedException\n", false},
		{"Inspector is out of reach", &told{err: &registry.UnavailableError{Err: errors.New("ThrottlingException")}}, []gate.Finding{{ID: "CVE-1"}, {ID: "CVE-2"}}, nil, "", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			scan := gate.Scan{Platforms: []gate.PlatformScan{{Findings: []gate.Finding{{ID: "CVE-1"}, {ID: "CVE-2"}}, ARNs: map[string]string{"CVE-1": "arn:1"}}}}
			var said bytes.Buffer
			p := &program{say: &report.Text{W: &said, Verbose: true}, result: &report.Result{Scan: &report.Scan{}}}
			err := p.enrich(t.Context(), exploitSources{}, test.asked, &scan)
			if (err != nil) != test.err {
				t.Errorf("enrich: %v", err)
			}
			if diff := cmp.Diff(test.want, scan.Platforms[0].Findings); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.told, p.result.Scan.Exploitation); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.said, said.String()); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
		})
	}
}

func TestExploitSourcesNeedInspectorForWhatNoFileGives(t *testing.T) {
	tests := []struct {
		name      string
		sources   exploitSources
		kev, epss bool
		want      bool
	}{
		{"nothing needs it", exploitSources{}, false, false, false},
		{"a flag does", exploitSources{inspector: true, kev: "k", epss: "e"}, false, false, true},
		{"a policy needs KEV", exploitSources{}, true, false, true},
		{"a policy needs KEV, and a file gives it", exploitSources{kev: "k"}, true, false, false},
		{"a policy needs both, and a file gives one", exploitSources{kev: "k"}, true, true, true},
	}
	for _, test := range tests {
		if got := test.sources.needs(test.kev, test.epss); got != test.want {
			t.Errorf("%s: %t", test.name, got)
		}
	}
}
