package gate

import (
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// timestamp reads a time in either form.
type timestamp time.Time

// UnmarshalJSON takes text in RFC 3339 and numbers of seconds since 1970; null is no time.
func (t *timestamp) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err == nil {
		parsed, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return fmt.Errorf("time %q: want RFC 3339", text)
		}
		*t = timestamp(parsed.UTC())
		return nil
	}
	var seconds float64
	if err := json.Unmarshal(data, &seconds); err != nil || math.Abs(seconds) > maxSeconds {
		return fmt.Errorf("time %s: want text or seconds", data)
	}
	whole, fraction := math.Modf(seconds)
	*t = timestamp(time.Unix(int64(whole), int64(math.Round(fraction*1e3))*1e6).UTC())
	return nil
}

// maxSeconds bounds times to years that have four digits, which is what RFC 3339 can write.
const maxSeconds = 60e9
