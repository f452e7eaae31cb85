package push

import (
	"github.com/opencontainers/go-digest"
)

// Event tells how a push goes on. Events come from several goroutines at once.
type Event struct {
	Step  Step
	Key   digest.Digest // which layer: its diffID, or its blob's digest where the diffID is not known
	Bytes int64         // moved since the last event of this step; for a step that begins, how many it will move, 0 where that is not known
	Layer Layer         // of Done
}

// Step is what happens to a layer.
type Step string

// The steps of a layer, in their order. A step that begins anew, after a failure, starts from zero.
const (
	ReadBegins Step = "read begins" // reading and compressing
	Read       Step = "read"        // uncompressed bytes, or the bytes of a blob that is compressed already
	SendBegins Step = "send begins"
	Sent       Step = "sent"
	Done       Step = "done"
)
