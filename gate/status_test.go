package gate_test

import (
	"testing"

	"github.com/hallmark-ci/hallmark/gate"
)

func TestJudgeable(t *testing.T) {
	tests := []struct {
		status, description string
		want                gate.Outlook
		reason              string
	}{
		{"PENDING", "Pending start of the image scan.", gate.Pending, ""},
		{"IN_PROGRESS", "", gate.Pending, ""},
		{"COMPLETE", "The scan was completed successfully.", gate.Ready, ""},
		{"ACTIVE", "Continuous scan is selected for image.", gate.Ready, ""},
		{"FAILED", "UnsupportedImageError: The operating system and/or package manager are not supported.", gate.Hopeless, "the scanner does not support this image: UnsupportedImageError: The operating system and/or package manager are not supported."},
		{"FAILED", "internal error", gate.Hopeless, "the scan failed: internal error"},
		{"FAILED", "", gate.Hopeless, "the scan failed"},
		{"UNSUPPORTED_IMAGE", "", gate.Hopeless, "the scanner does not support this image"},
		{"SCAN_ELIGIBILITY_EXPIRED", "", gate.Hopeless, "the image is outside the re-scan window: push it again, or lengthen the window"},
		{"FINDINGS_UNAVAILABLE", "", gate.Hopeless, "the findings are not available"},
		{"LIMIT_EXCEEDED", "", gate.Hopeless, "the account's scan limit is reached"},
		{"IMAGE_ARCHIVED", "", gate.Hopeless, "the image is archived: restore it first"},
		{"SOMETHING_NEW", "and why", gate.Hopeless, `the scan status "SOMETHING_NEW" is not known: and why`},
		{"complete", "", gate.Hopeless, `the scan status "complete" is not known`},
		{"", "", gate.Hopeless, `the scan status "" is not known`},
	}
	for _, test := range tests {
		if got, reason := gate.Judgeable(test.status, test.description); got != test.want || reason != test.reason {
			t.Errorf("Judgeable(%q, %q) = %d, %q, want %d, %q", test.status, test.description, got, reason, test.want, test.reason)
		}
	}
}
