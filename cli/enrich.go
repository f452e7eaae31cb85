package cli

import (
	"context"
	"errors"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/report"
)

// exploitSources are where EPSS and KEV of findings come from. Nothing is ever downloaded by the way.
type exploitSources struct {
	inspector bool   // ask Amazon Inspector, also where no policy needs it
	kev, epss string // files; may be empty
}

func exploitFlags() []cli.Flag {
	return []cli.Flag{
		textFlag(categoryGate, "kev", "", "`FILE` with CISA's catalogue of exploited vulnerabilities, JSON"),
		textFlag(categoryGate, "epss", "", "`FILE` with FIRST's EPSS scores, CSV or CSV.gz"),
		switchFlag(categoryGate, "inspector", "ask Amazon Inspector for EPSS and KEV of what enhanced scanning finds"),
	}
}

// readExploitSources reads the flags, and the files to their end: a run must not find out after the push that it cannot use them.
func (p *program) readExploitSources(c *cli.Context) (exploitSources, error) {
	s := exploitSources{inspector: c.Bool("inspector"), kev: c.String("kev"), epss: c.String("epss")}
	if s.kev == "-" || s.epss == "-" {
		return s, &UsageError{Problem: "EPSS and KEV are not read from stdin", Hint: "name a file"}
	}
	exploits, err := p.readExploits(s, func(string) bool { return false })
	if err != nil {
		return s, err
	}
	if s.kev != "" {
		p.say.Detail("KEV: %d vulnerabilities, of %s", len(exploits.KEV), s.kev)
	}
	return s, nil
}

// needs says whether Inspector is to be asked: for what a policy needs and no file gives, or because a flag says so.
func (s exploitSources) needs(kev, epss bool) bool {
	return s.inspector || kev && s.kev == "" || epss && s.epss == ""
}

// readExploits reads what the files say, EPSS of wanted CVEs only.
func (p *program) readExploits(s exploitSources, wanted func(cve string) bool) (gate.Exploits, error) {
	var exploits gate.Exploits
	if s.kev != "" {
		if err := p.withFile(s.kev, "get it from cisa.gov: known_exploited_vulnerabilities.json", func(r io.Reader) error {
			catalogue, err := gate.ReadKEV(r)
			exploits.KEV = catalogue.Actions
			return err
		}); err != nil {
			return gate.Exploits{}, err
		}
	}
	if s.epss != "" {
		if err := p.withFile(s.epss, "get it from first.org: epss_scores-current.csv.gz", func(r io.Reader) error {
			scores, err := gate.ReadEPSS(r, wanted)
			exploits.EPSS = scores.Scores
			return err
		}); err != nil {
			return gate.Exploits{}, err
		}
	}
	return exploits, nil
}

// inspector is who can be asked for EPSS and KEV.
type inspector interface {
	Exploits(ctx context.Context, arns map[string]string) (gate.Exploits, int, error)
}

// enrich tells the findings of a scan what is known of their exploitation, and the result what was told. A caller who may not ask Inspector
// goes without.
func (p *program) enrich(ctx context.Context, s exploitSources, asked inspector, scan *gate.Scan) error {
	defer func() { p.tellExploitation(scan.Told) }()
	if s.kev != "" || s.epss != "" {
		ids := scan.CVEs()
		exploits, err := p.readExploits(s, func(cve string) bool { return ids[cve] })
		if err != nil {
			return err
		}
		exploits.Fill(*scan)
	}
	scan.Told.EPSS, scan.Told.KEV = scan.Told.EPSS || s.epss != "", scan.Told.KEV || s.kev != ""
	if asked == nil || scan.Type == "basic" { // of which Inspector knows nothing
		return nil
	}
	arns := scan.ARNs()
	known, untold, err := asked.Exploits(ctx, arns)
	var denied *registry.DeniedError
	switch {
	case errors.As(err, &denied):
		p.say.Detail("no EPSS and KEV from Amazon Inspector: %v", denied)
		return nil
	case err != nil:
		return err
	case untold > 0:
		p.say.Warn("Amazon Inspector did not tell EPSS and KEV of %d of %d vulnerabilities", untold, len(arns))
	}
	known.Fill(*scan)
	scan.Told = gate.Told{EPSS: true, KEV: true}
	if len(arns) > 0 {
		p.say.Detail("Amazon Inspector knows EPSS of %d and KEV of %d of %d vulnerabilities", len(known.EPSS), len(known.KEV), len(arns))
	}
	return nil
}

// tellExploitation puts what was told of exploitation into the result.
func (p *program) tellExploitation(t gate.Told) {
	if p.result.Scan != nil {
		p.result.Scan.Exploitation = report.NewExploitation(t)
	}
}
