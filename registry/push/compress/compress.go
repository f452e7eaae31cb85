// Package compress compresses streams on several cores into bytes that depend on the input, the level and the versions of this module
// and its compression library alone, never on the number of cores or on timing. Start at New. It knows nothing of images.
package compress

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

// Format is a form of compression.
type Format string

// The formats.
const (
	Gzip Format = "gzip"
	Zstd Format = "zstd"
)

// Levels of the formats. That of gzip is the fastest whose layers are no larger than those of skopeo, which compresses at level 5; that of
// zstd the fastest of all. bench/levels times them.
const (
	DefaultGzipLevel = 5
	DefaultZstdLevel = 1
	maxGzipLevel     = 9
	maxZstdLevel     = 22
)

// CheckLevel says whether a format has a level. 0 stands for the default.
func CheckLevel(f Format, level int) error {
	highest := maxGzipLevel
	if f == Zstd {
		highest = maxZstdLevel
	}
	if level < 0 || level > highest {
		return fmt.Errorf("%s has no level %d, only 1 (fast) to %d (small)", f, level, highest)
	}
	return nil
}

// Options choose format, level and budget. The zero value is gzip at its default level on all cores.
type Options struct {
	Format  Format
	Level   int // 1 (fast) to 9 (small) for gzip, to 22 for zstd; 0 is the format's default
	Workers int // blocks compressed at the same time, over all streams; 0 is one a core, up to maxWorkers
}

// maxWorkers bounds the memory that compression takes, about 5 MiB a worker.
const maxWorkers = 8

// Compressor compresses any number of streams at once under one budget of workers and memory.
type Compressor struct {
	format   Format
	encoders chan encoder // one a worker
	blocks   chan *block  // those that no stream uses
	busy     atomic.Int64 // nanoseconds
}

// encoder compresses one block at a time.
type encoder interface {
	// encode appends the compressed form of data to out, but for its first past bytes, which are what the stream has before it.
	encode(out, data []byte, past int) ([]byte, error)
}

// frame is what a format puts around the blocks of a stream.
type frame interface {
	begin() []byte
	add(in []byte) // the next block, uncompressed
	end() []byte
}

// New makes a compressor.
func New(o Options) (*Compressor, error) {
	if o.Format == "" {
		o.Format = Gzip
	}
	if o.Format != Gzip && o.Format != Zstd {
		return nil, fmt.Errorf("there is no compression %q", o.Format)
	}
	if err := CheckLevel(o.Format, o.Level); err != nil {
		return nil, err
	}
	if o.Workers <= 0 {
		o.Workers = min(runtime.GOMAXPROCS(0), maxWorkers)
	}
	c := &Compressor{format: o.Format, encoders: make(chan encoder, o.Workers), blocks: make(chan *block, o.Workers+2)}
	for range o.Workers {
		e, err := newEncoder(o.Format, o.Level)
		if err != nil {
			return nil, err
		}
		c.encoders <- e
	}
	for range cap(c.blocks) { // one is read and one is written while the workers are busy
		c.blocks <- &block{}
	}
	return c, nil
}

func newEncoder(f Format, level int) (encoder, error) {
	if f == Zstd {
		return newZstdEncoder(level)
	}
	return newGzipEncoder(level)
}

func (c *Compressor) newFrame() frame {
	if c.format == Zstd {
		return &zstdFrame{}
	}
	return &gzipFrame{}
}

// Busy is how long the workers have compressed so far, each counted by itself.
func (c *Compressor) Busy() time.Duration { return time.Duration(c.busy.Load()) }
