package gate

import (
	"fmt"
	"strings"
)

// Outlook says what a scan status means for a verdict.
type Outlook int

// The three things a status can mean.
const (
	Pending  Outlook = iota // wait
	Ready                   // there is an answer, which may still grow
	Hopeless                // no verdict will come of waiting
)

// Judgeable is the one table of scan statuses. A status that is not in it is hopeless: it must never pass for a pass.
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html
func Judgeable(status, description string) (Outlook, string) {
	quoted := ""
	if description != "" {
		quoted = ": " + description
	}
	if unsupported(status, description) {
		return Hopeless, "the scanner does not support this image" + quoted
	}
	switch status {
	case "PENDING", "IN_PROGRESS":
		return Pending, ""
	case "COMPLETE", "ACTIVE": // enhanced continuous scanning stays ACTIVE for good
		return Ready, ""
	case "FAILED":
		return Hopeless, "the scan failed" + quoted
	case "SCAN_ELIGIBILITY_EXPIRED":
		return Hopeless, "the image is outside the re-scan window: push it again, or lengthen the window" + quoted
	case "FINDINGS_UNAVAILABLE":
		return Hopeless, "the findings are not available" + quoted
	case "LIMIT_EXCEEDED":
		return Hopeless, "the account's scan limit is reached" + quoted
	case "IMAGE_ARCHIVED":
		return Hopeless, "the image is archived: restore it first" + quoted
	default:
		return Hopeless, fmt.Sprintf("the scan status %q is not known%s", status, quoted)
	}
}

// unsupported says whether the scanner does not know the system of an image. Enhanced scanning has a status for it, basic scanning tells by
// the first word of the description.
func unsupported(status, description string) bool {
	return status == "UNSUPPORTED_IMAGE" || status == "FAILED" && strings.HasPrefix(description, "UnsupportedImageError")
}
