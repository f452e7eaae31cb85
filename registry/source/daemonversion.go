package source

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/moby/moby/client"
)

// Engine is what a daemon says of itself.
type Engine struct {
	Name    string // "Docker" or "Podman"
	Version string
	Host    string // where it was reached, without a credential
}

// AskDaemon asks the daemon at host what it is; an empty host is the one that the Docker variables name, or the Docker CLI's
// context, or the default one. That none answers is a DaemonError.
func AskDaemon(ctx context.Context, host string) (Engine, error) {
	daemon, err := dialDaemon(host)
	if err != nil {
		return Engine{}, err
	}
	defer daemon.Close()
	answer, err := daemon.ServerVersion(ctx, client.ServerVersionOptions{})
	switch {
	case ctx.Err() != nil:
		return Engine{}, fmt.Errorf("ask the daemon: %w", ctx.Err())
	case err != nil:
		return Engine{}, &DaemonError{Err: err}
	}
	out := Engine{Name: "Docker", Version: answer.Version, Host: withoutCredential(daemon.DaemonHost())}
	for _, component := range answer.Components {
		if strings.HasPrefix(component.Name, "Podman") {
			out.Name = "Podman"
		}
	}
	return out, nil
}

// withoutCredential is a URL without the user in it.
func withoutCredential(text string) string {
	at, err := url.Parse(text)
	if err != nil || at.User == nil {
		return text
	}
	at.User = nil
	return at.String()
}
