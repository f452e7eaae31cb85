package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
	"golang.org/x/sync/errgroup"

	"github.com/hallmark-ci/hallmark/report"
	"github.com/hallmark-ci/hallmark/suggest"
)

// reportFile is one --report: a format and the file it goes to.
type reportFile struct {
	format report.Format
	file   string
}

func reportFlag() cli.Flag { return listFlag(categoryOutput, "report", reportUsage(report.Formats())) }

func reportUsage(formats []report.Format) string {
	return "write `FORMAT=FILE`, whatever the outcome: " + strings.Join(report.FormatNames(formats...), ", ") + " (repeatable)"
}

// ownReportFlag has a name of its own, so that the reports that a configuration file or a variable asks of push are not asked of a command
// that has other formats and would write over the files.
func ownReportFlag(name string, formats []report.Format) cli.Flag {
	return &cli.StringSliceFlag{Name: name, Aliases: []string{"report"}, Usage: "--report for short: " + reportUsage(formats), Category: categoryOutput, EnvVars: variable(name)}
}

// readReports reads the --report flags. What cannot be written is found here, before anything is asked or sent.
func (p *program) readReports(c *cli.Context, formats []report.Format) error {
	var reports []reportFile
	for _, text := range lines(c.StringSlice("report")) {
		r, err := readReport(text, formats)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(reports, func(other reportFile) bool { return sameFile(other.file, r.file) }) {
			return &UsageError{Problem: fmt.Sprintf("--report names the file %s twice", quote(r.file)), Hint: "give each report a file of its own"}
		}
		if err := r.check(); err != nil {
			return &UsageError{Problem: fmt.Sprintf("--report %s: %v", quote(text), err), Hint: "name a file in a folder that is there and may be written to"}
		}
		reports = append(reports, r)
	}
	p.reports = reports
	return nil
}

func readReport(text string, formats []report.Format) (reportFile, error) {
	name, file, _ := strings.Cut(text, "=")
	i := slices.IndexFunc(formats, func(f report.Format) bool { return f.Name == name })
	problem := "--report " + quote(text)
	switch {
	case i < 0:
		hint := "the formats are"
		for _, f := range formats {
			hint += fmt.Sprintf("\n%-9s  %s", f.Name, f.Use)
		}
		if near, ok := suggest.Nearest(name, report.FormatNames(formats...)); ok {
			hint = "did you mean --report " + near + "=FILE"
		}
		return reportFile{}, &UsageError{Problem: problem + ": no such format", Hint: hint}
	case file == "":
		return reportFile{}, &UsageError{Problem: problem + ": no file", Hint: "write " + name + "=FILE"}
	case file == "-":
		return reportFile{}, &UsageError{Problem: problem + ": stdout carries the result only", Hint: "name a file; --output json prints the result document"}
	}
	return reportFile{format: formats[i], file: file}, nil
}

// sameFile says whether two names are of one file, as far as their letters and links tell.
func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(infoA, infoB) && infoA.Mode().IsRegular() // /dev/null takes any number
	}
	absA, errA := filepath.Abs(a)
	absB, errB := filepath.Abs(b)
	return errA == nil && errB == nil && absA == absB
}

// check tells whether the file can be written, and leaves nothing behind.
func (r reportFile) check() error {
	target, special, err := r.target()
	if err != nil || special {
		return err
	}
	dir := filepath.Dir(target)
	f, err := os.CreateTemp(dir, ".hallmark-*")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no folder %q", dir)
	case err != nil:
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// target is the file that the name leads to, through links, and whether it is special: a device or a pipe, which is written to and
// never replaced.
func (r reportFile) target() (file string, special bool, err error) {
	file, err = filepath.EvalSymlinks(r.file)
	if errors.Is(err, fs.ErrNotExist) {
		return r.file, false, nil
	}
	if err != nil {
		return "", false, err
	}
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return "", false, err
	case info.IsDir():
		return "", false, fmt.Errorf("%s is a folder", quote(r.file))
	default:
		return file, !info.Mode().IsRegular(), nil
	}
}

// reportsAtOnce bounds how many reports are written at the same time. Each takes some megabytes.
const reportsAtOnce = 2

// writeReports writes every report that can be written, and returns what went wrong with the others.
func (p *program) writeReports() []error {
	ended := time.Now()
	if epoch, err := sourceDateEpoch(); err == nil && !epoch.IsZero() {
		p.began, ended = epoch, epoch
	}
	document := report.Document{Result: *p.result, Version: version().Version, Started: p.began, Ended: ended}
	document.Posture, _ = p.document.(*report.PostureDocument)
	failures := make([]error, len(p.reports))
	var writing errgroup.Group
	writing.SetLimit(reportsAtOnce)
	for i, r := range p.reports {
		writing.Go(func() error {
			failures[i] = r.write(document)
			return nil // the others are written all the same
		})
	}
	_ = writing.Wait()
	var problems []error
	for i, err := range failures {
		r := p.reports[i]
		switch {
		case err == nil:
		case errors.Is(err, report.ErrNoSubject) && p.result.Status == report.Planned: // a dry run has no image to speak of
			p.say.Warn("no report %s=%s: %v", r.format.Name, r.file, err)
		default:
			problems = append(problems, fmt.Errorf("write report %s=%s: %w", r.format.Name, r.file, err))
		}
	}
	return problems
}

// write writes the file whole or not at all.
func (r reportFile) write(d report.Document) error {
	target, special, err := r.target()
	if err != nil {
		return err
	}
	if special {
		f, err := os.OpenFile(target, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(r.format.Write(f, d), f.Close())
	}
	f, err := os.CreateTemp(filepath.Dir(target), ".hallmark-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone by its new name once all went well
	if err := errors.Join(r.format.Write(f, d), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), target)
}
