package ecr_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
)

// described is an answer of DescribeRepositories, or with another key of CreateRepository.
const described = `{"repositoryArn":"` + arn + `","registryId":"123456789012","repositoryName":"shop/api","repositoryUri":"` + host + `/shop/api",
	"createdAt":1749452920.144,"imageTagMutability":"IMMUTABLE_WITH_EXCLUSION","imageScanningConfiguration":{"scanOnPush":true},
	"imageTagMutabilityExclusionFilters":[{"filterType":"WILDCARD","filter":"latest"},{"filterType":"WILDCARD","filter":"dev-*"}],
	"encryptionConfiguration":{"encryptionType":"AES256"}}`

var settled = registry.Repository{Host: host, Name: name, Mutability: registry.ImmutableWithExclusion, Exclusions: []string{"latest", "dev-*"}}

func TestRepositoryReadsTheSettings(t *testing.T) {
	a := newAPI(t).on("DescribeRepositories", ok(`{"repositories":[`+described+`]}`))
	got, err := connect(t, a).Repository(t.Context(), host, name)
	if diff := cmp.Diff(settled, got); diff != "" || err != nil {
		t.Errorf("Repository: %v (-want +got):\n%s", err, diff)
	}
}

func TestRepositoryThatIsNotInTheAnswerDoesNotExist(t *testing.T) {
	a := newAPI(t).on("DescribeRepositories", ok(noRepositories))
	_, err := connect(t, a).Repository(t.Context(), host, name)
	var missing *registry.NotFoundError
	if !errors.As(err, &missing) || missing.Repository != host+"/"+name {
		t.Errorf("Repository: %v", err)
	}
}

func TestCreateRepositoryMakesOne(t *testing.T) {
	a := newAPI(t).on("CreateRepository", ok(`{"repository":`+described+`}`))
	got, err := connect(t, a).CreateRepository(t.Context(), name, ecr.CreateOptions{Mutability: registry.Immutable, ScanOnPush: true})
	if diff := cmp.Diff(settled, got); diff != "" || err != nil {
		t.Errorf("CreateRepository: %v (-want +got):\n%s", err, diff)
	}
	a.received(t, call{"CreateRepository", map[string]any{
		"registryId": account, "repositoryName": name, "imageTagMutability": "IMMUTABLE", "imageScanningConfiguration": map[string]any{"scanOnPush": true},
	}})
}

func TestCreateRepositoryReadsOneThatAnotherRunMade(t *testing.T) {
	for name, said := range map[string]answer{
		"told by an error":       failure("RepositoryAlreadyExistsException", "The repository with name 'shop/api' already exists in the registry with id '123456789012'"),
		"left out of the answer": ok(`{}`),
	} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t).on("CreateRepository", said).on("DescribeRepositories", ok(`{"repositories":[`+described+`]}`))
			got, err := connect(t, a).CreateRepository(t.Context(), "shop/api", ecr.CreateOptions{})
			if diff := cmp.Diff(settled, got); diff != "" || err != nil {
				t.Errorf("CreateRepository: %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

// template is an entry of DescribeRepositoryCreationTemplates.
func template(prefix, appliedFor, settings string) string {
	return `{"prefix":"` + prefix + `","appliedFor":["` + appliedFor + `"]` + settings + `}`
}

func TestCreatedOnPush(t *testing.T) {
	const immutable = `,"imageTagMutability":"IMMUTABLE"`
	one := func(templates string) []answer {
		return []answer{ok(`{"repositoryCreationTemplates":[` + templates + `]}`)}
	}
	tests := []struct {
		name    string
		answers []answer
		want    registry.Repository
		found   bool
	}{
		{name: "is nothing without a template", answers: one("")},
		{name: "is nothing by a template for replication", answers: one(template("shop", "REPLICATION", immutable))},
		{name: "is nothing by a template for other names", answers: one(template("sho", "CREATE_ON_PUSH", immutable) + "," + template("shop/api", "CREATE_ON_PUSH", immutable))},
		{name: "is by the template of its prefix", answers: one(template("shop", "CREATE_ON_PUSH", immutable)), want: registry.Repository{Host: host, Name: name, Mutability: registry.Immutable}, found: true},
		{name: "is by the template for all", answers: one(template("ROOT", "CREATE_ON_PUSH", "")), want: registry.Repository{Host: host, Name: name, Mutability: registry.Mutable}, found: true},
		{name: "is by the closest template", answers: one(template("shop", "CREATE_ON_PUSH", immutable) + "," + template("ROOT", "CREATE_ON_PUSH", "")), want: registry.Repository{Host: host, Name: name, Mutability: registry.Immutable}, found: true},
		{
			name: "is by a template on a later page",
			answers: []answer{
				ok(`{"repositoryCreationTemplates":[` + template("ROOT", "CREATE_ON_PUSH", "") + `],"nextToken":"two"}`),
				ok(`{"repositoryCreationTemplates":[` + template("shop", "CREATE_ON_PUSH", `,"imageTagMutability":"IMMUTABLE_WITH_EXCLUSION","imageTagMutabilityExclusionFilters":[{"filterType":"WILDCARD","filter":"latest"}]`) + `]}`),
			},
			want: registry.Repository{Host: host, Name: name, Mutability: registry.ImmutableWithExclusion, Exclusions: []string{"latest"}}, found: true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAPI(t).on("DescribeRepositoryCreationTemplates", test.answers...)
			got, found, err := connect(t, a).CreatedOnPush(t.Context(), host, name)
			if diff := cmp.Diff(test.want, got); diff != "" || found != test.found || err != nil {
				t.Errorf("CreatedOnPush: found %t, %v (-want +got):\n%s", found, err, diff)
			}
		})
	}
}
