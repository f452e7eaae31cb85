package iam_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/iam"
)

func TestNewPolicy(t *testing.T) {
	for _, c := range []struct {
		name     string
		jobs     []iam.Job
		optional bool
		want     []iam.Statement
	}{
		{name: "judges with three actions", jobs: []iam.Job{iam.Gate}, want: []iam.Statement{
			{Sid: "Registry", Effect: "Allow", Action: []string{"ecr:GetAuthorizationToken"}, Resource: "*"},
			{Sid: "Repository", Effect: "Allow", Action: []string{"ecr:BatchGetImage", "ecr:DescribeImageScanFindings"}, Resource: arn},
		}},
		{name: "keeps apart what a job can do without", jobs: []iam.Job{iam.Gate}, optional: true, want: []iam.Statement{
			{Sid: "Registry", Effect: "Allow", Action: []string{"ecr:GetAuthorizationToken"}, Resource: "*"},
			{Sid: "Repository", Effect: "Allow", Action: []string{"ecr:BatchGetImage", "ecr:DescribeImageScanFindings"}, Resource: arn},
			{Sid: "OptionalRegistry", Effect: "Allow", Action: []string{"ecr:GetRegistryScanningConfiguration"}, Resource: "*"},
			{Sid: "OptionalRepository", Effect: "Allow", Action: []string{"ecr:BatchGetRepositoryScanningConfiguration", "ecr:DescribeRepositories", "ecr:StartImageScan"}, Resource: arn},
		}},
		{name: "allows on everything what is allowed on the repository, where that is asked for", jobs: []iam.Job{iam.Apply}, optional: true, want: []iam.Statement{
			{Sid: "Registry", Effect: "Allow", Action: []string{"ecr:GetRegistryScanningConfiguration", "ecr:PutRegistryScanningConfiguration"}, Resource: "*"},
			{Sid: "Repository", Effect: "Allow", Action: []string{
				"ecr:BatchGetRepositoryScanningConfiguration", "ecr:DescribeRepositories", "ecr:GetLifecyclePolicy", "ecr:PutImageScanningConfiguration",
				"ecr:PutImageTagMutability", "ecr:PutLifecyclePolicy",
			}, Resource: arn},
			{Sid: "OptionalRegistry", Effect: "Allow", Action: []string{"ecr:DescribeRepositories"}, Resource: "*"},
			{Sid: "OptionalRepository", Effect: "Allow", Action: []string{"ecr:BatchGetImage", "ecr:DescribeImages", "ecr:ListImages", "ecr:ListTagsForResource"}, Resource: arn},
		}},
		{name: "allows nothing to nobody", want: nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := iam.Policy{Version: "2012-10-17", Statement: c.want}
			if diff := cmp.Diff(want, iam.NewPolicy(c.jobs, arn, c.optional)); diff != "" {
				t.Errorf("NewPolicy(%v) (-want +got):\n%s", c.jobs, diff)
			}
		})
	}
}

func TestNewPolicyAllowsNothingTwice(t *testing.T) {
	seen := map[string]string{} // to the resource that an action is allowed on
	for _, s := range iam.NewPolicy(iam.Jobs(), arn, true).Statement {
		for _, action := range s.Action {
			if on, twice := seen[action]; twice && (on == "*" || on == s.Resource) {
				t.Errorf("%s is allowed twice", action)
			}
			seen[action] = s.Resource
		}
	}
	for _, need := range iam.Needs() {
		for _, action := range need.Actions {
			if len(need.Jobs) > 0 && seen[action] == "" {
				t.Errorf("%s of %q is in no policy", action, need.For)
			}
		}
	}
}

func TestParseJobs(t *testing.T) {
	for _, c := range []struct {
		name     string
		words    []string
		jobs     []iam.Job
		optional bool
		unknown  string
	}{
		{name: "takes one", words: []string{"push"}, jobs: []iam.Job{iam.Push}},
		{name: "takes several in one word", words: []string{"push+gate"}, jobs: []iam.Job{iam.Push, iam.Gate}},
		{name: "takes several words, each once", words: []string{"push", "trace+push"}, jobs: []iam.Job{iam.Push, iam.Trace}},
		{name: "takes what is optional", words: []string{"push", "optional"}, jobs: []iam.Job{iam.Push}, optional: true},
		{name: "names what it does not know", words: []string{"push+gats"}, unknown: "gats"},
	} {
		t.Run(c.name, func(t *testing.T) {
			jobs, optional, unknown := iam.ParseJobs(c.words)
			if !slices.Equal(jobs, c.jobs) || optional != c.optional || unknown != c.unknown {
				t.Errorf("ParseJobs(%q) = %v, %v, %q, want %v, %v, %q", c.words, jobs, optional, unknown, c.jobs, c.optional, c.unknown)
			}
		})
	}
}

func TestOptional(t *testing.T) {
	for _, c := range []struct {
		job    iam.Job
		action string
		want   bool
	}{
		{iam.Push, "ecr:PutImage", false},
		{iam.Push, "ecr:DescribeRepositories", true},
		{iam.Audit, "ecr:DescribeRepositories", false},
		{iam.Push, "ecs:ListTasks", true},
	} {
		if got := iam.Optional(c.job, c.action); got != c.want {
			t.Errorf("Optional(%s, %s) = %v, want %v", c.job, c.action, got, c.want)
		}
	}
}
