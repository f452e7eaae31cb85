package source

// HandOver makes o hand files to an Intake that are larger than size, so that small archives do for tests.
func HandOver(o Options, size int64) Options {
	o.held = size
	return o
}
