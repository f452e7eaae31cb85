package report

import (
	"strings"
	"unicode/utf8"
)

// commandLines breaks a command into lines of at most some columns, so that it can be copied as it stands: a shell reads on after a \, and
// between quotes after every line. The lines after the first are further in.
func commandLines(command string, columns int) []string {
	const further = "  "
	command = Clean(command)
	if utf8.RuneCountInString(command) <= columns {
		return []string{command}
	}
	lines := wrapTo(command, columns-len(` \`), columns-len(further+` \`))
	quoted := false
	for i, line := range lines {
		if i > 0 {
			lines[i] = further + line
		}
		quoted = quoted != (strings.Count(line, "'")%2 == 1)
		if i < len(lines)-1 && !quoted {
			lines[i] += ` \`
		}
	}
	return lines
}
