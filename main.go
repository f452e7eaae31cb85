// Hallmark gives a built container image its names in Amazon ECR: tags from Git, a push by digest, the scan judged, and only
// then the tags.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // images without zones of their own ask for {{date 'HH' tz='Asia/Tokyo'}} too

	"github.com/hallmark-ci/hallmark/cli"
)

func main() {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		cause := <-signals
		signal.Stop(signals) // a second signal ends the process at once
		cancel(&cli.InterruptedError{Signal: cause})
	}()
	os.Exit(cli.Main(ctx, os.Args, cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
