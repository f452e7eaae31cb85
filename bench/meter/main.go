// Meter stands before a registry, lets everything through, and counts requests and bytes.
//
//	meter --listen HOST:PORT --upstream HOST:PORT --result FILE
//
// It writes FILE when a signal ends it: one line for each kind of request, its count, the bytes sent and the bytes received, parted by
// tabs, and a line "total" before them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "meter:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("meter", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:0", "`HOST:PORT` to serve at")
	upstream := flags.String("upstream", "", "`HOST:PORT` of the registry")
	result := flags.String("result", "", "`FILE` that gets the counts")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *upstream == "" || *result == "" || flags.NArg() != 0 {
		return errors.New("want --upstream HOST:PORT and --result FILE")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	meter := NewMeter(*upstream)
	server := &http.Server{Addr: *listen, Handler: meter}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return err
	}
	return os.WriteFile(*result, []byte(meter.String()), 0o644)
}
