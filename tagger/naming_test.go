package tagger_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDeriveKeepsNamesApart(t *testing.T) {
	long := strings.Repeat("x", 200)
	tests := []struct{ name, rule, one, other string }{
		{"that are too long and begin alike", "type=ref,event=branch", long + "a", long + "b"},
		{"that are spelt alike", "type=ref,event=branch,unique=true", "feature/x", "feature#x"},
		{"of which one needs no spelling", "type=ref,event=branch,unique=true", "feature/x", "feature-x"},
		{"that have nothing a tag may hold", "type=ref,event=branch,unique=true", "日本", "中国"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			one, other := branchTag(t, test.rule, test.one), branchTag(t, test.rule, test.other)
			if one == other || len(one) > 128 || len(other) > 128 {
				t.Errorf("Derive gives %q for branch %q and %q for branch %q", one, test.one, other, test.other)
			}
		})
	}
}

// Whatever a branch or Git tag is called, a shell, a registry and a file of outputs can take what becomes of it.
func TestDeriveOfNamesThatWouldDoHarm(t *testing.T) {
	tests := []struct{ name, want string }{
		{"$(touch x)", "touch-x-"},
		{"`id`", "id-"},
		{"-rf", "rf"},
		{"--output=json", "output-json"},
		{"../../etc", "etc"},
		{"a\nlatest", "a-latest"},
		{"a\r\x00\x1b[31mb", "a-31mb"},
		{"a;b|c&d>e", "a-b-c-d-e"},
		{"{{sha}}", "sha-"},
	}
	for _, test := range tests {
		if got := branchTag(t, "type=ref,event=branch", test.name); got != test.want {
			t.Errorf("branch %q gives %q, want %q", test.name, got, test.want)
		}
	}
}

func branchTag(t *testing.T, rule, name string) string {
	t.Helper()
	d, _, err := derive(t, branch(name), rule, "")
	if err != nil {
		t.Fatal(err)
	}
	return d.Tags[0].String()
}

func TestDeriveTellsOfABranchThatIsSpeltOtherwise(t *testing.T) {
	d, _, err := derive(t, branch("feature/x"), "type=ref,event=branch\ntype=raw,value=a b", "")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{`tag feature-x: "feature/x" is no tag as it stands, and others are spelt so too: unique=true keeps them apart`}
	if diff := cmp.Diff(want, d.Notices); diff != "" {
		t.Errorf("Notices (-want +got):\n%s", diff)
	}
}
