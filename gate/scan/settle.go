package scan

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/hallmark-ci/hallmark/gate"
)

// hasSettled is the settle rule. A basic scan that says when it was completed, and counts what it lists, is done; everything else, which
// may be an enhanced one, must stay the same for a while. A list that lacks findings which the scanner counts is never done.
func (p *platform) hasSettled() bool {
	completed := !p.scan.CompletedAt.IsZero()
	switch {
	case p.scan.Unlisted() != "":
		return false
	case p.kind == basic && completed && p.scan.Counted():
		return true
	}
	span := p.Settle
	if len(p.scan.Findings) == 0 || !completed {
		span = p.SettleEmpty
	}
	return p.same >= p.SettlePolls && time.Since(p.since) >= span
}

// The kinds of scanning, as gate.Answer.Type names them.
const basic, enhanced = "basic", "enhanced"

// kindOf tells basic from enhanced: by findings where there are any, else by the registry's setting, since an empty answer looks the same
// in both.
func (p *platform) kindOf(ctx context.Context, r reading) string {
	if r.found != "" {
		return r.found
	}
	switch p.covers(ctx).Type {
	case "BASIC":
		return basic
	case "ENHANCED":
		return enhanced
	}
	if r.lists {
		return enhanced
	}
	return ""
}

// forget starts the settling anew.
func (p *platform) forget() {
	p.fingerprint, p.same = "", 0
}

// fingerprint names what an answer says, so that two answers can be compared.
func fingerprint(s gate.PlatformScan) string {
	h := sha256.New()
	// When it was completed is left out: a scan that is made again and finds the same has not changed. Maps print in the order of their keys.
	fmt.Fprintln(h, s.Status, s.CompletedAt.IsZero(), s.Counts)
	for _, f := range s.Findings {
		fmt.Fprintf(h, "%q %q %q %s %s\n", f.ID, f.Package, f.Version, f.Severity, f.Status)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}
