package posture_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/registry/posture"
)

var today = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// wanted are the tags of a project: commits, versions, and latest, which moves.
func wanted() []posture.Class {
	return []posture.Class{
		{Name: "commit", Samples: []posture.Sample{{Tag: "8d5f123", Rule: "type=sha", Varies: true}}},
		{Name: "version", Samples: []posture.Sample{{Tag: "v1.2.3", Rule: "type=ref,event=tag", Varies: true}}},
		{Name: "moving", Moving: true, Samples: []posture.Sample{{Tag: "latest", Rule: "latest"}}},
	}
}

// fit are the settings of a repository that has nothing wrong.
func fit() posture.Settings {
	return posture.Settings{
		Repository: registry.Repository{Name: "shop/api", Mutability: registry.ImmutableWithExclusion, Exclusions: []string{"latest"}},
		ARN:        "arn:aws:ecr:eu-west-1:123456789012:repository/shop/api",
		Encryption: posture.Encryption{Type: "AES256"},
		Scanning:   gate.Coverage{Type: "BASIC", Frequency: "SCAN_ON_PUSH", Filters: []string{"shop/*"}},
		Lifecycle:  lifecycle.KeepLast(30),
	}
}

// audit is the state of one check and what it found, a line each.
func audit(t *testing.T, s posture.Settings, d posture.Desired, name posture.CheckName, exceptions ...posture.Exception) string {
	t.Helper()
	checks := posture.Audit(s, posture.Registry{}, d, wanted(), posture.Exceptions{List: exceptions, Now: today})
	i := slices.IndexFunc(checks, func(c posture.Check) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no check %s", name)
	}
	if drifts := checks[i].State == posture.Drift; drifts && (checks[i].Mend == nil || checks[i].Why == "") {
		t.Errorf("%s drifts, and has no mend or does not say why", name)
	}
	return strings.Join(append([]string{string(checks[i].State)}, checks[i].Found...), "\n")
}

func TestAuditFindsNothingWrong(t *testing.T) {
	for _, check := range posture.Audit(fit(), posture.Registry{}, posture.Desired{Scan: posture.ScanOnPush}, wanted(), posture.Exceptions{Now: today}) {
		if check.State != posture.OK {
			t.Errorf("%s is %s: %v", check.Name, check.State, check.Found)
		}
	}
}

