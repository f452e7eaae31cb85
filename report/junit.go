package report

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
)

// junitCases is how many findings a file lists at most. GitLab takes 30 MB
// (https://docs.gitlab.com/administration/instance_limits/#maximum-file-size-for-types-of-artifacts), and one takes a few hundred bytes.
const junitCases = 50_000

// JUnit writes the findings as tests, for GitLab, Jenkins and the like: a suite for each platform, in which a finding that counts has
// failed and any other was skipped, and before them a suite whose one test is the verdict, so that a clean scan is no empty file.
//
// GitLab keeps the first of several tests of one name, so a name has everything that makes a finding distinct
// (https://docs.gitlab.com/ci/testing/unit_test_reports/).
func JUnit(w io.Writer, d Document) error {
	out := junit{Writer: bufio.NewWriter(w), document: d}
	element, message := d.junitOutcome()
	verdict := junitCount{tests: 1}
	verdict.add(element)
	suites := d.junitSuites()
	total := verdict
	for _, suite := range suites {
		total.tests += suite.count.tests
		total.failures += suite.count.failures
		total.skipped += suite.count.skipped
	}
	out.printf(xml.Header)
	out.printf("<testsuites name=\"hallmark\"%s time=\"%s\">\n", total, out.seconds())
	out.begin(d.subject()+" verdict", verdict, d.junitProperties(suites))
	out.test("verdict", d.Command, element, message)
	out.printf("  </testsuite>\n")
	for _, suite := range suites {
		out.suite(suite)
	}
	out.printf("</testsuites>\n")
	return out.Flush()
}

// junit is one file being written. Its Writer keeps the first error until Flush.
type junit struct {
	*bufio.Writer
	document Document
}

func (j junit) printf(format string, values ...any) { fmt.Fprintf(j, format, values...) }

// seconds is how long the run took; no single test of it is timed.
func (j junit) seconds() string {
	return fmt.Sprintf("%.3f", max(0, j.document.Ended.Sub(j.document.Started).Seconds()))
}

// begin opens a suite.
func (j junit) begin(name string, count junitCount, properties [][2]string) {
	j.printf("  <testsuite name=\"%s\"%s time=\"0\" timestamp=\"%s\">\n", xmlText(name), count, j.document.Started.UTC().Format("2006-01-02T15:04:05"))
	if len(properties) > 0 {
		j.printf("    <properties>\n")
		for _, p := range properties {
			j.printf("      <property name=\"%s\" value=\"%s\"/>\n", xmlText(p[0]), xmlText(p[1]))
		}
		j.printf("    </properties>\n")
	}
}

func (j junit) suite(s *junitSuite) {
	class := strings.TrimSuffix(j.document.subject()+"."+strings.ReplaceAll(s.Platform.Platform, "/", "-"), ".")
	name := j.document.subject()
	if s.Digest != "" {
		name += "@" + s.Digest
	}
	var properties [][2]string
	if s.left > 0 {
		properties = [][2]string{{"not listed", fmt.Sprintf("%d findings that do not count", s.left)}}
	}
	j.begin(strings.TrimSpace(name+" "+s.Platform.Platform), s.count, properties)
	for _, f := range s.findings {
		element := "skipped"
		if f.counts() {
			element = "failure"
		}
		j.test(f.junitName(), class, element, f.ruling()+"; "+f.mend())
	}
	j.printf("  </testsuite>\n")
}

// test writes one test. GitLab shows the text of an outcome, Jenkins its message attribute.
func (j junit) test(name, class, element, message string) {
	j.WriteString(`    <testcase classname="`)
	j.WriteString(xmlText(class))
	j.WriteString(`" name="`)
	j.WriteString(xmlText(name))
	j.WriteString(`" time="0"`)
	if element == "" {
		j.WriteString("/>\n")
		return
	}
	text := xmlText(message)
	j.WriteString("><" + element + ` message="` + text + `"`)
	if element != "skipped" { // it has no type
		j.WriteString(` type="hallmark"`)
	}
	j.WriteString(">" + text + "</" + element + "></testcase>\n")
}

// junitOutcome is the element of the verdict's test, empty when it passed, and what it says.
func (d Document) junitOutcome() (element, message string) {
	switch {
	case d.Status == Failed:
		return "failure", d.outcome()
	case d.Status == Passed && d.Verdict != nil:
		return "", ""
	case d.Status == Passed, d.Status == Planned:
		return "skipped", d.outcome()
	default:
		return "error", d.outcome()
	}
}

func (d Document) junitProperties(suites []*junitSuite) [][2]string {
	properties := [][2]string{{"status", string(d.Status)}}
	if d.Digest != "" {
		properties = append(properties, [2]string{"digest", d.Digest})
	}
	left := 0
	for _, suite := range suites {
		left += suite.left
	}
	if left > 0 {
		properties = append(properties, [2]string{"not listed", fmt.Sprintf("%d findings: a file lists %d at most", left, junitCases)})
	}
	return properties
}

// junitName holds everything that makes a finding distinct.
func (f *Finding) junitName() string {
	return strings.TrimSpace("[" + strings.ToUpper(f.Severity) + "] " + f.ID + " " + strings.TrimSpace(f.Package+" "+f.Version))
}

// junitCount is how many tests there are, and of which outcome.
type junitCount struct{ tests, failures, errors, skipped int }

// add counts an outcome by the name of its element; a test without one has passed.
func (c *junitCount) add(element string) {
	switch element {
	case "failure":
		c.failures++
	case "error":
		c.errors++
	case "skipped":
		c.skipped++
	}
}

// String is the counts as attributes.
func (c junitCount) String() string {
	return fmt.Sprintf(` tests="%d" failures="%d" errors="%d" skipped="%d"`, c.tests, c.failures, c.errors, c.skipped)
}

// junitSuite is the findings of one platform.
type junitSuite struct {
	Platform
	findings []*Finding
	left     int // findings that do not count and are not listed
	count    junitCount
}

// junitSuites parts the findings by platform, in the order of the verdict: those that count come first, and all of those are listed.
func (d Document) junitSuites() []*junitSuite {
	suites := make([]*junitSuite, 0, len(d.Platforms))
	for _, platform := range d.Platforms {
		suites = append(suites, &junitSuite{Platform: platform})
	}
	room := junitCases
	for _, f := range d.findings() {
		for _, platform := range f.onPlatforms() {
			i := slices.IndexFunc(suites, func(s *junitSuite) bool { return s.Platform.Platform == platform })
			if i < 0 {
				i = len(suites)
				suites = append(suites, &junitSuite{Platform: Platform{Platform: platform}})
			}
			room = suites[i].take(f, room)
		}
	}
	return suites
}

// take lists a finding if there is room and returns the room that is left.
func (s *junitSuite) take(f *Finding, room int) int {
	if room <= 0 && !f.counts() {
		s.left++
		return room
	}
	s.findings = append(s.findings, f)
	s.count.tests++
	if f.counts() {
		s.count.failures++
	} else {
		s.count.skipped++
	}
	return room - 1
}
