package push_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// journal keeps the events of a push, by layer.
type journal struct {
	mu     sync.Mutex
	events map[digest.Digest][]push.Event
}

func (j *journal) note(e push.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.events == nil {
		j.events = map[digest.Digest][]push.Event{}
	}
	j.events[e.Key] = append(j.events[e.Key], e)
}

// steps are the steps of a layer, each once for as long as it goes on.
func (j *journal) steps(key digest.Digest) []push.Step {
	var out []push.Step
	for _, e := range j.events[key] {
		out = append(out, e.Step)
	}
	return slices.Compact(out)
}

// sum is how many bytes were moved in a step.
func (j *journal) sum(key digest.Digest, s push.Step) int64 {
	var n int64
	for _, e := range j.events[key] {
		if e.Step == s {
			n += e.Bytes
		}
	}
	return n
}

func TestPushTellsTheStepsOfEachLayer(t *testing.T) {
	reused, unnamed := layer(t, 1, source.Uncompressed), layer(t, 2, source.Uncompressed)
	sent, packed, stored := layer(t, 3, source.Uncompressed), layer(t, 4, source.Gzip), layer(t, 5, source.Uncompressed)
	s := newServer(t)
	reuse := known(t, s, reused, unnamed, stored)
	delete(reuse, stored.DiffID)
	var j journal
	image := loose(t, named(reused), unnamed, sent, packed, stored, sent)
	result := mustPush(t, s, connect(t, s), image, push.Settings{Reuse: reuse, Progress: j.note})

	want := map[digest.Digest][]push.Step{
		reused.DiffID:  {push.Done},
		unnamed.DiffID: {push.ReadBegins, push.Read, push.Done},
		sent.DiffID:    {push.ReadBegins, push.Read, push.SendBegins, push.Sent, push.Done},
		packed.DiffID:  {push.ReadBegins, push.Read, push.SendBegins, push.Sent, push.Done},
		stored.DiffID:  {push.ReadBegins, push.Read, push.Done},
	}
	got := map[digest.Digest][]push.Step{}
	for _, l := range result.Upload.Layers {
		got[l.DiffID] = j.steps(l.DiffID)
		if read := j.sum(l.DiffID, push.Read); read != j.sum(l.DiffID, push.ReadBegins) {
			t.Errorf("layer %s: %d bytes read, %d announced", l.DiffID, read, j.sum(l.DiffID, push.ReadBegins))
		}
		if l.Action == push.Uploaded && (j.sum(l.DiffID, push.Sent) != l.Size || j.sum(l.DiffID, push.SendBegins) != l.Size) {
			t.Errorf("layer %s: %d of %d bytes sent", l.DiffID, j.sum(l.DiffID, push.Sent), l.Size)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

func TestPushTellsTheStepsOfALayerThatIsSentAhead(t *testing.T) {
	image := loose(t, long(t))
	s := newServer(t)
	var j journal
	result := mustPush(t, s, connect(t, s), image, push.Settings{Progress: j.note})
	l := result.Upload.Layers[0]
	count := map[push.Step]int{}
	for _, e := range j.events[l.DiffID] {
		if e.Step != push.Read && e.Step != push.Sent {
			count[e.Step]++
		}
	}
	if diff := cmp.Diff(map[push.Step]int{push.ReadBegins: 1, push.SendBegins: 1, push.Done: 1}, count); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if read, sent := j.sum(l.DiffID, push.Read), j.sum(l.DiffID, push.Sent); read != image.Loose.Layers[0].Size || sent != l.Size {
		t.Errorf("%d of %d bytes read, %d of %d sent", read, image.Loose.Layers[0].Size, sent, l.Size)
	}
}

func TestPushCountsEachBlobOnce(t *testing.T) {
	shared := sealed(t, "amd64", 1, 2)
	twice := sealed(t, "amd64", 1, 1)
	for _, tt := range []struct {
		name  string
		image *source.Image
		want  []push.Action
	}{
		{"of an index whose images have a layer in common", image(index(t, shared, sealed(t, "arm64", 2, 3))), []push.Action{push.Uploaded, push.Uploaded, push.Uploaded}},
		{"of an image that has a layer twice", image(twice), []push.Action{push.Uploaded}},
		{"of a loose image that has a layer twice", loose(t, layer(t, 1, source.Uncompressed), layer(t, 1, source.Uncompressed)), []push.Action{push.Uploaded}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t)
			result := mustPush(t, s, connect(t, s), tt.image, push.Settings{})
			var sent int64
			for _, r := range s.seen() {
				if r.Kind == putBlob {
					sent += r.Length
				}
			}
			if diff := cmp.Diff([]int64{sent, sent}, []int64{result.Upload.Bytes, result.Upload.BytesTotal}); diff != "" {
				t.Errorf("Bytes and BytesTotal (-sent +got):\n%s", diff)
			}
			var got []push.Action
			for _, l := range result.Upload.Layers {
				got = append(got, l.Action)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("actions (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPushTellsWhereItsTimeWent(t *testing.T) {
	s := newServer(t)
	s.fail(headBlob, page(503))
	result := mustPush(t, s, connect(t, s), loose(t, layer(t, 1, source.Uncompressed)), push.Settings{})
	if got := result.Upload.Spent; got.Read <= 0 || got.Compress <= 0 || got.Send <= 0 || got.Wait <= 0 || result.Upload.Duration <= 0 {
		t.Errorf("Push(…).Upload: %+v", result.Upload)
	}
}