func TestAuditOfMutability(t *testing.T) {
	for _, tt := range []struct {
		name    string
		mode    registry.Mutability
		filters []string
		desired posture.Desired
		want    string
	}{
		{name: "mutable", mode: registry.Mutable, want: "drift\nevery tag is mutable\ncommit tags such as \"8d5f123\": each may be written over\nversion tags such as \"v1.2.3\": each may be written over"},
		{name: "immutable, and latest with it", mode: registry.Immutable, want: "drift\nevery tag is immutable\nmoving tag \"latest\" is immutable, and would freeze at its first push"},
		{name: "immutable but for latest", mode: registry.ImmutableWithExclusion, filters: []string{"latest"}, want: "ok\ntags are immutable, but for latest"},
		{name: "a filter for all", mode: registry.ImmutableWithExclusion, filters: []string{"*"}, want: "drift\ntags are immutable, but for *\ncommit tags such as \"8d5f123\": each may be written over, since the exclusion filter \"*\" matches\nversion tags such as \"v1.2.3\": each may be written over, since the exclusion filter \"*\" matches"},
		{name: "a filter for versions", mode: registry.ImmutableWithExclusion, filters: []string{"latest", "v*"}, want: "drift\ntags are immutable, but for latest, v*\nversion tags such as \"v1.2.3\": each may be written over, since the exclusion filter \"v*\" matches"},
		{name: "a filter for nothing", mode: registry.ImmutableWithExclusion, filters: []string{"latest", "dev-*"}, want: "note\ntags are immutable, but for latest, dev-*\nexclusion filter \"dev-*\" is for no tag that the rules make"},
		{name: "mutable but for versions", mode: registry.MutableWithExclusion, filters: []string{"v*"}, want: "drift\ntags are mutable, but for v*\ncommit tags such as \"8d5f123\": each may be written over"},
		{name: "mutable but for what must not move", mode: registry.MutableWithExclusion, filters: []string{"v*", "8d*"}, want: "ok\ntags are mutable, but for v*, 8d*"},
		{name: "immutable as the configuration says", mode: registry.Immutable, desired: posture.Desired{Mutability: registry.Immutable}, want: "note\nevery tag is immutable\nmoving tag \"latest\" is immutable, as the configuration says, although its rule moves it"},
		{name: "mutable as the configuration says", mode: registry.Mutable, desired: posture.Desired{Mutability: registry.Mutable}, want: "ok\nevery tag is mutable"},
		{name: "patterns of the configuration alone", mode: registry.ImmutableWithExclusion, filters: []string{"latest", "v*"}, desired: posture.Desired{Exclusions: []string{"v*"}}, want: "ok\ntags are immutable, but for latest, v*"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := fit()
			s.Mutability, s.Exclusions = tt.mode, tt.filters
			if diff := cmp.Diff(tt.want, audit(t, s, tt.desired, posture.CheckImmutability)); diff != "" {
				t.Errorf("immutability (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAuditOfScanning(t *testing.T) {
	for _, tt := range []struct {
		name   string
		in     gate.Coverage
		own    bool
		wanted posture.Scan
		want   string
	}{
		{"a filter", gate.Coverage{Type: "BASIC", Frequency: "SCAN_ON_PUSH", Filters: []string{"shop/*"}}, false, posture.ScanOnPush, "ok\nbasic scan on push, by the registry's filter \"shop/*\""},
		{"a filter that matches more than it says", gate.Coverage{Type: "ENHANCED", Frequency: "CONTINUOUS_SCAN", Filters: []string{"shop"}}, false, posture.ScanOnPush,
			"ok\nenhanced scan on push and continuously, by the registry's filter \"shop\"\nfilter \"shop\" has no *, so it matches every name that contains it"},
		{"its own flag", gate.Coverage{Type: "BASIC", Frequency: "SCAN_ON_PUSH"}, true, posture.ScanOnPush, "ok\nbasic scan on push, by the repository's own flag, which is deprecated"},
		{"nothing", gate.Coverage{Type: "BASIC", Frequency: "MANUAL"}, false, posture.ScanOnPush, "drift\nno scan by itself: no filter of the registry, and not its own flag"},
		{"its own flag does not count", gate.Coverage{Type: "ENHANCED", Frequency: "MANUAL"}, true, posture.ScanOnPush,
			"drift\nno scan by itself: the registry's enhanced scanning has no filter, and covers what one matches\nits own flag scanOnPush is on, and does not count"},
		{"on push in place of continuously", gate.Coverage{Type: "ENHANCED", Frequency: "SCAN_ON_PUSH", Filters: []string{"*"}}, false, posture.ScanContinuous, "drift\nenhanced scan on push, by the registry's filter \"*\""},
		{"nothing, which is not asked for", gate.Coverage{Type: "BASIC", Frequency: "MANUAL"}, false, posture.ScanOff, "note\nno scan by itself: no filter of the registry, and not its own flag\nthe configuration asks for none"},
		{"a frequency of tomorrow", gate.Coverage{Type: "BASIC", Frequency: "HOURLY"}, false, posture.ScanOnPush, "unknown\nits scan frequency is \"HOURLY\", which is not known here"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := fit()
			s.Scanning, s.ScanOnPush = tt.in, tt.own
			if diff := cmp.Diff(tt.want, audit(t, s, posture.Desired{Scan: tt.wanted}, posture.CheckScanning)); diff != "" {
				t.Errorf("scanning (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAuditOfQuotas(t *testing.T) {
	tags := func(n int) []string {
		var out []string
		for i := range n {
			out = append(out, fmt.Sprint("t", i))
		}
		return out
	}
	for n, want := range map[int]string{799: "ok\nat most 799 tags on an image, of 1000", 800: "drift\nat most 800 tags on an image, of 1000, on sha256:b"} {
		s := fit()
		s.Images = []lifecycle.Image{{Digest: "sha256:a", Tags: tags(1)}, {Digest: "sha256:b", Tags: tags(n)}}
		if got := audit(t, s, posture.Desired{}, posture.CheckTags); got != want {
			t.Errorf("%d tags: %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{79_999: "ok\n79999 images, of 100000", 80_000: "drift\n80000 images, of 100000"} {
		s := fit()
		s.Lifecycle, s.Images = "", make([]lifecycle.Image, n)
		if got := audit(t, s, posture.Desired{}, posture.CheckImages); got != want {
			t.Errorf("%d images: %q, want %q", n, got, want)
		}
	}
}

func TestAuditOfEncryption(t *testing.T) {
	s := fit()
	want := "drift\nencrypted with AES256\nit cannot be changed: make another repository and copy the images"
	if got := audit(t, s, posture.Desired{Encryption: posture.KMS}, posture.CheckEncryption); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	s.Encryption = posture.Encryption{Type: "KMS", Key: "alias/shop"}
	if got, want := audit(t, s, posture.Desired{Encryption: posture.KMS}, posture.CheckEncryption), "ok\nencrypted with KMS, key alias/shop"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAuditSaysWhatItCouldNotSee(t *testing.T) {
	s := posture.Settings{Repository: registry.Repository{Name: "shop/api"}}
	for _, part := range []posture.Part{posture.PartRepository, posture.PartScanning, posture.PartLifecycle, posture.PartAccess, posture.PartImages} {
		s.Hide(part, "denied")
	}
	for _, check := range posture.Audit(s, posture.Registry{}, posture.Desired{}, wanted(), posture.Exceptions{Now: today}) {
		if check.State != posture.Unknown {
			t.Errorf("%s is %s: %v", check.Name, check.State, check.Found)
		}
	}
}

func TestAuditTemplates(t *testing.T) {
	r := posture.Registry{Templates: []posture.Template{
		{Prefix: "ROOT", AppliedFor: []string{"CREATE_ON_PUSH"}, Mutability: registry.Mutable},
		{Prefix: "shop", AppliedFor: []string{"CREATE_ON_PUSH"}, Mutability: registry.ImmutableWithExclusion, Exclusions: []string{"latest"}},
		{Prefix: "mirror", AppliedFor: []string{"PULL_THROUGH_CACHE"}, Mutability: registry.Mutable},
	}}
	for _, tt := range []struct {
		names []string
		want  []string
	}{
		{nil, []string{"ROOT drift", "shop ok"}},
		{[]string{"shop/api"}, []string{"shop ok"}},
		{[]string{"shopping"}, []string{"ROOT drift"}},
	} {
		var got []string
		for _, c := range posture.AuditTemplates(r, posture.Desired{}, wanted(), posture.Exceptions{Now: today}, tt.names...) {
			got = append(got, c.Subject+" "+string(c.State))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("templates for %v (-want +got):\n%s", tt.names, diff)
		}
	}
}
