package gate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// ParseAnswers reads saved answers of DescribeImageScanFindings: one, several after one another, or an array of them. Times may be
// text, as the AWS CLI prints them, or numbers of seconds, as the service sends them. Members that a verdict does not need are
// passed over; a document that is no such answer is an error.
func ParseAnswers(data []byte) ([]Answer, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	var answers []Answer
	for {
		var raw json.RawMessage
		if err := decoder.Decode(&raw); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("read scan answer: %w", err)
		}
		several, err := parseDocument(raw)
		if err != nil {
			return nil, err
		}
		answers = append(answers, several...)
	}
	if len(answers) == 0 {
		return nil, errors.New("no scan answer in it")
	}
	return answers, nil
}

func parseDocument(raw json.RawMessage) ([]Answer, error) {
	if !bytes.HasPrefix(raw, []byte("[")) {
		answer, err := parseAnswer(raw)
		return []Answer{answer}, err
	}
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return nil, fmt.Errorf("read scan answers: %w", err)
	}
	var answers []Answer
	for _, item := range items {
		answer, err := parseAnswer(item)
		if err != nil {
			return nil, err
		}
		answers = append(answers, answer)
	}
	return answers, nil
}

func parseAnswer(raw json.RawMessage) (Answer, error) {
	var doc answerJSON
	if err := json.Unmarshal(raw, &doc); err != nil {
		return Answer{}, fmt.Errorf("read scan answer: %w", err)
	}
	if doc.Status == nil {
		return Answer{}, errors.New("no imageScanStatus: this is no answer of DescribeImageScanFindings")
	}
	a := Answer{
		RepositoryName: doc.RepositoryName,
		ImageDigest:    doc.ImageID.Digest,
		ImageTag:       doc.ImageID.Tag,
		Status:         doc.Status.Status,
		Description:    doc.Status.Description,
		NextToken:      doc.NextToken,
	}
	if f := doc.Findings; f != nil {
		a.CompletedAt, a.SourceUpdatedAt, a.Counts = time.Time(f.CompletedAt), time.Time(f.SourceUpdatedAt), f.Counts
		a.HasEnhanced = f.Enhanced != nil
		for _, b := range f.Basic {
			a.Basic = append(a.Basic, b.finding())
		}
		for _, e := range f.Enhanced {
			a.Enhanced = append(a.Enhanced, e.finding())
		}
	}
	return a, nil
}

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
