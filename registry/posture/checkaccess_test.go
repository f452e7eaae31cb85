package posture_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/posture"
)

func TestAuditOfAccess(t *testing.T) {
	const everyone = `"Effect":"Allow","Principal":"*","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`
	const named = "ok\nthe policy names who may"
	const public = "drift\nstatement 1 lets everyone pull"
	for _, tt := range []struct{ name, policy, want string }{
		{"no policy", "", "ok\nno policy: identities of the account alone"},
		{"an account", `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"ecr:*"}]}`, named},
		{"everyone", `{"Statement":[{` + everyone + `}]}`, public},
		{"everyone, as one statement", `{"Statement":{` + everyone + `}}`, public},
		{"everyone among others", `{"Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":["123456789012","*"]},"Action":"ecr:*"}]}`, "drift\nstatement \"a\" lets everyone pull and push"},
		{"all but one", `{"Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"123456789012"},"Action":"ecr:Batch*"}]}`, public},
		{"all but one action", `{"Statement":[{"Effect":"Allow","Principal":"*","NotAction":"ecr:PutImage"}]}`, public},
		{"an action that reads no image", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:DescribeRepositories"}]}`, named},
		{"case of names", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ECR:batchgetimage"}]}`, public},
		{"an organisation", `{"Statement":[{` + everyone + `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1"}}}]}`, named},
		{"an endpoint", `{"Statement":[{` + everyone + `,"Condition":{"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]}}}]}`, named},
		{"organisations by their paths", `{"Statement":[{` + everyone + `,"Condition":{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1/*"}}}]}`, named},
		{"a condition that holds without a key", `{"Statement":[{` + everyone + `,"Condition":{"ForAllValues:StringLike":{"aws:PrincipalOrgPaths":"o-a1/*"}}}]}`, public},
		{"a condition that holds where nothing is known", `{"Statement":[{` + everyone + `,"Condition":{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1"}}}]}`, public},
		{"any organisation", `{"Statement":[{` + everyone + `,"Condition":{"StringLike":{"aws:PrincipalOrgID":"*"}}}]}`, public},
		{"all but an organisation", `{"Statement":[{` + everyone + `,"Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1"}}}]}`, public},
		{"a condition on the connection", `{"Statement":[{` + everyone + `,"Condition":{"Bool":{"aws:SecureTransport":true}}}]}`, public},
		{"all addresses", `{"Statement":[{` + everyone + `,"Condition":{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}}]}`, public},
		{"an address", `{"Statement":[{` + everyone + `,"Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}]}`, named},
		{"all but an organisation denied", `{"Statement":[{` + everyone + `},{"Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1"}}}]}`, named},
		{"an organisation denied", `{"Statement":[{` + everyone + `},{"Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1"}}}]}`, public},
		{"an action by a letter that is left open", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGet?mage"}]}`, public},
		{"a denial that is of shorter names", `{"Statement":[{` + everyone + `},{"Effect":"Deny","Principal":"*","Action":["ecr:???", ""]}]}`, public},
		{"a service", `{"Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"ecr:BatchGetImage"}]}`, named},
		{"no JSON", `{"Statement":`, "unknown\nthe policy cannot be read: unexpected end of JSON input"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := fit()
			s.Access = tt.policy
			if diff := cmp.Diff(tt.want, audit(t, s, posture.Desired{}, posture.CheckAccess)); diff != "" {
				t.Errorf("access (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAuditOfDeletion(t *testing.T) {
	const role = "arn:aws:iam::123456789012:role/ci"
	for _, tt := range []struct{ name, policy, want string }{
		{"no policy", "", "ok\nno policy of the repository allows it; the role of CI should lack ecr:BatchDeleteImage, ecr:PutImageTagMutability, ecr:PutLifecyclePolicy"},
		{"nobody", `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"` + role + `"},"Action":"ecr:BatchGetImage"}]}`,
			"ok\nthe policy of the repository allows it to nobody; the role of CI should lack ecr:BatchDeleteImage, ecr:PutImageTagMutability, ecr:PutLifecyclePolicy"},
		{"a role of the account", `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"` + role + `"},"Action":"ecr:BatchDelete*"}]}`, "note\nstatement 1 lets " + role + " call ecr:BatchDeleteImage"},
		{"another account", `{"Statement":[{"Sid":"peer","Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":["ecr:PutImage","ecr:PutLifecyclePolicy"]}]}`,
			"drift\nstatement \"peer\" lets 210987654321 call ecr:PutLifecyclePolicy"},
		{"everyone of an organisation", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:BatchDeleteImage","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1"}}}]}`,
			"drift\nstatement 1 lets everyone whom its condition lets in call ecr:BatchDeleteImage"},
		{"another account, and all are denied", `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"ecr:BatchDeleteImage"},{"Effect":"Deny","Principal":"*","Action":"ecr:*Delete*"}]}`,
			"ok\nthe policy of the repository allows it to nobody; the role of CI should lack ecr:BatchDeleteImage, ecr:PutImageTagMutability, ecr:PutLifecyclePolicy"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := fit()
			s.Access = tt.policy
			if diff := cmp.Diff(tt.want, audit(t, s, posture.Desired{}, posture.CheckDeletion)); diff != "" {
				t.Errorf("deletion (-want +got):\n%s", diff)
			}
		})
	}
}
