package main

import (
	"fmt"
	"slices"
	"strings"
)

// header names the columns. Memory and disk are the most of any round, the others the median.
var header = []string{"", "seconds", "from – to", "× skopeo", "× crane", "CPU s", "sent MB", "requests", "memory MiB", "disk MB"}

// none stands where nothing was measured.
const none = "–"

// Text is the case as lines of at most 100 columns.
func (c *Case) Text() string {
	rows := append([][]string{header}, c.rows()...)
	widths := make([]int, len(header))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n", c.Name)
	for _, row := range rows {
		var line strings.Builder
		fmt.Fprintf(&line, "  %-*s", widths[0], row[0])
		for i, cell := range row[1:] {
			fmt.Fprintf(&line, "  %*s", widths[i+1], cell)
		}
		text.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	for _, note := range c.Notes {
		fmt.Fprintf(&text, "  (%s)\n", note)
	}
	return text.String() + "\n"
}

// Markdown is the case as a section with a table.
func (c *Case) Markdown() string {
	var text strings.Builder
	fmt.Fprintf(&text, "### %s\n\n", c.Name)
	for _, note := range c.Notes {
		fmt.Fprintf(&text, "%s.\n\n", strings.ToUpper(note[:1])+note[1:])
	}
	if len(c.Tools) == 0 {
		return text.String()
	}
	fmt.Fprintf(&text, "| %s |\n|---|%s\n", strings.Join(header, " | "), strings.Repeat("---:|", len(header)-1))
	for _, row := range c.rows() {
		fmt.Fprintf(&text, "| %s |\n", strings.Join(row, " | "))
	}
	return text.String() + "\n"
}

func (c *Case) rows() [][]string {
	var rows [][]string
	for _, tool := range c.Tools {
		row := []string{tool.Name, none, none, none, none, none, none, none, none, none}
		if tool.Failed {
			row[1] = "failed"
		} else if len(tool.Seconds) > 0 {
			row[1] = fmt.Sprintf("%.2f", median(tool.Seconds))
			row[2] = fmt.Sprintf("%.2f–%.2f", slices.Min(tool.Seconds), slices.Max(tool.Seconds))
			row[3], row[4] = c.ratio(tool, "skopeo"), c.ratio(tool, "crane")
			row[5] = fmt.Sprintf("%.1f", median(tool.CPU))
			row[8] = fmt.Sprintf("%.0f", float64(tool.Memory)/(1<<20))
			row[9] = fmt.Sprintf("%.1f", float64(tool.Disk)/1e6)
		}
		if tool.Counted {
			row[6] = fmt.Sprintf("%.1f", float64(tool.Sent)/1e6)
			row[7] = fmt.Sprint(tool.Requests)
		}
		rows = append(rows, row)
	}
	return rows
}

// ratio compares the medians of a tool and of the one of that name.
func (c *Case) ratio(tool *Tool, name string) string {
	for _, other := range c.Tools {
		if other.Name == name && !other.Failed && len(other.Seconds) > 0 {
			return fmt.Sprintf("%.2f", median(tool.Seconds)/median(other.Seconds))
		}
	}
	return none
}
