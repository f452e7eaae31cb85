package gate

import (
	"fmt"
	"math"
	"time"
)

// time reads a time: text in RFC 3339, or seconds since 1970.
func (p *parser) time(out *time.Time) error {
	kind, err := p.Kind()
	if err != nil {
		return err
	}
	if kind != '"' {
		seconds, err := p.Number()
		if err != nil {
			return err
		}
		if kind != 'n' {
			*out, err = timeOf(seconds)
		}
		return err
	}
	text, err := p.Text()
	if err != nil {
		return err
	}
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return fmt.Errorf("time %q: want RFC 3339", text)
	}
	*out = parsed.UTC()
	return nil
}

// maxSeconds bounds times to years that have four digits, which is what RFC 3339 can write.
const maxSeconds = 60e9

// timeOf is the time of seconds since 1970, to the millisecond.
func timeOf(seconds float64) (time.Time, error) {
	if math.Abs(seconds) > maxSeconds {
		return time.Time{}, fmt.Errorf("time %v: want seconds since 1970", seconds)
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(math.Round(fraction*1e3))*1e6).UTC(), nil
}
