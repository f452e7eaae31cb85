// Command hello writes hello.tar, a small but real image for linux/amd64, to stdout:
//
//	go run ./testdata/hello > testdata/hello.tar
//
// The archive is in the form that docker save has in Docker 25 and later with the classic image store: an OCI layout with a
// manifest.json beside it and layers that are not compressed. What only Docker before 1.10 reads (the file repositories and a JSON
// file for each layer) is left out. Its two layers hold what this Dockerfile would give:
//
//	FROM scratch
//	COPY os-release /etc/os-release
//	COPY hello /hello
//	USER 65532:65532
//	CMD ["/hello"]
//
// The program /hello is written out here as machine code, so that no compiler is needed. Every time in the archive is the same, so
// that the same source gives the same bytes anywhere. To see it run: docker load -i testdata/hello.tar && docker run --rm octo/hello:1
package main

import (
	"fmt"
	"os"
	"time"
)

// built is every time in the archive.
var built = time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)

const osRelease = `ID=hello
NAME="Hello"
PRETTY_NAME="Hello 1 (an image to test with)"
VERSION_ID=1
HOME_URL="https://example.com/octo/hello"
`

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "hello:", err)
		os.Exit(1)
	}
}

func run() error {
	hello, err := program("Hello! This image is small, and it is real.\n")
	if err != nil {
		return err
	}
	base, err := tarball(folder("etc/"), file("etc/os-release", 0o644, []byte(osRelease)))
	if err != nil {
		return err
	}
	app, err := tarball(file("hello", 0o755, hello))
	if err != nil {
		return err
	}
	archive, err := save("octo/hello", "1", base, app)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(archive)
	return err
}
