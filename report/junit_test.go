package report_test

import (
	"bytes"
	"encoding/xml"
	"testing"
)

type suite struct {
	Name     string `xml:"name,attr"`
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	Skipped  int    `xml:"skipped,attr"`
	Cases    []struct {
		Class   string    `xml:"classname,attr"`
		Name    string    `xml:"name,attr"`
		Failure *struct{} `xml:"failure"`
		Error   *struct{} `xml:"error"`
		Skipped *struct{} `xml:"skipped"`
	} `xml:"testcase"`
	Suites []suite `xml:"testsuite"`
}

// checkJUnit counts the tests of a file again, and looks for two of one name, of which GitLab drops one.
func checkJUnit(t *testing.T, data []byte) suite {
	t.Helper()
	var all suite
	if err := xml.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var sum [4]int
	for _, s := range all.Suites {
		var n [4]int
		for _, c := range s.Cases {
			if name := c.Class + " " + c.Name; seen[name] {
				t.Errorf("two tests are named %q", name)
			} else {
				seen[name] = true
			}
			n[0]++
			for i, is := range []bool{c.Failure != nil, c.Error != nil, c.Skipped != nil} {
				if is {
					n[i+1]++
				}
			}
		}
		if want := [4]int{s.Tests, s.Failures, s.Errors, s.Skipped}; n != want {
			t.Errorf("suite %q has %v tests, failures, errors and skipped, and says %v", s.Name, n, want)
		}
		for i := range sum {
			sum[i] += n[i]
		}
	}
	if want := [4]int{all.Tests, all.Failures, all.Errors, all.Skipped}; sum != want {
		t.Errorf("the file has %v tests, failures, errors and skipped, and says %v", sum, want)
	}
	return all
}

func TestJUnitKeepsAllThatCountsAndSaysWhatItLeavesOut(t *testing.T) {
	d := terse(20_000) // half of which count, on six platforms: more than a file takes
	data, err := write(t, "junit", d)
	if err != nil {
		t.Fatal(err)
	}
	all := checkJUnit(t, data)
	if all.Failures != 1+6*10_000 || all.Skipped != 0 {
		t.Errorf("%d failures and %d skipped, want 60001 and 0", all.Failures, all.Skipped)
	}
	if want := `<property name="not listed" value="60000 findings: a file lists 50000 at most"/>`; !bytes.Contains(data, []byte(want)) {
		t.Errorf("it does not say %s", want)
	}
}
