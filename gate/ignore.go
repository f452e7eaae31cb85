package gate

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Ignore is an entry of findings that do not count. A finding is meant where it fits everything the entry says: what the finding or the
// image does not tell fits nothing. * stands for any text in package, path, platform and image.
type Ignore struct {
	// The vulnerability, whole and in any case: its own id, or that of the one CVE that the scanner says it is.
	ID string `json:"id"`
	// The package's name.
	Package string `json:"package,omitempty"`
	// The file of the package in the image; a finding in other files as well is not meant.
	Path string `json:"path,omitempty"`
	// The package as a package URL; one without a version is all of them.
	PURL PURL `json:"purl,omitempty"`
	// The platform; a finding that other platforms have as well is not meant.
	Platform string `json:"platform,omitempty"`
	// The image: its repository with or without the registry's host, a tag or a digest.
	Image string `json:"image,omitempty"`
	// Why the finding does not count.
	Reason string `json:"reason,omitempty"`
	// The last day of the entry, in UTC. The whole day counts.
	Until Date `json:"until,omitempty"`
	// unfixed ends the entry as soon as there is a fix.
	While While `json:"while,omitempty"`
	// Why the vulnerability does not affect the image, in OpenVEX's words.
	VEX Justification `json:"vex,omitempty"`

	Place  string `json:"-"` // where it stands, such as policy.yaml:12
	Shared bool   `json:"-"` // it is an organisation's, for images that may not have the finding
}

// meant says whether the entry is about a finding, whether or not it still holds. Ids have been compared.
func (e Ignore) meant(f Finding, image Image) bool {
	all := func(pattern string, texts []string) bool {
		return len(texts) > 0 && !slices.ContainsFunc(texts, func(text string) bool { return !like(pattern, text) })
	}
	return (e.Package == "" || like(e.Package, f.Package)) &&
		(e.Path == "" || all(e.Path, f.paths())) &&
		(e.PURL == "" || e.PURL.is(f)) &&
		(e.Platform == "" || all(e.Platform, f.Platforms)) &&
		(e.Image == "" || image.is(e.Image))
}

// expired says whether the last day is over.
func (e Ignore) expired(now time.Time) bool { return e.Until != "" && e.Until < DateOf(now) }

// lapsed says why an entry about a finding no longer holds; nothing when it does.
func (e Ignore) lapsed(f Finding, fix Fix, now time.Time) string {
	switch {
	case e.expired(now):
		return fmt.Sprintf("was ignored until %s", e.Until)
	case e.While == WhileUnfixed && fix == HasFix:
		return strings.TrimSpace("was ignored while there was no fix, and now there is " + f.FixedVersion)
	}
	return ""
}

// why is the reason that is given for a finding.
func (e Ignore) why() string {
	switch {
	case e.Reason == "" && e.VEX == "":
		return "no reason given"
	case e.Reason == "":
		return string(e.VEX)
	case e.VEX == "":
		return e.Reason
	}
	return fmt.Sprintf("%s (%s)", e.Reason, e.VEX)
}

// impact is what the entry says of the vulnerability, if it says more than that it does not count.
func (e Ignore) impact() Impact {
	if e.VEX == "" {
		return ""
	}
	return NotAffected
}

// explicit says whether the entry has a reason.
func (e Ignore) explicit() bool { return e.Reason != "" || e.VEX != "" }

// nearDays is from how many days on it is said how long an entry lasts.
const nearDays = 14

// left says how long an entry lasts that ends soon; nothing when it does not.
func (e Ignore) left(now time.Time) string {
	if e.Until == "" || e.expired(now) {
		return ""
	}
	switch days := e.Until.daysUntil(now); {
	case days >= nearDays:
		return ""
	case days == 0:
		return "ends today"
	case days == 1:
		return "1 day left"
	default:
		return fmt.Sprintf("%d days left", days)
	}
}

// String names the entry for messages.
func (e Ignore) String() string {
	parts := []string{"ignore of " + e.ID}
	for _, scope := range []string{e.Package, e.Path, string(e.PURL), e.Platform, e.Image} {
		if scope != "" {
			parts = append(parts, scope)
		}
	}
	text := strings.Join(parts, " in ")
	if e.Place != "" {
		text = e.Place + ": " + text
	}
	return text
}
