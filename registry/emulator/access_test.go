package emulator_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/emulator"
)

func TestRepositoryPolicies(t *testing.T) {
	const text = `{"Statement":[]}`
	p := serveRepository(t, emulator.Repository{Name: "shop/api"})
	shop := document{"repositoryName": "shop/api"}
	p.fails("GetRepositoryPolicy", shop, "RepositoryPolicyNotFoundException")
	p.fails("DeleteRepositoryPolicy", shop, "RepositoryPolicyNotFoundException")
	p.fails("SetRepositoryPolicy", document{"repositoryName": "shop/api", "policyText": "{}"}, "InvalidParameterException")
	p.fails("SetRepositoryPolicy", document{"repositoryName": "shop/none", "policyText": text}, "RepositoryNotFoundException")
	want := document{"registryId": "123456789012", "repositoryName": "shop/api", "policyText": text}
	if diff := cmp.Diff(want, p.must("SetRepositoryPolicy", document{"repositoryName": "shop/api", "policyText": text})); diff != "" {
		t.Errorf("SetRepositoryPolicy (-want +got):\n%s", diff)
	}
	for _, operation := range []string{"GetRepositoryPolicy", "DeleteRepositoryPolicy"} {
		if diff := cmp.Diff(want, p.must(operation, shop)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", operation, diff)
		}
	}
	p.fails("GetRepositoryPolicy", shop, "RepositoryPolicyNotFoundException")
}
