package cli

import (
	"os"
	"runtime/debug"
)

// gateMemory is what the collector may let the heap of the gate grow to before it works harder. Findings are many small things, of which
// there would else be as much dead as alive: 20,000 findings stay under 96 MiB by it.
const gateMemory = 64 << 20

// limitMemory sets the limit, unless the user has set one.
func limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(gateMemory)
	}
}
