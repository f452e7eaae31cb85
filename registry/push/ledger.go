package push

import (
	"slices"
	"sync"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// Spent is where the time of a push went. Layers are worked on side by side, so the parts may add up to more than the whole.
type Spent struct {
	Read     time.Duration // waiting for the image's source
	Compress time.Duration // of all workers
	Send     time.Duration // of all uploads
	Wait     time.Duration // between tries
}

// ledger keeps what came of each part of an image. It may be used by several goroutines at once.
type ledger struct {
	progress func(Event)

	mu      sync.Mutex
	sent    Upload
	layers  map[digest.Digest]Layer              // by diffID, or by digest where that is not known
	ready   map[digest.Digest]ocispec.Descriptor // layers that are in the repository, by diffID
	counted map[digest.Digest]bool               // blobs that are in the total
	done    map[digest.Digest]bool               // blobs that are in the repository
}

func newLedger(progress func(Event)) *ledger {
	return &ledger{
		progress: progress,
		layers:   map[digest.Digest]Layer{},
		ready:    map[digest.Digest]ocispec.Descriptor{},
		counted:  map[digest.Digest]bool{},
		done:     map[digest.Digest]bool{},
	}
}

// forget is for when the registry has not kept what it said it has.
func (l *ledger) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.done)
	clear(l.ready)
}

// forgetReused is for when the registry lacks a part of an image with reused layers: the other parts are believed to be there.
func (l *ledger) forgetReused() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, layer := range l.layers {
		if layer.Action != Reused {
			continue
		}
		delete(l.layers, key)
		delete(l.ready, key)
		delete(l.counted, layer.Digest)
		l.sent.BytesTotal -= layer.Size
	}
}

// count adds a blob to the total, once.
func (l *ledger) count(c content) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.counted[c.digest] {
		l.counted[c.digest] = true
		l.sent.BytesTotal += c.size
	}
}

func (l *ledger) isDone(d digest.Digest) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.done[d]
}

func (l *ledger) markDone(d digest.Digest) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done[d] = true
}

func (l *ledger) uploaded(c content) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent.Bytes += c.size
}

// isReady is the descriptor of a layer that is in the repository.
func (l *ledger) isReady(id digest.Digest) (ocispec.Descriptor, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d, found := l.ready[id]
	return d, found
}

func (l *ledger) markReady(id digest.Digest, d ocispec.Descriptor) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ready[id] = d
}

func (l *ledger) spend(add func(*Spent)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	add(&l.sent.Spent)
}

// tell passes an event on, unless it is of a blob that is no layer, or of which it is not known yet which layer it is.
func (l *ledger) tell(e Event) {
	if l.progress != nil && e.Key != "" {
		l.progress(e)
	}
}

// finish reports a layer that is done, in place of what was said of it before.
func (l *ledger) finish(layer Layer) {
	l.mu.Lock()
	l.layers[layer.key()] = layer
	l.mu.Unlock()
	l.tell(Event{Step: Done, Key: layer.key(), Layer: layer})
}

func (l Layer) key() digest.Digest {
	if l.DiffID != "" {
		return l.DiffID
	}
	return l.Digest
}

// upload is what was sent of an image, its layers in the image's order.
func (l *ledger) upload(image *source.Image) Upload {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.sent
	for _, key := range layerKeys(image) {
		if layer, found := l.layers[key]; found {
			out.Layers = append(out.Layers, layer)
		}
	}
	return out
}

// layerKeys lists the layers of an image, each once.
func layerKeys(image *source.Image) []digest.Digest {
	var keys []digest.Digest
	add := func(key digest.Digest) {
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	if image.Loose != nil {
		for _, layer := range image.Loose.Layers {
			add(layer.DiffID)
		}
	}
	if image.Sealed != nil {
		for _, b := range blobsOf(*image.Sealed) {
			add(keyOf(b))
		}
	}
	return keys
}
