package tagger

import (
	"fmt"
	"strings"
	"time"
)

// loadZone finds a time zone by its name in the IANA database, in any case, as in docker/metadata-action. An unknown one is an
// error there is no way around: read as UTC it would give a tag of another day.
func loadZone(name string) (*time.Location, error) {
	for _, form := range []string{name, strings.ToUpper(name), capitalise(name)} {
		if form == "" || strings.EqualFold(form, "local") {
			break // neither is a zone: time.LoadLocation means UTC and the machine's own by them
		}
		if zone, err := time.LoadLocation(form); err == nil {
			return zone, nil
		}
	}
	return nil, fmt.Errorf("unknown time zone %q: it takes names such as UTC and Asia/Tokyo", name)
}

// capitalise writes a zone's name as the database does: a capital at the start of each word.
func capitalise(name string) string {
	out := []byte(strings.ToLower(name))
	for i, c := range out {
		if (i == 0 || strings.IndexByte("/_-", out[i-1]) >= 0) && 'a' <= c && c <= 'z' {
			out[i] = c - 'a' + 'A'
		}
	}
	return string(out)
}
