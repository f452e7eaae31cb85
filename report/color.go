package report

import (
	"strings"

	"github.com/hallmark-ci/hallmark/gate"
)

// The colours of a terminal, as ECMA-48 numbers them.
const (
	bright = "1;31"
	red    = "31"
	green  = "32"
	yellow = "33"
	purple = "35"
	cyan   = "36"
)

func (t *Text) paint(color, text string) string {
	if !t.Color || color == "" {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// uncoloured is text without what paint adds.
func uncoloured(text string) string {
	for _, color := range []string{bright, red, green, yellow, purple, cyan} {
		text = strings.ReplaceAll(text, "\x1b["+color+"m", "")
	}
	return strings.ReplaceAll(text, "\x1b[0m", "")
}

// severityColor is the colour of a severity; one that nobody has rated has its own.
func severityColor(s gate.Severity) string {
	switch s {
	case gate.Critical:
		return bright
	case gate.High:
		return red
	case gate.Medium:
		return yellow
	case gate.Low, gate.Informational:
		return cyan
	default:
		return purple
	}
}
