package tagger

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The lists of https://semver.org, "Is there a suggested regular expression", and what is easily taken for a version.
func TestParseVersion(t *testing.T) {
	valid := `0.0.4 1.2.3 10.20.30 1.1.2-prerelease+meta 1.1.2+meta 1.1.2+meta-valid 1.0.0-alpha 1.0.0-beta 1.0.0-alpha.beta 1.0.0-alpha.beta.1
		1.0.0-alpha.1 1.0.0-alpha0.valid 1.0.0-alpha.0valid 1.0.0-alpha-a.b-c-somethinglong+build.1-aef.1-its-okay 1.0.0-rc.1+build.1 2.0.0-rc.1+build.123
		1.2.3-beta 10.2.3-DEV-SNAPSHOT 1.2.3-SNAPSHOT-123 1.0.0 2.0.0 1.1.7 2.0.0+build.1848 2.0.1-alpha.1227 1.0.0-alpha+beta
		1.2.3----RC-SNAPSHOT.12.9.1--.12+788 1.2.3----R-S.12.9.1--.12+meta 1.2.3----RC-SNAPSHOT.12.9.1--.12 1.0.0+0.build.1-rc.10000aaa-kk-0.1
		99999999999999999999999.999999999999999999.99999999999999999 1.0.0-0A.is.legal v1.2.3 1.0.0+001`
	for s := range strings.FieldsSeq(valid) {
		if _, err := parseVersion(s); err != nil {
			t.Error(err)
		}
	}
	invalid := `1 1.2 1.2.3-0123 1.2.3-0123.0123 1.1.2+.123 +invalid -invalid -invalid+invalid -invalid.01 alpha alpha.beta alpha.beta.1 alpha.1 alpha+beta
		alpha_beta alpha. alpha.. beta 1.0.0-alpha_beta -alpha. 1.0.0-alpha.. 1.0.0-alpha..1 01.1.1 1.01.1 1.1.01 1.2.3.DEV 1.2-SNAPSHOT
		1.2.31.2.3----RC-SNAPSHOT.12.09.1--..12+788 1.2-RC-SNAPSHOT -1.0.3-gamma+b7718 +justmeta 9.8.7+meta+meta 9.8.7-whatever+meta+meta 1.2.3- 1.2.3+
		99999999999999999999999.999999999999999999.99999999999999999----RC-SNAPSHOT.12.09.1--------------------------------..12
		vv1.2.3 V1.2.3 v1.2 2024.01.02 1.2.3.4 ١.2.3 1.2.3-é`
	for s := range strings.FieldsSeq(invalid) {
		if v, err := parseVersion(s); err == nil {
			t.Errorf("parseVersion(%q) = %+v", s, v)
		}
	}
}

// The order of https://semver.org/spec/v2.0.0.html#spec-item-11.
func TestVersionsAreInOrder(t *testing.T) {
	order := strings.Fields("0.9.9 1.0.0-0 1.0.0-2 1.0.0-11 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.10 1.9.0 1.10.0 2.0.0 18446744073709551616.0.0")
	for i, a := range order {
		for j, b := range order {
			va, errA := parseVersion(a)
			vb, errB := parseVersion(b)
			if errA != nil || errB != nil {
				t.Fatal(errA, errB)
			}
			if got, want := va.compare(vb), i-j; (got < 0) != (want < 0) || (got > 0) != (want > 0) {
				t.Errorf("%s compared with %s is %d", a, b, got)
			}
		}
	}
	for _, other := range []string{"1.0.0+b", "1.0.0"} {
		a, _ := parseVersion("1.0.0+a")
		if b, _ := parseVersion(other); a.compare(b) != 0 {
			t.Errorf("1.0.0+a is not level with %s", other)
		}
	}
}

func TestSortGitTags(t *testing.T) {
	want := []string{"v2.0.0", "1.10.0", "v1.10.0", "v1.9.0", "v1.9.0-rc.1", "1.2", "a", "v1"}
	got := slices.Clone(want)
	slices.Sort(got)
	SortGitTags(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("SortGitTags (-want +got):\n%s", diff)
	}
}
