package push_test

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"testing"

	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// crowd is an image of many small layers, by a seed. A few are compressed already, and some are there twice.
func crowd(t *testing.T, random *rand.Rand) []source.Layer {
	t.Helper()
	var layers []source.Layer
	for n := range uint64(60) {
		switch {
		case n > 10 && n%13 == 0:
			layers = append(layers, layers[random.IntN(len(layers))])
		case n%7 == 0:
			layers = append(layers, layer(t, n, source.Gzip))
		default:
			layers = append(layers, layer(t, n, source.Uncompressed))
		}
	}
	return layers
}

// strike makes some of the next requests meet faults that pass.
func strike(s *server, random *rand.Rand) {
	some := []fault{drop, halve, lose, page(http.StatusServiceUnavailable), say(http.StatusTooManyRequests, "TOOMANYREQUESTS", "Rate exceeded")}
	for _, kind := range []string{headBlob, postUpload, putBlob} {
		for range 40 {
			var f fault // nil is none
			if random.IntN(4) == 0 {
				f = some[random.IntN(len(some))]
			}
			s.fail(kind, f)
		}
	}
	s.fail(putManifest, drop, say(http.StatusTooManyRequests, "TOOMANYREQUESTS", "Rate exceeded"))
}

// sentAgain lists the blobs that were sent another time, once for each.
func (s *server) sentAgain() []string {
	tries, again := map[string]int{}, []string{}
	for _, r := range s.seen() {
		query, _ := url.ParseQuery(r.Query)
		if r.Kind != putBlob {
			continue
		}
		d := query.Get("digest")
		if tries[d]++; tries[d] > 1 {
			again = append(again, d)
		}
	}
	return again
}

func TestPushOfManyLayers(t *testing.T) {
	t.Run("sends nothing twice", func(t *testing.T) {
		s := newServer(t)
		result := mustPush(t, s, connect(t, s), loose(t, crowd(t, rand.New(rand.NewPCG(1, 1)))...), push.Settings{})
		pulled(t, s, result.Image.Digest)
		if again := s.sentAgain(); len(again) != 0 {
			t.Errorf("sent again: %q", again)
		}
	})
	for seed := range uint64(2) {
		t.Run("gets over many faults", func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			layers := crowd(t, random)
			s := newServer(t)
			reuse := known(t, s, layers[5:15]...)
			strike(s, random)
			c := connect(t, s)
			result := mustPush(t, s, c, loose(t, layers...), push.Settings{Reuse: reuse})
			pulled(t, s, result.Image.Digest)
			spoiled := 0
			for _, r := range s.seen() {
				if r.Kind == putBlob && r.Spoiled {
					spoiled++
				}
			}
			if again := s.sentAgain(); len(again) != spoiled {
				t.Errorf("%d blobs sent again for %d faults", len(again), spoiled)
			}
			if result.Upload.Bytes > result.Upload.BytesTotal {
				t.Errorf("Push(…).Upload: %d of %d bytes sent", result.Upload.Bytes, result.Upload.BytesTotal)
			}
		})
	}
}
