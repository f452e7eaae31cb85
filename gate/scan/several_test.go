package scan_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/scan"
)

func TestWaitForSeveralPlatforms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := (&source{coverage: onPush}).with(map[string][]step{
			"sha256:amd": {says(0, basic("LOW"))},
			"sha256:arm": {fails(0, errNoScan), says(7*time.Second, status("IN_PROGRESS")), says(14*time.Second, basic())},
			"sha256:win": {says(0, status("PENDING")), says(3*time.Second, status("UNSUPPORTED_IMAGE"))},
		})
		var events []scan.Event
		got, err := scan.Wait(t.Context(), source, []scan.Image{
			{Digest: "sha256:amd", Platform: "linux/amd64"}, {Digest: "sha256:arm", Platform: "linux/arm64"}, {Digest: "sha256:win", Platform: "windows/amd64"},
		}, scan.Options{Jitter: steady, Progress: func(e scan.Event) { events = append(events, e) }})
		if err != nil {
			t.Fatal(err)
		}
		want := scan.Result{Waited: 14250 * time.Millisecond, Polls: 4, Scan: gate.Scan{Type: "basic", Platforms: []gate.PlatformScan{
			{Platform: "linux/amd64", Digest: "sha256:amd", Status: "COMPLETE", CompletedAt: completed, Listed: map[string]int{"LOW": 1}, Findings: []gate.Finding{{ID: "A", Severity: gate.Low, Fix: gate.UnknownFix, Platforms: []string{"linux/amd64"}}}},
			{Platform: "linux/arm64", Digest: "sha256:arm", Status: "COMPLETE", CompletedAt: completed},
			{Platform: "windows/amd64", Digest: "sha256:win", Status: "UNSUPPORTED_IMAGE", Undecided: "the scanner does not support this image"},
		}}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Wait (-want +got):\n%s", diff)
		}
		wantEvents := []scan.Event{
			{Waited: 0, Statuses: []string{"linux/amd64 COMPLETE (done)", "linux/arm64 no scan yet", "windows/amd64 PENDING"}},
			{Waited: 3 * time.Second, Statuses: []string{"linux/amd64 COMPLETE (done)", "linux/arm64 no scan yet", "windows/amd64 UNSUPPORTED_IMAGE (no verdict)"}},
			{Waited: 7500 * time.Millisecond, Statuses: []string{"linux/amd64 COMPLETE (done)", "linux/arm64 IN_PROGRESS", "windows/amd64 UNSUPPORTED_IMAGE (no verdict)"}},
		}
		if diff := cmp.Diff(wantEvents, events); diff != "" {
			t.Errorf("Progress (-want +got):\n%s", diff)
		}
		perDigest := map[string]int{}
		for _, r := range source.requests {
			perDigest[r.digest]++
		}
		if diff := cmp.Diff(map[string]int{"sha256:amd": 1, "sha256:arm": 4, "sha256:win": 2}, perDigest); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
		if source.covers != 1 {
			t.Errorf("the settings were read %d times", source.covers)
		}
	})
}

// More platforms than are asked for at the same time, each of which has its scan started, once.
func TestWaitStartsEachPlatformOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := (&source{coverage: byHand}).with(map[string][]step{})
		var images []scan.Image
		for i := range 20 {
			digest := fmt.Sprintf("sha256:%d", i)
			images = append(images, scan.Image{Digest: digest})
			source.steps[digest] = []step{fails(0, errNoScan), says(30*time.Second, basic())}
		}
		if _, err := scan.Wait(t.Context(), source, images, scan.Options{MayStart: true}); err != nil {
			t.Fatal(err)
		}
		starts := map[string]int{}
		for _, digest := range source.starts {
			starts[digest]++
		}
		for _, image := range images {
			if starts[image.Digest] != 1 {
				t.Errorf("%s was started %d times", image.Digest, starts[image.Digest])
			}
		}
	})
}

