package gate

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// EPSS is what FIRST's Exploit Prediction Scoring System says, or a part of it.
type EPSS struct {
	Scores map[string]float64 // probability of exploitation within 30 days, by CVE id in upper case
	Model  string             // what the file says of itself, such as "model_version:v2025.03.14,score_date:…"; empty in early files
	Rows   int                // of the whole file
}

// ReadEPSS reads a file of scores, plain or gzip, as FIRST publishes it: a comment, a header, one row for each CVE
// (https://www.first.org/epss/data_stats). The whole file is checked, and the scores of wanted CVEs, in upper case, are kept.
func ReadEPSS(r io.Reader, wanted func(cve string) bool) (EPSS, error) {
	plain, err := unzipped(r)
	if err != nil {
		return EPSS{}, err
	}
	t := epssTable{EPSS: EPSS{Scores: map[string]float64{}}, wanted: wanted}
	lines := bufio.NewScanner(plain)
	for n := 1; lines.Scan(); n++ {
		if err := t.line(lines.Text()); err != nil {
			return EPSS{}, fmt.Errorf("line %d: %w", n, err)
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return EPSS{}, errors.New("read EPSS scores: the file is cut off")
	case err != nil:
		return EPSS{}, fmt.Errorf("read EPSS scores: %w", err)
	case t.Rows == 0:
		return EPSS{}, errors.New("no EPSS scores in it")
	}
	return t.EPSS, nil
}

// unzipped is what r holds, unpacked where it is gzip.
func unzipped(r io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(r)
	if magic, _ := buffered.Peek(2); !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return buffered, nil
	}
	unpacked, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, fmt.Errorf("unpack EPSS scores: %w", err)
	}
	return unpacked, nil
}

// epssTable reads rows.
type epssTable struct {
	EPSS
	wanted      func(cve string) bool
	header      bool // was there
	cve, scores int  // columns
}

func (t *epssTable) line(text string) error {
	if comment, ok := strings.CutPrefix(text, "#"); ok {
		t.Model = strings.TrimSpace(comment)
		return nil
	}
	fields := strings.Split(strings.TrimRight(text, "\r"), ",")
	if !t.header {
		t.header = true
		t.cve, t.scores = slices.Index(fields, "cve"), slices.Index(fields, "epss")
		if t.cve < 0 || t.scores < 0 {
			return errors.New(`no columns "cve" and "epss": this is no file of EPSS scores`)
		}
		return nil
	}
	if len(fields) <= max(t.cve, t.scores) || !isCVE(fields[t.cve]) {
		return fmt.Errorf("want a CVE and its score, not %q", text)
	}
	score, err := strconv.ParseFloat(fields[t.scores], 64)
	if err != nil || !(score >= 0 && score <= 1) {
		return fmt.Errorf("%s has the score %q: want 0 to 1", fields[t.cve], fields[t.scores])
	}
	t.Rows++
	if cve := strings.ToUpper(fields[t.cve]); t.wanted(cve) {
		t.Scores[cve] = score
	}
	return nil
}
