package ecr_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/ecr"
)

// Partitions of https://docs.aws.amazon.com/general/latest/gr/ecr.html and of the credential helper.
func TestParseHost(t *testing.T) {
	tests := []struct {
		host string
		want ecr.Host
	}{
		{"123456789012.dkr.ecr.us-east-1.amazonaws.com", ecr.Host{Region: "us-east-1"}},
		{"123456789012.dkr.ecr-fips.us-east-1.amazonaws.com", ecr.Host{Region: "us-east-1", FIPS: true}},
		{"123456789012.dkr-ecr.us-east-1.on.aws", ecr.Host{Region: "us-east-1", DualStack: true}},
		{"123456789012.dkr-ecr-fips.us-east-1.on.aws", ecr.Host{Region: "us-east-1", FIPS: true, DualStack: true}},
		{"123456789012.dkr.ecr.us-gov-west-1.amazonaws.com", ecr.Host{Region: "us-gov-west-1"}},
		{"123456789012.dkr.ecr-fips.us-gov-east-1.amazonaws.com", ecr.Host{Region: "us-gov-east-1", FIPS: true}},
		{"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", ecr.Host{Region: "cn-north-1"}},
		{"123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", ecr.Host{Region: "cn-north-1", DualStack: true}},
		{"123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu", ecr.Host{Region: "eusc-de-east-1"}},
		{"123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov", ecr.Host{Region: "us-iso-east-1"}},
		{"123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov", ecr.Host{Region: "us-isob-east-1"}},
		{"123456789012.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk", ecr.Host{Region: "eu-isoe-west-1"}},
		{"123456789012.dkr.ecr.us-isof-south-1.csp.hci.ic.gov", ecr.Host{Region: "us-isof-south-1"}},
		{"123456789012.DKR.ECR.US-EAST-1.AMAZONAWS.COM", ecr.Host{Region: "us-east-1"}},
	}
	for _, test := range tests {
		t.Run(test.host, func(t *testing.T) {
			test.want.Name, test.want.Account = strings.ToLower(test.host), account
			got, ok := ecr.ParseHost(test.host)
			if diff := cmp.Diff(test.want, got); diff != "" || !ok {
				t.Errorf("ParseHost: %t (-want +got):\n%s", ok, diff)
			}
		})
	}
}

func TestParseHostRefuses(t *testing.T) {
	for _, host := range []string{
		"",
		"localhost:5000",
		"docker.io",
		"public.ecr.aws",
		"ecr-public.aws.com",
		"api.ecr.us-east-1.amazonaws.com",
		"12345678901.dkr.ecr.us-east-1.amazonaws.com",
		"1234567890123.dkr.ecr.us-east-1.amazonaws.com",
		"123456789012.dkr.ecr..amazonaws.com",
		"123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.test",
		"123456789012.dkr.ecr.us-east-1.amazonaws.org",
		"123456789012.dkr.ecr.us-east-1.amazonaws.com:443",
		"123456789012.dkr-ecr.us-east-1.amazonaws.com",
		"123456789012.dkr.ecr.us-east-1.on.aws",
		"123456789012xdkr.ecr.us-east-1.amazonaws.com",
		"evil.test/123456789012.dkr.ecr.us-east-1.amazonaws.com",
		"a.123456789012.dkr.ecr.us-east-1.amazonaws.com",
		"123456789012.dkr.ecr.us-east-1.amazonaws.com\n",
	} {
		if got, ok := ecr.ParseHost(host); ok {
			t.Errorf("ParseHost(%q) = %+v", host, got)
		}
	}
}

func TestARNNamesThePartition(t *testing.T) {
	for host, want := range map[string]string{
		"123456789012.dkr.ecr.us-east-1.amazonaws.com":        "arn:aws:ecr:us-east-1:123456789012:repository/shop/api",
		"123456789012.dkr.ecr.us-gov-west-1.amazonaws.com":    "arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/shop/api",
		"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn":    "arn:aws-cn:ecr:cn-north-1:123456789012:repository/shop/api",
		"123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu":    "arn:aws-eusc:ecr:eusc-de-east-1:123456789012:repository/shop/api",
		"123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov":       "arn:aws-iso:ecr:us-iso-east-1:123456789012:repository/shop/api",
		"123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov":   "arn:aws-iso-b:ecr:us-isob-east-1:123456789012:repository/shop/api",
		"123456789012.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk":  "arn:aws-iso-e:ecr:eu-isoe-west-1:123456789012:repository/shop/api",
		"123456789012.dkr.ecr.us-isof-south-1.csp.hci.ic.gov": "arn:aws-iso-f:ecr:us-isof-south-1:123456789012:repository/shop/api",
		"123456789012.dkr-ecr-fips.us-east-2.on.aws":          "arn:aws:ecr:us-east-2:123456789012:repository/shop/api",
	} {
		c := connect(t, newAPI(t), func(o *ecr.Options) { o.Host = host })
		if got := c.ARN(name); got != want {
			t.Errorf("ARN at %s = %s, want %s", host, got, want)
		}
	}
}
