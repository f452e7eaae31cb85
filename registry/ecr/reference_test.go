package ecr_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/ecr"
)

const sum = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func TestParseRepository(t *testing.T) {
	for text, want := range map[string][2]string{
		"shop/api":                {"", "shop/api"},
		"ab":                      {"", "ab"},
		"a1-b__c/d.e_f--g":        {"", "a1-b__c/d.e_f--g"},
		strings.Repeat("a", 256):  {"", strings.Repeat("a", 256)},
		host + "/shop/api":        {host, "shop/api"},
		"localhost/shop/api":      {"localhost", "shop/api"},
		"localhost:5000/shop/api": {"localhost:5000", "shop/api"},
		"127.0.0.1:5000/api":      {"127.0.0.1:5000", "api"},
		"[::1]:5000/api":          {"[::1]:5000", "api"},
		"registry.test/a/b/c":     {"registry.test", "a/b/c"},
	} {
		gotHost, gotName, err := ecr.ParseRepository(text)
		if diff := cmp.Diff(want, [2]string{gotHost, gotName}); diff != "" || err != nil {
			t.Errorf("ParseRepository(%q): %v (-want +got):\n%s", text, err, diff)
		}
	}
}

func TestParseRepositoryRefuses(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "the repository is empty"},
		{"a", `repository name "a" has 1 characters: 2 to 256 are allowed`},
		{strings.Repeat("a", 257), "has 257 characters"},
		{"Shop/api", `repository name "Shop/api": lower-case letters`},
		{"shop//api", "lower-case letters"},
		{"shop/api/", "lower-case letters"},
		{"/shop/api", "lower-case letters"},
		{"shop___api", "lower-case letters"},
		{"shop..api", "lower-case letters"},
		{"-shop", "lower-case letters"},
		{"shop api", "lower-case letters"},
		{"shöp", "lower-case letters"},
		{"shop/api:1.0", `repository "shop/api:1.0" has a tag or a digest`},
		{"shop/api@" + sum, "has a tag or a digest"},
		{"shop/api:", `"shop/api:": "" is no tag`},
		{"shop/api:a b", `"a b" is no tag`},
		{"shop/api@sha256:12", `digest "sha256:12"`},
		{"shop/api@", `digest ""`},
		{"https://" + host + "/shop/api", `begins with https://: write ` + host + `/shop/api`},
		{"oci://" + host + "/shop/api", "begins with oci://"},
		{host, `"` + host + `" is a registry: the name of a repository must follow`},
		{host + "/", "is a registry: the name of a repository must follow"},
		{"localhost:5000", "has a tag or a digest"},
		{"localhost:5000/", "is a registry: the name of a repository must follow"},
		{host + "/Shop", `repository name "Shop": lower-case letters`},
		{"AWS:" + secret + "@" + host + "/shop/api", `repository "` + host + `/shop/api" has a credential before it`},
		{"https://AWS:" + secret + "@" + host + "/shop/api", `repository "` + host + `/shop/api" has a credential before it`},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			gotHost, gotName, err := ecr.ParseRepository(test.text)
			if err == nil || !strings.Contains(err.Error(), test.want) || gotHost+gotName != "" {
				t.Errorf("ParseRepository = %q, %q, %v; want %q", gotHost, gotName, err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("secret told: %v", err)
			}
		})
	}
}

func TestParseRepositoryTellsECRPublic(t *testing.T) {
	for _, text := range []string{"public.ecr.aws/shop/api", "PUBLIC.ECR.AWS/shop/api", "ecr-public.aws.com/shop/api", "public.ecr.aws"} {
		_, _, err := ecr.ParseRepository(text)
		var public *ecr.PublicRegistryError
		if !errors.As(err, &public) || !strings.HasSuffix(err.Error(), " is ECR Public") {
			t.Errorf("ParseRepository(%q): %v", text, err)
		}
	}
}

func TestParseImageReference(t *testing.T) {
	tests := []struct {
		text string
		want ecr.ImageReference
	}{
		{"shop/api:1.0", ecr.ImageReference{Name: "shop/api", Tag: "1.0"}},
		{"shop/api@" + sum, ecr.ImageReference{Name: "shop/api", Digest: sum}},
		{"shop/api:1.0@" + sum, ecr.ImageReference{Name: "shop/api", Tag: "1.0", Digest: sum}},
		{host + "/shop/api:1.0", ecr.ImageReference{Host: host, Name: "shop/api", Tag: "1.0"}},
		{"localhost:5000/shop/api:1.0", ecr.ImageReference{Host: "localhost:5000", Name: "shop/api", Tag: "1.0"}},
	}
	for _, test := range tests {
		got, err := ecr.ParseImageReference(test.text)
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
			t.Errorf("ParseImageReference(%q): %v (-want +got):\n%s", test.text, err, diff)
		}
	}
}

func TestParseImageReferenceRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"shop/api":               `image "shop/api" has neither a tag nor a digest`,
		"":                       "the repository is empty",
		"shop/api:-1":            `"-1" is no tag`,
		"shop/api@sha1:00":       `digest "sha1:00"`,
		"public.ecr.aws/a/b:1.0": "public.ecr.aws is ECR Public",
	} {
		got, err := ecr.ParseImageReference(text)
		if err == nil || !strings.Contains(err.Error(), want) || got != (ecr.ImageReference{}) {
			t.Errorf("ParseImageReference(%q) = %+v, %v; want %q", text, got, err, want)
		}
	}
}
