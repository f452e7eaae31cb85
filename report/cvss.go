package report

import "strings"

// cvss3 lists the metrics of CVSS 3 and the values each may have (https://www.first.org/cvss/v3-1/specification-document, section 6).
const cvss3 = " AV:NALP AC:LH PR:NLH UI:NR S:UC C:NLH I:NLH A:NLH E:XUPFH RL:XOTWU RC:XURC CR:XLMH IR:XLMH AR:XLMH" +
	" MAV:XNALP MAC:XLH MPR:XNLH MUI:XNR MS:XUC MC:XNLH MI:XNLH MA:XNLH "

// isCVSS3 says whether a text is a vector of CVSS 3.0 or 3.1: it is foreign, and readers refuse a whole report for one that is not.
func isCVSS3(vector string) bool {
	metrics, found := strings.CutPrefix(vector, "CVSS:3.0/")
	if !found {
		metrics, found = strings.CutPrefix(vector, "CVSS:3.1/")
	}
	if !found || len(vector) < 32 || len(vector) > 128 {
		return false
	}
	for metric := range strings.SplitSeq(metrics, "/") {
		name, value, _ := strings.Cut(metric, ":")
		if len(value) != 1 {
			return false
		}
		_, rest, known := strings.Cut(cvss3, " "+name+":")
		values, _, _ := strings.Cut(rest, " ")
		if !known || !strings.Contains(values, value) {
			return false
		}
	}
	return true
}

// cvssMethod is CycloneDX's name of the method that a vector is of.
func cvssMethod(vector string) string {
	switch {
	case strings.HasPrefix(vector, "CVSS:4.0/"):
		return "CVSSv4"
	case strings.HasPrefix(vector, "CVSS:3.1/"):
		return "CVSSv31"
	case strings.HasPrefix(vector, "CVSS:3.0/"):
		return "CVSSv3"
	case strings.HasPrefix(vector, "AV:"):
		return "CVSSv2"
	default:
		return "other"
	}
}
