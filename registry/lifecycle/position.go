package lifecycle

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Position is where something stands in the text of a policy. Lines and columns begin at 1; columns count characters.
type Position struct {
	Line   int
	Column int
}

func (p Position) String() string { return fmt.Sprintf("%d:%d", p.Line, p.Column) }

// positionOf is the place of the byte at offset.
func positionOf(text []byte, offset int) Position {
	before := text[:min(max(offset, 0), len(text))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return Position{Line: bytes.Count(before, []byte("\n")) + 1, Column: utf8.RuneCount(before[start:]) + 1}
}

// Level says what comes of a problem.
type Level string

// The levels, the worst first.
const (
	Invalid Level = "invalid" // ECR refuses the policy
	Bad     Level = "problem" // the policy does not do what it was written for, or takes what is needed
	Warning Level = "warning" // the policy does what it says, which may surprise
)

// Problem is something wrong with a policy.
type Problem struct {
	Position Position
	Level    Level
	Code     string // short name
	Rule     int    // priority of the rule; 0 where no rule, or one without a priority, is meant
	Text     string
	Hint     string // the mend, if there is one to name
}

func (p Problem) String() string { return p.Position.String() + ": " + p.Text }

// InvalidError says that ECR would refuse a policy, with every reason that was found.
type InvalidError struct {
	Problems []Problem
}

func (e *InvalidError) Error() string {
	var lines []string
	for _, p := range e.Problems {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}
