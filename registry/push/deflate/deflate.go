// Package deflate compresses into the format deflate (RFC 1951), for data of which some parts get smaller and others, compressed
// already, do not. Start at New. It does not decompress.
package deflate

// Encoder compresses one piece of a stream after another. What it gives depends on the piece and what stands before it alone.
type Encoder struct {
	piece   piece
	matcher matcher
	block   block
	writer  writer
}

// New makes an encoder, of two megabytes and a half.
func New() *Encoder {
	e := &Encoder{}
	e.block.init()
	return e
}

// Append appends the compressed form of data to out, but for the first past bytes, which stand before it in the stream. It ends at a byte,
// and is not the end of the stream: pieces may be joined, and the last of them followed by an empty block that is marked as the last.
func (e *Encoder) Append(out, data []byte, past int) []byte {
	e.writer = writer{out: out}
	for past < len(data) {
		data = data[max(0, past-window):]
		past = min(past, window)
		size := copy(e.piece[:pieceSize], data)
		e.append(past, size)
		past = size
	}
	return e.writer.flush()
}

// append compresses the piece up to size, but for the first past bytes.
func (e *Encoder) append(past, size int) {
	e.matcher.begin(&e.piece, past)
	stored := past // from here on nothing is written yet: it will be stored, unless a block that comes next makes it smaller
	for at := past; at < size; {
		e.block.begin()
		end, dense := e.matcher.find(&e.block, &e.piece, at, size)
		if e.block.choose(end - at) {
			e.writer.store(e.piece[stored:at])
			e.writer.write(&e.block, e.piece[at:end])
			stored = end
		}
		if at = end; dense {
			at = e.matcher.skim(&e.piece, at, size)
		}
	}
	e.writer.store(e.piece[stored:size])
}
