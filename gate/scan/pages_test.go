package scan_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/scan"
)

func TestWaitReadsAllPages(t *testing.T) {
	page := func(name, token string) gate.Answer {
		a := basic()
		a.Basic = []gate.BasicFinding{{Name: name, Severity: "HIGH"}}
		a.Counts, a.NextToken = map[string]int{"HIGH": 3}, token
		return a
	}
	changed := status("PENDING")
	tests := []struct {
		name     string
		steps    []step
		want     outcome
		requests []request
	}{
		{"in one poll", []step{{pages: []gate.Answer{page("A", "1"), page("B", "2"), page("C", "")}}},
			outcome{Waited: "0s", Polls: 1, Type: "basic", Platform: "COMPLETE A:high B:high C:high"},
			[]request{{0, digest, ""}, {0, digest, "1"}, {0, digest, "2"}}},
		{"unless the scan begins anew meanwhile", []step{{pages: []gate.Answer{page("A", "1"), changed}}, {after: time.Second, pages: []gate.Answer{page("A", "1"), page("B", "2"), page("C", "")}}},
			outcome{Waited: "3s", Polls: 2, Type: "basic", Platform: "COMPLETE A:high B:high C:high"},
			[]request{{0, digest, ""}, {0, digest, "1"}, {3 * time.Second, digest, ""}, {3 * time.Second, digest, "1"}, {3 * time.Second, digest, "2"}}},
		{"and none of a scan that has no findings yet", []step{{pages: []gate.Answer{{Status: "IN_PROGRESS", NextToken: "1"}}}, {after: time.Second, pages: []gate.Answer{basic()}}},
			outcome{Waited: "3s", Polls: 2, Type: "basic", Platform: "COMPLETE"},
			[]request{{0, digest, ""}, {3 * time.Second, digest, ""}}},
		{"but not for ever: the same token again", []step{{pages: []gate.Answer{page("A", "1"), page("B", "1")}}},
			outcome{Waited: "0s", Polls: 1, Err: "read the scan of sha256:aaaa: the pages do not end"},
			[]request{{0, digest, ""}, {0, digest, "1"}}},
		{"but not for ever: tokens in a circle", []step{{pages: []gate.Answer{page("A", "1"), page("B", "2"), page("C", "1")}}},
			outcome{Waited: "0s", Polls: 1, Err: "read the scan of sha256:aaaa: the pages do not end"},
			[]request{{0, digest, ""}, {0, digest, "1"}, {0, digest, "2"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				source := (&source{coverage: onPush}).with(map[string][]step{digest: test.steps})
				result, err := scan.Wait(t.Context(), source, []scan.Image{{Digest: digest}}, scan.Options{Jitter: steady})
				if diff := cmp.Diff(test.want, of(result, err, source)); diff != "" {
					t.Errorf("Wait (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(test.requests, source.requests, cmp.AllowUnexported(request{})); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestWaitGivesUpOnPagesWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := (&source{}).with(map[string][]step{digest: {{}}})
		for i := range 2000 {
			a := basic("LOW")
			a.NextToken = fmt.Sprint(i + 1)
			source.steps[digest][0].pages = append(source.steps[digest][0].pages, a)
		}
		_, err := scan.Wait(t.Context(), source, []scan.Image{{Digest: digest}}, scan.Options{})
		if err == nil || len(source.requests) != 1000 {
			t.Errorf("Wait: %v, after %d requests", err, len(source.requests))
		}
	})
}
