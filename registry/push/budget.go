package push

import "golang.org/x/sync/semaphore"

// Bounds of what happens at once. Amazon's own uploader met broken connections with all layers in parallel
// (https://github.com/dotnet/sdk-container-builds/pull/279), so few are sent at a time. Layers in flight are those that are compressed
// or sent: each takes its compressed size on disk.
const (
	maxSending  = 5
	maxInFlight = 8
)

// small is the size in bytes up to which layers are compressed side by side: a large one keeps all workers busy, and the sooner it is
// done, the sooner it can be sent.
const small = 8 << 20

// budget bounds what a push does at the same time.
type budget struct {
	sending  *semaphore.Weighted
	inFlight *semaphore.Weighted
	packing  *semaphore.Weighted // in bytes of input
	hashing  *semaphore.Weighted
}

func newBudget() *budget {
	return &budget{
		sending:  semaphore.NewWeighted(maxSending),
		inFlight: semaphore.NewWeighted(maxInFlight),
		packing:  semaphore.NewWeighted(small),
		hashing:  semaphore.NewWeighted(maxHashing),
	}
}

// maxHashing is how many layers are read at once only to be held against their diffID.
const maxHashing = 4

// weight is what a layer takes of the packing budget. Even an empty one takes a part: each holds a file open.
func weight(size int64) int64 { return min(max(size, small/maxInFlight), small) }
