package scan_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/scan"
)

// digest is that of the image to wait for.
const digest = "sha256:aaaa"

// steady is a jitter that is none: polls are at 0, 3, 7.5, 14.25, 24.375 s, and then every 15 s.
func steady() float64 { return 0 }

func TestWait(t *testing.T) {
	const timedOut = "the scan has not settled after 15m0s: "
	tests := []struct {
		name    string
		steps   []step
		source  *source // answers nothing where it is not given
		options scan.Options
		want    outcome
	}{
		// What each status means.
		{name: "a basic scan is settled as soon as it says when it was completed", source: &source{coverage: onPush},
			steps: []step{says(0, status("PENDING")), says(2*time.Second, status("IN_PROGRESS")), says(20*time.Second, basic("HIGH"))},
			want:  outcome{Waited: "24.375s", Polls: 5, Type: "basic", Platform: "COMPLETE A:high"}},
		{name: "a clean basic scan, too", source: &source{coverage: onPush}, steps: []step{says(0, basic())},
			want: outcome{Waited: "0s", Polls: 1, Type: "basic", Platform: "COMPLETE"}},
		{name: "an unsupported image", steps: []step{says(0, status("UNSUPPORTED_IMAGE"))},
			want: outcome{Waited: "0s", Polls: 1, Platform: "UNSUPPORTED_IMAGE undecided: the scanner does not support this image"}},
		{name: "a scan that failed", steps: []step{says(0, status("IN_PROGRESS")), says(3*time.Second, status("FAILED"))},
			want: outcome{Waited: "3s", Polls: 2, Platform: "FAILED undecided: the scan failed"}},
		{name: "an image that is too old", steps: []step{says(0, status("SCAN_ELIGIBILITY_EXPIRED"))},
			want: outcome{Waited: "0s", Polls: 1, Platform: "SCAN_ELIGIBILITY_EXPIRED undecided: the image is outside the re-scan window: push it again, or lengthen the window"}},
		{name: "a limit", steps: []step{says(0, status("LIMIT_EXCEEDED"))},
			want: outcome{Waited: "0s", Polls: 1, Platform: "LIMIT_EXCEEDED undecided: the account's scan limit is reached"}},
		{name: "an archived image", steps: []step{says(0, status("IMAGE_ARCHIVED"))},
			want: outcome{Waited: "0s", Polls: 1, Platform: "IMAGE_ARCHIVED undecided: the image is archived: restore it first"}},
		{name: "a status of the future", steps: []step{says(0, status("PONDERING"))},
			want: outcome{Waited: "0s", Polls: 1, Platform: `PONDERING undecided: the scan status "PONDERING" is not known`}},
		{name: "no status", steps: []step{says(0, status(""))},
			want: outcome{Waited: "0s", Polls: 1, Platform: `undecided: the scan status "" is not known`}},
		{name: "findings that are unavailable for a while", source: &source{coverage: onPush}, steps: []step{says(0, status("FINDINGS_UNAVAILABLE")), says(20*time.Second, basic())},
			want: outcome{Waited: "24.375s", Polls: 5, Type: "basic", Platform: "COMPLETE"}},
		{name: "findings that stay unavailable", steps: []step{says(0, status("FINDINGS_UNAVAILABLE"))},
			want: outcome{Waited: "24.375s", Polls: 5, Platform: "FINDINGS_UNAVAILABLE undecided: the findings are not available"}},
		{name: "findings that are unavailable now and then", options: scan.Options{Timeout: time.Minute},
			steps: []step{says(0, status("FINDINGS_UNAVAILABLE")), says(14*time.Second, status("IN_PROGRESS")), says(20*time.Second, status("FINDINGS_UNAVAILABLE"))},
			want:  outcome{Waited: "1m0s", Polls: 8, Platform: "FINDINGS_UNAVAILABLE", Err: "the scan has not settled after 1m0s: FINDINGS_UNAVAILABLE"}},
		{name: "a scan that never ends", steps: []step{says(0, status("PENDING"))},
			want: outcome{Waited: "15m0s", Polls: 64, Platform: "PENDING", Err: timedOut + "PENDING"}},

		// When an enhanced scan, or one that may be, has settled.
		{name: "an enhanced scan with findings", source: &source{coverage: inspector}, steps: []step{says(0, enhanced("ACTIVE", "LOW"))},
			want: outcome{Waited: "1m9.375s", Polls: 8, Type: "enhanced", Platform: "ACTIVE A:low"}},
		{name: "an enhanced scan without findings", source: &source{coverage: inspector}, steps: []step{says(0, enhanced("ACTIVE"))},
			want: outcome{Waited: "2m9.375s", Polls: 12, Type: "enhanced", Platform: "ACTIVE"}},
		{name: "COMPLETE and empty, then findings (aws-sdk#289)", source: &source{coverage: inspector}, steps: []step{says(0, early(enhanced("COMPLETE"))), says(30*time.Second, enhanced("COMPLETE", "CRITICAL"))},
			want: outcome{Waited: "1m39.375s", Polls: 10, Type: "enhanced", Platform: "COMPLETE A:critical"}},
		{name: "the same when the registry's settings may not be read", source: &source{coverageErr: []error{denied}}, steps: []step{says(0, early(basic())), says(110*time.Second, enhanced("COMPLETE", "CRITICAL"))},
			want: outcome{Waited: "2m54.375s", Polls: 15, Type: "enhanced", Platform: "COMPLETE A:critical"}},
		{name: "ACTIVE and empty, then findings (aws-cli#6759)", source: &source{coverage: inspector}, steps: []step{says(0, early(enhanced("ACTIVE"))), says(100*time.Second, enhanced("ACTIVE", "HIGH"))},
			want: outcome{Waited: "2m54.375s", Polls: 15, Type: "enhanced", Platform: "ACTIVE A:high"}},
		{name: "one finding, then three (aws-sdk#288)", source: &source{coverage: inspector}, steps: []step{says(0, enhanced("ACTIVE", "LOW")), says(60*time.Second, enhanced("ACTIVE", "LOW", "HIGH", "HIGH"))},
			want: outcome{Waited: "2m9.375s", Polls: 12, Type: "enhanced", Platform: "ACTIVE B:high C:high A:low"}},
		{name: "an answer that is taken back", source: &source{coverage: inspector}, steps: []step{says(0, enhanced("ACTIVE", "LOW")), says(50*time.Second, status("PENDING")), says(60*time.Second, enhanced("ACTIVE", "LOW"))},
			want: outcome{Waited: "2m9.375s", Polls: 12, Type: "enhanced", Platform: "ACTIVE A:low"}},
		{name: "a basic scan that does not say when it was completed", source: &source{coverage: onPush}, steps: []step{says(0, early(basic("LOW")))},
			want: outcome{Waited: "2m9.375s", Polls: 12, Type: "basic", Platform: "COMPLETE A:low"}},
		{name: "an empty answer of who knows which kind", source: &source{coverageErr: []error{denied}}, steps: []step{says(0, basic())},
			want: outcome{Waited: "2m9.375s", Polls: 12, Platform: "COMPLETE"}},
		{name: "a basic scan of a repository whose own settings may not be read", source: &source{coverageErr: []error{denied}, partial: gate.Coverage{Type: "BASIC"}}, steps: []step{says(0, basic())},
			want: outcome{Waited: "0s", Polls: 1, Type: "basic", Platform: "COMPLETE"}},
		{name: "an empty answer of a kind that is not known", source: &source{coverageErr: []error{throttled}, coverage: onPush}, steps: []step{says(0, basic())},
			want: outcome{Waited: "3s", Polls: 2, Type: "basic", Platform: "COMPLETE"}},
		{name: "both lists present and empty in a basic registry", source: &source{coverage: onPush}, steps: []step{says(0, enhanced("COMPLETE"))},
			want: outcome{Waited: "0s", Polls: 1, Type: "basic", Platform: "COMPLETE"}},
		{name: "a count before its finding", source: &source{coverage: onPush}, steps: []step{says(0, counted(basic(), "HIGH", 1)), says(10*time.Second, counted(basic("HIGH"), "HIGH", 1))},
			want: outcome{Waited: "14.25s", Polls: 4, Type: "basic", Platform: "COMPLETE A:high"}},
		{name: "a count whose finding never comes", source: &source{coverage: onPush}, steps: []step{says(0, counted(basic(), "HIGH", 1))},
			want: outcome{Waited: "15m0s", Polls: 64, Type: "basic", Platform: "COMPLETE", Err: timedOut + "COMPLETE (1 high counted, not listed yet)"}},
		{name: "a count whose finding never comes, enhanced", source: &source{coverage: inspector}, steps: []step{says(0, counted(enhanced("ACTIVE", "LOW"), "HIGH", 1))},
			want: outcome{Waited: "15m0s", Polls: 64, Type: "enhanced", Platform: "ACTIVE A:low", Err: timedOut + "ACTIVE (1 high counted, not listed yet)"}},

		// Will a scan ever come?
		{name: "no scan yet, then one", source: &source{coverage: onPush}, steps: []step{fails(0, errNoScan), says(7*time.Second, basic())},
			want: outcome{Waited: "7.5s", Polls: 3, Type: "basic", Platform: "COMPLETE"}},
		{name: "a basic repository that is not scanned on push", source: &source{coverage: byHand}, steps: []step{fails(0, errNoScan)},
			want: outcome{Waited: "0s", Polls: 1, Platform: "undecided: the repository is not scanned on push"}},
		{name: "the same, and a scan may be started", source: &source{coverage: byHand, started: []step{says(0, status("IN_PROGRESS")), says(5*time.Second, basic("LOW"))}}, options: scan.Options{MayStart: true}, steps: []step{fails(0, errNoScan)},
			want: outcome{Waited: "7.5s", Polls: 3, Type: "basic", Platform: "COMPLETE A:low", Starts: 1}},
		{name: "a started scan that takes its time to show is not started again", source: &source{coverage: byHand}, options: scan.Options{MayStart: true}, steps: []step{fails(0, errNoScan), says(5*time.Minute, basic())},
			want: outcome{Waited: "5m9.375s", Polls: 24, Type: "basic", Platform: "COMPLETE", Starts: 1}},
		{name: "a start that is throttled is tried again", source: &source{coverage: byHand, startErr: []error{throttled, throttled}, started: []step{says(0, basic())}}, options: scan.Options{MayStart: true}, steps: []step{fails(0, errNoScan)},
			want: outcome{Waited: "14.25s", Polls: 4, Type: "basic", Platform: "COMPLETE", Starts: 3}},
		{name: "a start that is denied", source: &source{coverage: byHand, startErr: []error{denied}}, options: scan.Options{MayStart: true}, steps: []step{fails(0, errNoScan)},
			want: outcome{Waited: "0s", Polls: 1, Starts: 1, Err: "the repository is not scanned on push, and a scan cannot be started: ecr:DescribeImageScanFindings on arn denied: AccessDeniedException"}},
		{name: "a start of what cannot be scanned", source: &source{coverage: byHand, startErr: []error{errors.New("UnsupportedImageTypeException")}}, options: scan.Options{MayStart: true}, steps: []step{fails(0, errNoScan)},
			want: outcome{Waited: "0s", Polls: 1, Starts: 1, Platform: "undecided: the repository is not scanned on push, and a scan cannot be started: UnsupportedImageTypeException"}},
		{name: "a scan on push that does not come is started", source: &source{coverage: onPush, started: []step{says(0, basic())}}, options: scan.Options{MayStart: true}, steps: []step{fails(0, errNoScan)},
			want: outcome{Waited: "1m54.375s", Polls: 11, Type: "basic", Platform: "COMPLETE", Starts: 1}},
		{name: "an image that enhanced scanning does not cover", source: &source{coverage: uncovered}, options: scan.Options{MayStart: true}, steps: []step{fails(0, errNoScan)},
			want: outcome{Waited: "0s", Polls: 1, Platform: "undecided: enhanced scanning does not cover this repository: no scanning filter of the registry matches its name"}},
		{name: "an image that enhanced scanning covers is not started", source: &source{coverage: inspector}, options: scan.Options{MayStart: true, Timeout: 2 * time.Minute}, steps: []step{fails(0, errNoScan)},
			want: outcome{Waited: "2m0s", Polls: 12, Err: "the scan has not settled after 2m0s: no scan yet"}},
		{name: "no filter, but a frequency, contradict", source: &source{coverage: gateCoverage("ENHANCED", "SCAN_ON_PUSH")}, options: scan.Options{Timeout: time.Minute}, steps: []step{fails(0, errNoScan)},
			want: outcome{Waited: "1m0s", Polls: 8, Err: "the scan has not settled after 1m0s: no scan yet"}},
		{name: "a filter, but no frequency, contradict", source: &source{coverage: gateCoverage("ENHANCED", "MANUAL", "*")}, options: scan.Options{Timeout: time.Minute}, steps: []step{fails(0, errNoScan)},
			want: outcome{Waited: "1m0s", Polls: 8, Err: "the scan has not settled after 1m0s: no scan yet"}},
		{name: "a frequency of the future is no sign", source: &source{coverage: gateCoverage("ENHANCED", "WEEKLY")}, options: scan.Options{Timeout: time.Minute}, steps: []step{fails(0, errNoScan)},
			want: outcome{Waited: "1m0s", Polls: 8, Err: "the scan has not settled after 1m0s: no scan yet"}},
		{name: "a kind of the future is no sign", source: &source{coverage: gateCoverage("PREMIUM", "MANUAL")}, options: scan.Options{Timeout: time.Minute}, steps: []step{fails(0, errNoScan)},
			want: outcome{Waited: "1m0s", Polls: 8, Err: "the scan has not settled after 1m0s: no scan yet"}},
		{name: "settings that may not be read are no sign", source: &source{coverageErr: []error{denied}}, steps: []step{fails(0, errNoScan), says(60*time.Second, basic("LOW"))},
			want: outcome{Waited: "1m9.375s", Polls: 8, Type: "basic", Platform: "COMPLETE A:low"}},
		{name: "settings that were throttled are read in the next poll", source: &source{coverageErr: []error{throttled}, coverage: byHand}, steps: []step{fails(0, errNoScan)},
			want: outcome{Waited: "3s", Polls: 2, Platform: "undecided: the repository is not scanned on push"}},
		{name: "settings that may not be read, and a start that is refused", source: &source{coverageErr: []error{denied}, startErr: []error{errors.New("ValidationException: This feature is disabled")}}, options: scan.Options{MayStart: true, Timeout: 2 * time.Minute}, steps: []step{fails(0, errNoScan)},
			want: outcome{Waited: "2m0s", Polls: 12, Starts: 1, Err: "the scan has not settled after 2m0s: no scan yet"}},

		// What goes wrong.
		{name: "an image that is not known yet", source: &source{coverage: onPush}, steps: []step{fails(0, errNoImage), says(20*time.Second, basic())},
			want: outcome{Waited: "24.375s", Polls: 5, Type: "basic", Platform: "COMPLETE"}},
		{name: "an image that is never known", steps: []step{fails(0, errNoImage)},
			want: outcome{Waited: "39.375s", Polls: 6, Err: "read the scan of sha256:aaaa: no such image: ImageNotFoundException"}},
		{name: "an image that is deleted meanwhile", steps: []step{says(0, status("IN_PROGRESS")), fails(3*time.Second, errNoImage)},
			want: outcome{Waited: "39.375s", Polls: 6, Platform: "IN_PROGRESS", Err: "read the scan of sha256:aaaa: no such image: ImageNotFoundException"}},
		{name: "throttling passes", source: &source{coverage: onPush}, steps: []step{fails(0, throttled), says(20*time.Second, basic())},
			want: outcome{Waited: "24.375s", Polls: 5, Type: "basic", Platform: "COMPLETE"}},
		{name: "throttling to the end", steps: []step{fails(0, throttled)},
			want: outcome{Waited: "15m0s", Polls: 64, Err: timedOut + "no answer"}},
		{name: "a call that is denied", steps: []step{fails(0, denied)},
			want: outcome{Waited: "0s", Polls: 1, Err: "read the scan of sha256:aaaa: ecr:DescribeImageScanFindings on arn denied: AccessDeniedException"}},
		{name: "an answer about another image", steps: []step{says(0, aboutAnother())},
			want: outcome{Waited: "0s", Polls: 1, Err: "read the scan of sha256:aaaa: the answer is about sha256:bbbb"}},
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
