package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Case is what was measured of one case, the tools in the order they first ran.
type Case struct {
	Name  string
	Notes []string
	Tools []*Tool
}

// Tool is what was measured of one tool in one case.
type Tool struct {
	Name           string
	Seconds        []float64 // of each round
	CPU            []float64
	Memory, Disk   int64 // the most of any round, in bytes
	Requests, Sent int64
	Counted        bool
	Failed         bool
}

// ReadCases reads records, in the order of the cases' first records.
func ReadCases(r io.Reader) ([]*Case, error) {
	var cases []*Case
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) < 3 {
			return nil, fmt.Errorf("record %q: want a kind, a case and more", lines.Text())
		}
		at := slices.IndexFunc(cases, func(c *Case) bool { return c.Name == fields[1] })
		if at < 0 {
			at = len(cases)
			cases = append(cases, &Case{Name: fields[1]})
		}
		if err := cases[at].add(fields[0], fields[2:]); err != nil {
			return nil, fmt.Errorf("record %q: %w", lines.Text(), err)
		}
	}
	return cases, lines.Err()
}

func (c *Case) add(kind string, fields []string) error {
	if kind == "note" {
		c.Notes = append(c.Notes, fields[0])
		return nil
	}
	tool := c.tool(fields[0])
	numbers := make([]float64, len(fields)-1)
	for i, field := range fields[1:] {
		var err error
		if numbers[i], err = strconv.ParseFloat(field, 64); err != nil {
			return err
		}
	}
	switch {
	case kind == "time" && len(numbers) == 4:
		tool.Seconds, tool.CPU = append(tool.Seconds, numbers[0]), append(tool.CPU, numbers[3])
		tool.Memory, tool.Disk = max(tool.Memory, int64(numbers[1])), max(tool.Disk, int64(numbers[2]))
	case kind == "count" && len(numbers) == 2:
		tool.Requests, tool.Sent, tool.Counted = int64(numbers[0]), int64(numbers[1]), true
	case kind == "fail" && len(numbers) == 0:
		tool.Failed = true
	default:
		return fmt.Errorf("%d numbers in a record of kind %q", len(numbers), kind)
	}
	return nil
}

// tool is the tool of that name, added if need be.
func (c *Case) tool(name string) *Tool {
	for _, tool := range c.Tools {
		if tool.Name == name {
			return tool
		}
	}
	tool := &Tool{Name: name}
	c.Tools = append(c.Tools, tool)
	return tool
}

// median of no numbers is zero.
func median(numbers []float64) float64 {
	if len(numbers) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(numbers))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
