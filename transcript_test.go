package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// try types commands into one shell, as they stand in a document, and gives the transcript: each command behind a dollar sign, what it printed
// on both streams, and its exit status where that is not 0. What differs from run to run reads the same in each.
func (r reader) try(t *testing.T, commands []string) string {
	t.Helper()
	script := "exec 2>&1\n"
	for _, command := range commands {
		script += "printf '$ %s\\n' " + shellQuoted(command) + "\n" + command + "\nstatus=$?; [ $status = 0 ] || echo \"[exit status $status]\"\n"
	}
	return steady(r.command(t, "bash", "-c", script))
}

func shellQuoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// commandsOf are the commands of a block, one a line. Comments are none.
func commandsOf(block string) []string {
	return slices.DeleteFunc(strings.Split(block, "\n"), func(line string) bool { return line == "" || strings.HasPrefix(line, "#") })
}

// unsteady is what differs from run to run: ports, times, the order in which layers that are sent side by side arrive.
var unsteady = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`127\.0\.0\.1:[0-9]+`), "127.0.0.1:5100"},
	{regexp.MustCompile(`(?m)^([*!] keep .*) 20[0-9]{2}-[0-9]{2}-[0-9]{2}`), "$1 2026-01-02"}, // a push time
	{regexp.MustCompile(`\b[0-9]+\.[0-9] s\b`), "0.0 s"},
	{regexp.MustCompile(`(?m)(?:^hallmark: waiting for the scan: .*\n)+`), "hallmark: waiting for the scan: linux/amd64 IN_PROGRESS, 0 s\n"},
}

func steady(out string) string {
	for _, u := range unsteady {
		out = u.what.ReplaceAllString(out, u.with)
	}
	return regexp.MustCompile(`(?m)(?:^hallmark: layer .* uploaded, .*\n)+`).ReplaceAllStringFunc(out, func(lines string) string {
		return strings.Join(slices.Sorted(strings.Lines(lines)), "")
	})
}
