package gate

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hallmark-ci/hallmark/gate/pull"
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
	p := &parser{pull.NewReader(r, nil)}
	catalogue, count, listed := KEV{Actions: map[string]string{}}, -1, 0
	kind, err := p.Kind()
	switch {
	case errors.Is(err, io.EOF):
		return KEV{}, errors.New("read the catalogue: it is cut off")
	case err == nil && kind == '[':
		return KEV{}, errNoKEV
	}
	_, err = p.Object(func(name string) (err error) {
		switch name {
		case "datereleased":
			return p.text(&catalogue.Released)
		case "count":
			count, err = p.Int()
			return err
		case "vulnerabilities":
			return p.items(func() error {
				listed++
				return catalogue.read(p)
			})
		}
		return p.Skip()
	})
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
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
	var id, action string
	if err := p.texts(map[string]*string{"cveid": &id, "requiredaction": &action}); err != nil {
		return err
	}
	if !isCVE(id) {
		return fmt.Errorf("cveID is %q", id)
	}
	k.Actions[strings.ToUpper(id)] = action
	return nil
}
