package strictyaml

import "fmt"

// Position is where something stands in a file. Lines and columns begin at 1.
type Position struct {
	File   string
	Line   int
	Column int
}

func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// Error says what is wrong with a file, and where.
type Error struct {
	Position
	Problem string
	Hint    string // the mend, if there is one to name
}

func (e *Error) Error() string { return e.Position.String() + ": " + e.Problem }
