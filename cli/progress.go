package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/report"
)

// progressStyle decides how progress is shown on w. On its own it shows bars only where a person watches.
func progressStyle(mode string, w io.Writer) report.Style {
	switch mode {
	case "none":
		return report.Silent
	case "plain":
		return report.Lines
	case "bar":
		return report.Bars
	}
	if watched(w) {
		return report.Bars
	}
	return report.Lines
}

// watched tells whether w is a terminal that a person watches: the log of a CI job is none, even if it passes for a terminal.
func watched(w io.Writer) bool {
	ci := os.Getenv("CI")
	return (ci == "" || ci == "false" || ci == "0") && os.Getenv("TERM") != "dumb" && report.IsTerminal(w)
}

// progress shows the events of a push.
type progress struct{ *report.Progress }

// startProgress begins to show how a push goes on, until Stop.
func (p *program) startProgress() progress {
	return progress{report.StartProgress(p.say, p.progress)}
}

// Event shows one event. It may be called by several goroutines, and after Stop, when it shows nothing.
func (p progress) Event(e push.Event) {
	key := encoded(e.Key)
	switch e.Step {
	case push.ReadBegins:
		p.Begin(key, report.Read, e.Bytes)
	case push.Read:
		p.Advance(key, report.Read, e.Bytes)
	case push.SendBegins:
		p.Begin(key, report.Send, e.Bytes)
	case push.Sent:
		p.Advance(key, report.Send, e.Bytes)
	case push.Done:
		p.Done(key, layerLine(e.Layer))
	}
}

// layerLine says what came of a layer.
func layerLine(l push.Layer) string {
	name, size := short(l.Digest), report.Bytes(l.Size)
	switch l.Action {
	case push.Uploaded:
		return fmt.Sprintf("layer %s uploaded, %s in %s", name, size, secondsText(l.Duration))
	case push.Exists:
		return fmt.Sprintf("layer %s is there already, %s", name, size)
	case push.Reused:
		return fmt.Sprintf("layer %s reused from %s, %s", name, middleCut(l.From), size)
	case push.Mounted:
		return fmt.Sprintf("layer %s mounted from %s, %s", name, middleCut(l.From), size)
	default:
		return fmt.Sprintf("layer %s: %s", name, l.Action)
	}
}

// small is the size of an image whose layers take no time worth a line. Not their time decides, so that the same push says the same.
const small = 1_000_000

// closing sums up what was sent and, in a second line where there is one to give, what the layers took. Those times are sums over layers
// that run side by side, so they may well exceed the time of the push.
func closing(u push.Upload) []string {
	lines := []string{fmt.Sprintf("sent %s in %s", report.BytesOf(u.Bytes, u.BytesTotal), secondsText(u.Duration))}
	if s := u.Spent; s != (push.Spent{}) && u.BytesTotal >= small {
		lines = append(lines, fmt.Sprintf("layers: read %s, compressed %s, sent %s, waited %s",
			secondsText(s.Read), secondsText(s.Compress), secondsText(s.Send), secondsText(s.Wait)))
	}
	return lines
}

// secondsText is a duration for people, whole seconds from a hundred on.
func secondsText(d time.Duration) string {
	if d.Round(100*time.Millisecond) < 100*time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%.0f s", d.Seconds())
}

// short is enough of a digest to tell it from others on a screen.
func short(d digest.Digest) string {
	text := encoded(d)
	return text[:min(len(text), 12)]
}

// encoded is a digest without its algorithm. Digest.Encoded panics where there is none.
func encoded(d digest.Digest) string {
	_, text, found := strings.Cut(string(d), ":")
	if !found {
		return string(d)
	}
	return text
}

// middleCut shortens a name so that the line around it fits a terminal. Its two ends tell most.
func middleCut(name string) string {
	const most, end = 27, 13
	if len(name) <= most {
		return name
	}
	return name[:end] + "…" + name[len(name)-end:]
}
