package scan

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/gate"
)

// platform is the wait for one image.
type platform struct {
	*waiter
	image Image

	scan    gate.PlatformScan
	kind    string // basic or enhanced; empty until something tells
	trouble string // what stands in the way of an answer now
	final   bool
	started bool

	fingerprint string    // of the last whole answer
	same        int       // polls in a row that gave it
	since       time.Time // the first of them
	unavailable int       // polls in a row that said FINDINGS_UNAVAILABLE
	gone        time.Time // the first of the polls in a row that found no image
}

const (
	// imageGrace is how long an image that was just pushed may be unknown to the scanner. No source gives a bound.
	imageGrace = 30 * time.Second
	// unavailableGrace is how many polls in a row may say FINDINGS_UNAVAILABLE, whose causes are not documented.
	unavailableGrace = 5
	// pageSize is the most findings a page can have, and maxPages more than any image has of them.
	pageSize, maxPages = 1000, 1000
)

// poll asks once for the image and takes in the answer.
func (p *platform) poll(ctx context.Context) error {
	r, err := p.read(ctx)
	if !errors.Is(err, gate.ErrImageNotFound) {
		p.gone = time.Time{}
	}
	switch {
	case errors.Is(err, gate.ErrScanNotFound):
		return p.notFound(ctx)
	case errors.Is(err, gate.ErrImageNotFound):
		return p.imageGone(err)
	case err != nil:
		p.trouble = "no answer"
		return fmt.Errorf("read the scan of %s: %w", p.image.Digest, err)
	}
	p.trouble = ""
	p.take(ctx, r)
	return nil
}

// reading is one whole answer.
type reading struct {
	together gate.Pages
	last     gate.Answer // page, without its findings
	found    string      // the kind that findings tell; empty when there are none
	lists    bool        // there was a list of enhanced scanning, if only an empty one
}

// add takes in the next page.
func (r *reading) add(page gate.Answer) {
	r.together.Add(page)
	r.lists = r.lists || page.HasEnhanced
	switch {
	case r.found != "":
	case len(page.Basic) > 0:
		r.found = basic
	case len(page.Enhanced) > 0:
		r.found = enhanced
	}
	page.Basic, page.Enhanced = nil, nil
	r.last = page
}

// read reads an answer, of as many pages as it has while its findings count. One that does not end is an error: findings left unread
// must never make a pass.
func (p *platform) read(ctx context.Context) (reading, error) {
	r := reading{together: gate.Pages{Platform: p.image.Platform, Digest: p.image.Digest}}
	seen := map[string]bool{"": true}
	for token := ""; ; seen[token] = true {
		page, err := p.source.Answer(ctx, p.image.Digest, token, pageSize)
		if err != nil {
			return r, err
		}
		if page.ImageDigest != "" && page.ImageDigest != p.image.Digest {
			return r, fmt.Errorf("the answer is about %s", page.ImageDigest)
		}
		r.add(page)
		token = page.NextToken
		outlook, _ := gate.Judgeable(page.Status, page.Description)
		switch {
		case token == "" || outlook != gate.Ready:
			return r, nil
		case seen[token] || len(seen) == maxPages:
			return r, errors.New("the pages do not end")
		}
	}
}

func (p *platform) imageGone(err error) error {
	p.trouble = "image not found"
	p.forget()
	if p.gone.IsZero() {
		p.gone = time.Now()
	}
	if time.Since(p.gone) < imageGrace {
		return nil
	}
	return fmt.Errorf("read the scan of %s: %w", p.image.Digest, err)
}

// take decides what an answer means: wait on, no verdict, or findings that may still grow. All pages but the last are of a scan that
// has findings; the last may say that this has changed while they were read.
func (p *platform) take(ctx context.Context, r reading) {
	last := r.last
	outlook, reason := gate.Judgeable(last.Status, last.Description)
	if last.Status == "FINDINGS_UNAVAILABLE" {
		if p.unavailable++; p.unavailable < unavailableGrace {
			outlook = gate.Pending
		}
	} else {
		p.unavailable = 0
	}
	if outlook == gate.Ready {
		p.observe(ctx, r)
		return
	}
	p.forget()
	p.scan = gate.PlatformScan{Status: last.Status, Description: last.Description}
	if outlook == gate.Hopeless {
		p.undecided(reason)
	}
}

// observe takes in a whole answer and decides whether it has settled.
func (p *platform) observe(ctx context.Context, r reading) {
	p.scan = r.together.Scan()
	p.kind = p.kindOf(ctx, r)
	if now := fingerprint(p.scan); now != p.fingerprint {
		p.fingerprint, p.same, p.since = now, 0, time.Now()
	}
	p.same++
	p.final = p.hasSettled()
}

// undecided ends the wait without a verdict.
func (p *platform) undecided(reason string) {
	p.scan.Undecided, p.final = reason, true
}

// status says in a few words how the wait stands.
func (p *platform) status() string {
	text := p.scan.Status
	switch unlisted := p.scan.Unlisted(); {
	case p.scan.Undecided != "":
		text = strings.TrimSpace(text + " (no verdict)")
	case p.final:
		text += " (done)"
	case p.trouble != "":
		text = p.trouble
	case unlisted != "":
		text += " (" + unlisted + " counted, not listed yet)"
	case p.same > 0:
		text += " (settling)"
	}
	return strings.TrimSpace(p.image.Platform + " " + text)
}
