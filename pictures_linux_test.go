package main

import (
	"fmt"
	"html"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// TestPicturesShowWhatIsPrinted holds docs/pictures against what a terminal shows of these commands; -update draws them.
func TestPicturesShowWhatIsPrinted(t *testing.T) {
	for name, args := range map[string][]string{
		"pushed":  {"push", "image.tar", "--emulator", "--repository", "shop/api"},
		"refused": {"push", "image.tar", "--emulator", "--repository", "shop/api", "--tag", "type=raw,value=latest"},
		"failed":  {"push", "image.tar", "--emulator=critical.yaml", "--repository", "shop/api"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReader(t)
			r.put(t, map[string]string{"critical.yaml": readFile(t, "testdata", "scenario", "critical.yaml")})
			cmd := exec.Command("bash", "-c", `exec hallmark "$@"`, "hallmark")
			cmd.Args, cmd.Dir, cmd.Env = append(cmd.Args, args...), r.dir, append(r.env, "TERM=xterm-256color")
			shown := steadyScreen(screen(t, onTerminal(t, cmd)))
			file := filepath.Join("docs", "pictures", name+".svg")
			got := picture("hallmark "+strings.Join(args, " "), shown)
			if *update {
				writeFile(t, file, got, 0o644)
			}
			if diff := cmp.Diff(readFile(t, file), got); diff != "" {
				t.Errorf("%s (-drawn +printed):\n%s", file, diff)
			}
		})
	}
}

// steadyScreen is a screen that reads the same after each run. Text with a style in it stays as it is: it holds no times.
func steadyScreen(lines [][]span) [][]span {
	var plain strings.Builder
	for _, line := range lines {
		style := ""
		for _, s := range line {
			if s.style != style {
				plain.WriteString("\x1b[" + s.style + "m")
			}
			plain.WriteString(s.text)
			style = s.style
		}
		plain.WriteString("\n")
	}
	var out [][]span
	for line := range strings.Lines(strings.TrimRight(steady(plain.String()), "\n")) {
		var spans []span
		for i, part := range strings.Split(strings.TrimSuffix(line, "\n"), "\x1b[") {
			style, words := "", part
			if i > 0 {
				style, words, _ = strings.Cut(part, "m")
			}
			spans = append(spans, span{style, words})
		}
		out = append(out, spans)
	}
	return out
}

// Measures of a picture, in pixels. Every font is wide enough for its characters when the length of the text is given.
const (
	advance, leading, margin = 8.4, 19, 16
	fontSize                 = 14
)

// styles are the classes of a picture for the colours of a terminal.
var styles = map[string]string{"31": "red", "32": "green", "33": "yellow", "35": "purple", "36": "cyan", "1;31": "bright"}

// picture draws a command and what it printed, in the light or dark colours that whoever looks at it prefers.
func picture(command string, lines [][]span) string {
	lines = append([][]span{{{"prompt", "$ "}, {"", command}}}, lines...)
	var text strings.Builder
	rows := 0
	for _, line := range lines {
		for _, row := range broken(line) {
			drawRow(&text, rows, row)
			rows++
		}
	}
	width, height := int(columns*advance)+2*margin+1, rows*leading+2*margin
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d" role="img" aria-label="%[3]s">
<style>
text { font: %[4]dpx ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; white-space: pre }
rect { fill: #f6f8fa; stroke: #d1d9e0 }
.prompt { fill: #59636e } .red, .bright { fill: #cf222e } .bright { font-weight: bold } .green { fill: #116329 } .yellow { fill: #7d4e00 } .purple { fill: #8250df } .cyan { fill: #1b7c83 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } rect { fill: #0d1117; stroke: #3d444d }
.prompt { fill: #9198a1 } .red, .bright { fill: #ff7b72 } .green { fill: #56d364 } .yellow { fill: #e3b341 } .purple { fill: #d2a8ff } .cyan { fill: #56d4dd }
}
</style>
<rect x="0.5" y="0.5" width="%[5]d" height="%[6]d" rx="8"/>
%[7]s</svg>
`, width, height, html.EscapeString(command), fontSize, width-1, height-1, text.String())
}

// broken breaks a line where a terminal does: at its edge.
func broken(line []span) [][]span {
	rows, used := [][]span{nil}, 0
	for _, s := range line {
		for _, r := range s.text {
			if used == columns {
				rows, used = append(rows, nil), 0
			}
			last := &rows[len(rows)-1]
			if n := len(*last); n > 0 && (*last)[n-1].style == s.style {
				(*last)[n-1].text += string(r)
			} else {
				*last = append(*last, span{s.style, string(r)})
			}
			used++
		}
	}
	return rows
}

func drawRow(out *strings.Builder, row int, spans []span) {
	column := 0
	for _, s := range spans {
		class := s.style
		if name, known := styles[s.style]; known {
			class = name
		}
		if class != "" {
			class = ` class="` + class + `"`
		}
		n := utf8.RuneCountInString(s.text)
		fmt.Fprintf(out, `<text x="%.1f" y="%d" textLength="%.1f"%s xml:space="preserve">%s</text>`+"\n",
			margin+float64(column)*advance, margin+row*leading+fontSize, float64(n)*advance, class, html.EscapeString(s.text))
		column += n
	}
}
