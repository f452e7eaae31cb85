// Table reads what bench/compare measured and prints a table for each case, the medians of the rounds beside their ratios.
//
//	table [--markdown] <RECORDS
//
// A record is a line of fields parted by tabs:
//
//	time   CASE  TOOL  SECONDS  MEMORY  DISK  CPU     one timed run; bytes and seconds
//	count  CASE  TOOL  REQUESTS SENT                  one run through the meter
//	fail   CASE  TOOL                                 a run that ended with an error
//	note   CASE  TEXT
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	markdown := flag.Bool("markdown", false, "print Markdown")
	flag.Parse()
	cases, err := ReadCases(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "table:", err)
		os.Exit(1)
	}
	for _, c := range cases {
		if *markdown {
			fmt.Print(c.Markdown())
		} else {
			fmt.Print(c.Text())
		}
	}
}