func TestWaitForNothingIsDoneAtOnceAndGivesNoPass(t *testing.T) {
	got, err := scan.Wait(t.Context(), &source{}, nil, scan.Options{})
	if err != nil || got.Polls != 1 {
		t.Errorf("Wait = %+v, %v", got, err)
	}
	policy, err := gate.NewPolicy("none")
	if err != nil {
		t.Fatal(err)
	}
	if verdict := gate.Judge(policy, gate.Case{Scan: got.Scan}); verdict.Result != gate.Undecided {
		t.Errorf("Judge = %+v", verdict)
	}
}

// Polls are 3 s apart at first and 15 s later, spread by the jitter, so that a verdict comes within one of them.
func TestWaitSpreadsItsPolls(t *testing.T) {
	for name, jitter := range map[string]func() float64{"least": steady, "most": func() float64 { return 0.999 }, "random": nil} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const settled = 100 * time.Second
				source := (&source{coverage: onPush}).with(map[string][]step{digest: {says(0, status("IN_PROGRESS")), says(settled, basic())}})
				result, err := scan.Wait(t.Context(), source, []scan.Image{{Digest: digest}}, scan.Options{Jitter: jitter})
				if err != nil {
					t.Fatal(err)
				}
				for i := 1; i < len(source.requests); i++ {
					gap, least := source.requests[i].at-source.requests[i-1].at, 3*time.Second
					if i > 5 {
						least = 12 * time.Second
					}
					if gap < least || gap > 15*time.Second {
						t.Errorf("poll %d came %s after the one before", i, gap)
					}
				}
				if result.Waited-settled > 15*time.Second {
					t.Errorf("the verdict came %s after the scan had settled", result.Waited-settled)
				}
			})
		})
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		source := (&source{}).with(map[string][]step{digest: {says(0, status("IN_PROGRESS"))}})
		result, err := scan.Wait(ctx, source, []scan.Image{{Digest: digest}}, scan.Options{})
		var timeout *scan.TimeoutError
		if !errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) || result.Waited != 10*time.Second {
			t.Errorf("Wait: %v after %s", err, result.Waited)
		}
	})
}

func TestWaitThatIsCancelledWhileItStartsAScanGivesNoVerdict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		source := &cancelling{source: (&source{coverage: byHand}).with(map[string][]step{digest: {fails(0, errNoScan)}}), cancel: cancel}
		result, err := scan.Wait(ctx, source, []scan.Image{{Digest: digest}}, scan.Options{MayStart: true})
		if !errors.Is(err, context.Canceled) || result.Scan.Platforms[0].Undecided != "" {
			t.Errorf("Wait = %+v, %v", result, err)
		}
	})
}

// cancelling is a source whose Start is interrupted.
type cancelling struct {
	*source
	cancel context.CancelFunc
}

func (c *cancelling) Start(ctx context.Context, digest string) error {
	c.cancel()
	return c.source.Start(ctx, digest)
}

// hanging is a source whose answers never come.
type hanging struct{ source }

func (h *hanging) Answer(ctx context.Context, _, _ string, _ int) (gate.Answer, error) {
	<-ctx.Done()
	return gate.Answer{}, ctx.Err()
}

func TestWaitEndsARequestThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		result, err := scan.Wait(t.Context(), &hanging{}, []scan.Image{{Digest: digest}}, scan.Options{Timeout: time.Minute})
		var timeout *scan.TimeoutError
		if !errors.As(err, &timeout) || result.Waited != time.Minute+15*time.Second {
			t.Errorf("Wait: %v after %s", err, result.Waited)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		result, err := scan.Wait(ctx, &hanging{}, []scan.Image{{Digest: digest}}, scan.Options{})
		if !errors.Is(err, context.DeadlineExceeded) || result.Waited != time.Second {
			t.Errorf("Wait: %v after %s", err, result.Waited)
		}
	})
}

func TestTimeoutErrorSaysHowEachPlatformStands(t *testing.T) {
	err := &scan.TimeoutError{Waited: 90500 * time.Millisecond, Statuses: []string{"linux/amd64 PENDING", "linux/arm64 COMPLETE (settling)"}}
	if got, want := err.Error(), "the scan has not settled after 1m31s: linux/amd64 PENDING, linux/arm64 COMPLETE (settling)"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
}
