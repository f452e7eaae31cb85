package lifecycle_test

import (
	"testing"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

func TestKeepLastIsAPolicyWithoutProblems(t *testing.T) {
	policy, err := lifecycle.Parse([]byte(lifecycle.KeepLast(30)))
	if err != nil {
		t.Fatal(err)
	}
	if problems := lifecycle.Lint(policy, lifecycle.Facts{}); len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
	if last := policy.Rules[len(policy.Rules)-1]; last.Number != 30 || last.Count != lifecycle.MoreThan {
		t.Errorf("the last rule is %+v", last)
	}
}
