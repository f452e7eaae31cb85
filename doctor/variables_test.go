package doctor_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/doctor"
)

func TestDiagnoseShowsNoPasswordOfAVariable(t *testing.T) {
	for _, tt := range []struct {
		name, variable, value string
		want                  doctor.Check
	}{
		{"of a proxy", "HTTPS_PROXY", "http://user:secret@proxy.example.com:3128/?token=secret",
			doctor.Check{Name: "proxy", Status: doctor.OK, Found: "HTTPS_PROXY=http://proxy.example.com:3128"}},
		{"of a proxy without a scheme", "https_proxy", "user:secret@proxy.example.com:3128",
			doctor.Check{Name: "proxy", Status: doctor.OK, Found: "https_proxy=proxy.example.com:3128"}},
		{"of what is no address", "HTTPS_PROXY", "http://user:secret@[",
			doctor.Check{Name: "proxy", Status: doctor.Warning, Found: "HTTPS_PROXY=…", Mend: "HTTPS_PROXY is no address"}},
		{"of an endpoint that is not encrypted", "AWS_ENDPOINT_URL", "http://user:secret@ecr.example.com",
			doctor.Check{Name: "endpoint", Status: doctor.Warning, Found: "AWS_ENDPOINT_URL=http://ecr.example.com", Mend: "AWS_ENDPOINT_URL is not encrypted: write https://ecr.example.com"}},
		{"of an endpoint on this machine", "AWS_ENDPOINT_URL_ECR", "http://127.0.0.1:5100",
			doctor.Check{Name: "endpoint", Status: doctor.OK, Found: "AWS_ENDPOINT_URL_ECR=http://127.0.0.1:5100"}},
		{"of a list of hosts", "NO_PROXY", "169.254.169.254,.example.com",
			doctor.Check{Name: "proxy", Status: doctor.OK, Found: "NO_PROXY=169.254.169.254,.example.com"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			facts := well(t)
			facts.Variables = []doctor.Variable{{Name: tt.variable, Value: tt.value}}
			for _, c := range doctor.Diagnose(facts) {
				if c.Name != tt.want.Name {
					continue
				}
				if diff := cmp.Diff(tt.want, c); diff != "" {
					t.Errorf("Diagnose (-want +got):\n%s", diff)
				}
			}
		})
	}
}
