package gate

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
)

// Collection puts saved answers together: pages of one image, in any order, and several images, which are platforms of one. A page that is
// there twice counts once. Of answers that were taken in it keeps the findings, not the records. The zero value is empty.
type Collection struct {
	images map[string]*savedImage
	order  []string
	texts  map[string]string
}

// savedImage is what is saved of one image.
type savedImage struct {
	pages  Pages
	heads  []Answer // without findings
	seen   map[[sha256.Size]byte]bool
	counts map[string]int // of the first page that has them
	kind   string         // basic or enhanced; empty when nothing tells
}

// Read takes in a file of answers: one, several after one another, or an array of them, as the AWS CLI prints them or as the service sends
// them. It never holds more of the text than one finding.
func (c *Collection) Read(in io.Reader) error {
	if c.texts == nil {
		c.texts = map[string]string{}
	}
	return readAnswers(in, c.texts, c.Add)
}

// Add takes in one answer. Pages that count differently are of different answers, which is an error.
func (c *Collection) Add(a Answer) error {
	name := a.image()
	if c.images == nil {
		c.images = map[string]*savedImage{}
	}
	image := c.images[name]
	if image == nil {
		image = &savedImage{pages: Pages{Digest: a.ImageDigest}, seen: map[[sha256.Size]byte]bool{}}
		c.images[name], c.order = image, append(c.order, name)
	}
	page := a.fingerprint()
	if image.seen[page] {
		return nil
	}
	image.seen[page] = true
	if a.Counts != nil && image.counts != nil && !maps.Equal(a.Counts, image.counts) {
		return fmt.Errorf("image %q: the pages are of different answers: they count findings differently", name)
	}
	if image.counts == nil {
		image.counts = a.Counts
	}
	image.pages.Add(a)
	head := a
	head.Basic, head.Enhanced = nil, nil
	image.heads = append(image.heads, head)
	image.kind = cmp.Or(a.Type(), image.kind)
	return nil
}

// Scan is what was taken in. No more may be added then. A page that is missing leaves its image undecided, as far as the others tell.
func (c *Collection) Scan() Scan {
	var scan Scan
	for _, name := range c.order {
		image := c.images[name]
		p := image.pages.Scan()
		if len(c.order) > 1 {
			p.name(name) // a saved answer does not tell the platform
		}
		p.Undecided = savedProblem(p, image.heads)
		scan.Type = cmp.Or(image.kind, scan.Type)
		scan.Platforms = append(scan.Platforms, p)
	}
	return scan
}

// Heads are the answers without their findings.
func (c *Collection) Heads() []Answer {
	var heads []Answer
	for _, name := range c.order {
		heads = append(heads, c.images[name].heads...)
	}
	return heads
}

// fingerprint names a page, so that it is told when it is there again.
func (a Answer) fingerprint() [sha256.Size]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %d\n", a.Status, a.Description, a.NextToken, a.CompletedAt.UnixNano())
	for _, b := range a.Basic {
		fmt.Fprintf(h, "%q %q %q %q\n", b.Name, b.Severity, b.Attributes["package_name"], b.Attributes["package_version"])
	}
	for _, e := range a.Enhanced {
		fmt.Fprintf(h, "%q %q %q\n", e.ARN, e.VulnerabilityID, e.Severity)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// image names the image an answer is about, by digest where it has one.
func (a Answer) image() string {
	switch {
	case a.ImageDigest != "":
		return a.ImageDigest
	case a.ImageTag != "":
		return a.RepositoryName + ":" + a.ImageTag
	default:
		return a.RepositoryName
	}
}

// savedProblem says why saved answers give no verdict. Nothing can be waited for here, and every page must be of a finished scan.
func savedProblem(p PlatformScan, pages []Answer) string {
	for _, a := range pages {
		switch outlook, reason := Judgeable(a.Status, a.Description); outlook {
		case Ready:
		case Pending:
			return fmt.Sprintf("the saved scan is %s: it was not finished", a.Status)
		default:
			return reason
		}
	}
	switch more := followed(pages); {
	case more == len(pages):
		return "the saved answer says that more pages follow: save all of them"
	case len(p.Findings) == 0 && p.CompletedAt.IsZero():
		return "the saved scan has no findings and does not say that it was completed"
	}
	return ""
}

// followed is how many pages say that more follow.
func followed(pages []Answer) int {
	n := 0
	for _, a := range pages {
		if a.NextToken != "" {
			n++
		}
	}
	return n
}
