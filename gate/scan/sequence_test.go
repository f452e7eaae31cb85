package scan_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/scan"
)

// at is an answer that was completed some time later than the others of these tests.
func at(later time.Duration, a gate.Answer) gate.Answer {
	a.CompletedAt = completed.Add(later)
	return a
}

// Answers that change while they are waited for.
func TestWaitForSequences(t *testing.T) {
	tests := []struct {
		name    string
		steps   []step
		source  *source
		options scan.Options
		want    outcome
	}{
		// What goes wrong half-way.
		{name: "a denial half-way ends it at once", source: &source{coverage: onPush}, steps: []step{says(0, status("IN_PROGRESS")), fails(7*time.Second, denied)},
			want: outcome{Waited: "7.5s", Polls: 3, Platform: "IN_PROGRESS", Err: "read the scan of sha256:aaaa: ecr:DescribeImageScanFindings on arn denied: AccessDeniedException"}},
		{name: "a denial while an answer settles", source: &source{coverage: inspector}, steps: []step{says(0, enhanced("ACTIVE", "LOW")), fails(50*time.Second, denied)},
			want: outcome{Waited: "54.375s", Polls: 7, Type: "enhanced", Platform: "ACTIVE A:low", Err: "read the scan of sha256:aaaa: ecr:DescribeImageScanFindings on arn denied: AccessDeniedException"}},
		{name: "throttling while an answer settles changes nothing", source: &source{coverage: inspector}, steps: []step{says(0, enhanced("ACTIVE", "LOW")), fails(20*time.Second, throttled), says(50*time.Second, enhanced("ACTIVE", "LOW"))},
			want: outcome{Waited: "1m9.375s", Polls: 8, Type: "enhanced", Platform: "ACTIVE A:low"}},
		{name: "throttling between different answers", source: &source{coverage: inspector}, steps: []step{says(0, enhanced("ACTIVE", "LOW")), fails(20*time.Second, throttled), says(50*time.Second, enhanced("ACTIVE", "LOW", "HIGH"))},
			want: outcome{Waited: "1m54.375s", Polls: 11, Type: "enhanced", Platform: "ACTIVE B:high A:low"}},
		{name: "an image that is deleted while its answer settles", source: &source{coverage: inspector}, steps: []step{says(0, enhanced("ACTIVE", "LOW")), fails(20*time.Second, errNoImage)},
			want: outcome{Waited: "54.375s", Polls: 7, Type: "enhanced", Platform: "ACTIVE A:low", Err: "read the scan of sha256:aaaa: no such image: ImageNotFoundException"}},
		{name: "an image that is out of sight for a while settles anew", source: &source{coverage: inspector}, steps: []step{says(0, enhanced("ACTIVE", "LOW")), fails(20*time.Second, errNoImage), says(35*time.Second, enhanced("ACTIVE", "LOW"))},
			want: outcome{Waited: "1m39.375s", Polls: 10, Type: "enhanced", Platform: "ACTIVE A:low"}},
		{name: "an image that is archived meanwhile", steps: []step{says(0, status("PENDING")), says(5*time.Second, status("IMAGE_ARCHIVED"))},
			want: outcome{Waited: "7.5s", Polls: 3, Platform: "IMAGE_ARCHIVED undecided: the image is archived: restore it first"}},
		{name: "a limit that is hit once the scan has begun", source: &source{coverage: byHand, started: []step{says(0, status("LIMIT_EXCEEDED"))}}, options: scan.Options{MayStart: true}, steps: []step{fails(0, errNoScan)},
			want: outcome{Waited: "3s", Polls: 2, Platform: "LIMIT_EXCEEDED undecided: the account's scan limit is reached", Starts: 1}},
		{name: "a re-scan window that ends while an answer settles", source: &source{coverage: inspector}, steps: []step{says(0, enhanced("ACTIVE", "LOW")), says(20*time.Second, status("SCAN_ELIGIBILITY_EXPIRED"))},
			want: outcome{Waited: "24.375s", Polls: 5, Type: "enhanced", Platform: "SCAN_ELIGIBILITY_EXPIRED undecided: the image is outside the re-scan window: push it again, or lengthen the window"}},

		// Scans that come late, and go back.
		{name: "an enhanced scan that starts late", source: &source{coverage: inspector}, steps: []step{fails(0, errNoScan), says(80*time.Second, status("PENDING")), says(150*time.Second, enhanced("ACTIVE", "HIGH"))},
			want: outcome{Waited: "3m39.375s", Polls: 18, Type: "enhanced", Platform: "ACTIVE A:high"}},
		{name: "a basic scan that starts late", source: &source{coverage: onPush}, steps: []step{fails(0, errNoScan), says(80*time.Second, status("IN_PROGRESS")), says(100*time.Second, basic("LOW"))},
			want: outcome{Waited: "1m54.375s", Polls: 11, Type: "basic", Platform: "COMPLETE A:low"}},
		{name: "a basic scan that goes back", source: &source{coverage: onPush}, steps: []step{says(0, early(basic())), says(20*time.Second, status("IN_PROGRESS")), says(40*time.Second, basic("HIGH"))},
			want: outcome{Waited: "54.375s", Polls: 7, Type: "basic", Platform: "COMPLETE A:high"}},
		{name: "a scan that is lost again", source: &source{coverage: inspector}, steps: []step{says(0, enhanced("ACTIVE", "LOW")), fails(20*time.Second, errNoScan), says(40*time.Second, enhanced("ACTIVE", "LOW"))},
			want: outcome{Waited: "1m54.375s", Polls: 11, Type: "enhanced", Platform: "ACTIVE A:low"}},
		{name: "COMPLETE that becomes ACTIVE settles anew", source: &source{coverage: inspector}, steps: []step{says(0, enhanced("COMPLETE", "LOW")), says(50*time.Second, enhanced("ACTIVE", "LOW"))},
			want: outcome{Waited: "1m54.375s", Polls: 11, Type: "enhanced", Platform: "ACTIVE A:low"}},
		{name: "a finding that is closed while the answer settles", source: &source{coverage: inspector}, steps: []step{says(0, enhanced("ACTIVE", "LOW", "HIGH")), says(50*time.Second, enhanced("ACTIVE", "LOW"))},
			want: outcome{Waited: "1m54.375s", Polls: 11, Type: "enhanced", Platform: "ACTIVE A:low"}},

		// Counts and the list.
		{name: "counts that lack what a basic scan lists already", source: &source{coverage: onPush}, steps: []step{says(0, counted(basic("HIGH", "HIGH"), "HIGH", 1)), says(10*time.Second, counted(basic("HIGH", "HIGH", "HIGH"), "HIGH", 3))},
			want: outcome{Waited: "14.25s", Polls: 4, Type: "basic", Platform: "COMPLETE A:high B:high C:high"}},
		{name: "counts that keep to lack what a basic scan lists", source: &source{coverage: onPush}, steps: []step{says(0, counted(basic("HIGH", "HIGH"), "HIGH", 1))},
			want: outcome{Waited: "1m9.375s", Polls: 8, Type: "basic", Platform: "COMPLETE A:high B:high"}},
		{name: "counts that change while the list does not", source: &source{coverage: inspector}, steps: []step{says(0, enhanced("ACTIVE", "LOW")), says(50*time.Second, counted(enhanced("ACTIVE", "LOW"), "LOW", 1))},
			want: outcome{Waited: "1m54.375s", Polls: 11, Type: "enhanced", Platform: "ACTIVE A:low"}},
		{name: "a scan that is made again and again and finds the same", source: &source{coverage: inspector},
			steps: []step{says(0, enhanced("ACTIVE", "LOW")), says(20*time.Second, at(time.Minute, enhanced("ACTIVE", "LOW"))), says(50*time.Second, at(2*time.Minute, enhanced("ACTIVE", "LOW")))},
			want:  outcome{Waited: "1m9.375s", Polls: 8, Type: "enhanced", Platform: "ACTIVE A:low"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				source := test.source.with(map[string][]step{digest: test.steps})
				test.options.Jitter = steady
				result, err := scan.Wait(t.Context(), source, []scan.Image{{Digest: digest}}, test.options)
				if diff := cmp.Diff(test.want, of(result, err, source)); diff != "" {
					t.Errorf("Wait (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// The time may be over in every state there is to wait in, and what is said then is how it stood.
func TestWaitTimesOutInEveryState(t *testing.T) {
	tests := []struct {
		name  string
		state step
		want  string
	}{
		{"PENDING", says(0, status("PENDING")), "PENDING"},
		{"IN_PROGRESS", says(0, status("IN_PROGRESS")), "IN_PROGRESS"},
		{"no scan", fails(0, errNoScan), "no scan yet"},
		{"no answer", fails(0, throttled), "no answer"},
		{"no image", fails(0, errNoImage), "image not found"},
		{"findings unavailable", says(0, status("FINDINGS_UNAVAILABLE")), "FINDINGS_UNAVAILABLE"},
		{"ACTIVE, settling", says(0, enhanced("ACTIVE", "LOW")), "ACTIVE (settling)"},
		{"COMPLETE, settling", says(0, early(enhanced("COMPLETE"))), "COMPLETE (settling)"},
		{"counted, not listed", says(0, counted(enhanced("ACTIVE"), "CRITICAL", 2)), "ACTIVE (2 critical counted, not listed yet)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				source := (&source{coverage: inspector}).with(map[string][]step{digest: {test.state}})
				result, err := scan.Wait(t.Context(), source, []scan.Image{{Digest: digest}}, scan.Options{Timeout: 10 * time.Second, Jitter: steady})
				want := error(&scan.TimeoutError{Waited: 10 * time.Second, Statuses: []string{test.want}})
				if diff := cmp.Diff(want, err); diff != "" {
					t.Errorf("Wait (-want +got):\n%s", diff)
				}
				policy, err := gate.NewPolicy("none")
				if err != nil {
					t.Fatal(err)
				}
				if got := gate.Judge(policy, gate.Case{Scan: result.Scan}).Result; got != gate.Undecided {
					t.Errorf("what had not settled is judged as %s", got)
				}
			})
		})
	}
}

// Each platform settles by its own clock, is asked for once a poll until then, and not any more after.
func TestWaitForPlatformsThatSettleAtDifferentTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := (&source{coverage: inspector}).with(map[string][]step{
			"sha256:early": {says(0, enhanced("ACTIVE", "LOW"))},
			"sha256:late":  {fails(0, errNoScan), says(100*time.Second, enhanced("ACTIVE", "HIGH"))},
			"sha256:clean": {says(0, enhanced("ACTIVE"))},
			"sha256:never": {says(0, status("PENDING"))},
		})
		var images []scan.Image
		for _, name := range []string{"early", "late", "clean", "never"} {
			images = append(images, scan.Image{Digest: "sha256:" + name, Platform: name})
		}
		result, err := scan.Wait(t.Context(), source, images, scan.Options{Timeout: 4 * time.Minute, Jitter: steady})
		want := error(&scan.TimeoutError{Waited: 4 * time.Minute, Statuses: []string{"early ACTIVE (done)", "late ACTIVE (done)", "clean ACTIVE (done)", "never PENDING"}})
		if diff := cmp.Diff(want, err); diff != "" {
			t.Errorf("Wait (-want +got):\n%s", diff)
		}
		perPoll := map[time.Duration]map[string]int{}
		last := map[string]time.Duration{}
		for _, r := range source.requests {
			if perPoll[r.at] == nil {
				perPoll[r.at] = map[string]int{}
			}
			if perPoll[r.at][r.digest]++; perPoll[r.at][r.digest] > 1 {
				t.Errorf("%s was asked for twice at %s", r.digest, r.at)
			}
			last[r.digest] = r.at
		}
		wantLast := map[string]time.Duration{
			"sha256:early": 69375 * time.Millisecond, "sha256:late": 174375 * time.Millisecond, "sha256:clean": 129375 * time.Millisecond, "sha256:never": 4 * time.Minute,
		}
		if diff := cmp.Diff(wantLast, last); diff != "" {
			t.Errorf("the last request for each (-want +got):\n%s", diff)
		}
		if got := len(perPoll); got != result.Polls {
			t.Errorf("%d polls were told, and %d were made", result.Polls, got)
		}
	})
}
