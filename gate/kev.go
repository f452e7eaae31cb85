package gate

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// KEV is CISA's catalogue of known exploited vulnerabilities.
type KEV struct {
	Actions  map[string]string // what CISA requires to be done, by CVE id in upper case
	Released string            // when, as the catalogue says
}

// errNoKEV says that a document is another one.
var errNoKEV = errors.New("no vulnerabilities: this is not CISA's catalogue")

// ReadKEV reads the catalogue in JSON, known_exploited_vulnerabilities.json
// (https://www.cisa.gov/known-exploited-vulnerabilities-catalog, schema
// https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities_schema.json). One that does not list as many as it counts
// is an error: what it lacks would count as not exploited.
func ReadKEV(r io.Reader) (KEV, error) {
	p := newParser(r)
	catalogue, count := KEV{Actions: map[string]string{}}, -1
	first, err := p.Token()
	if err == nil && first != json.Delim('{') {
		return KEV{}, errNoKEV
	}
	listed := 0
	if err == nil {
		err = p.members(func(name string) error {
			switch name {
			case "datereleased":
				return p.Decode(&catalogue.Released)
			case "count":
				return p.Decode(&count)
			case "vulnerabilities":
				_, err := p.list(func() error {
					listed++
					return catalogue.read(p)
				})
				return err
			default:
				return p.skip()
			}
		})
	}
	switch {
	case cutOff(err):
		return KEV{}, errors.New("read the catalogue: it is cut off")
	case err != nil:
		return KEV{}, fmt.Errorf("read the catalogue: %w", err)
	case listed == 0:
		return KEV{}, errNoKEV
	case count >= 0 && count != listed:
		return KEV{}, fmt.Errorf("the catalogue counts %d vulnerabilities and lists %d", count, listed)
	}
	return catalogue, nil
}

// read reads one vulnerability.
func (k KEV) read(p *parser) error {
	var v struct {
		ID     string `json:"cveID"`
		Action string `json:"requiredAction"`
	}
	if err := p.Decode(&v); err != nil {
		return err
	}
	if !isCVE(v.ID) {
		return fmt.Errorf("cveID is %q", v.ID)
	}
	k.Actions[strings.ToUpper(v.ID)] = p.share(v.Action)
	return nil
}
