package gate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ParseAnswers is ReadAnswers of what is in memory already.
func ParseAnswers(data []byte) ([]Answer, error) { return ReadAnswers(bytes.NewReader(data)) }

// ReadAnswers reads saved answers of DescribeImageScanFindings: one, several after one another, or an array of them. Times may be
// text, as the AWS CLI prints them, or numbers of seconds, as the service sends them. Members that a verdict does not need are
// passed over; a document that is no such answer is an error. It never holds more of the text than one finding.
func ReadAnswers(r io.Reader) ([]Answer, error) {
	p := newParser(r)
	var answers []Answer
	for {
		token, err := p.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, readProblem(err)
		}
		if token != json.Delim('[') {
			answer, err := p.answer(token)
			if err != nil {
				return nil, readProblem(err)
			}
			answers = append(answers, answer)
			continue
		}
		if err := p.items(func() error {
			token, err := p.Token()
			if err != nil {
				return err
			}
			answer, err := p.answer(token)
			answers = append(answers, answer)
			return err
		}); err != nil {
			return nil, readProblem(err)
		}
	}
	if len(answers) == 0 {
		return nil, errors.New("no scan answer in it")
	}
	return answers, nil
}

// errNoStatus says that a document is another one.
var errNoStatus = errors.New("no imageScanStatus: this is no answer of DescribeImageScanFindings")

// readProblem says what could not be read. Inside of a document the end of the text is not expected.
func readProblem(err error) error {
	switch {
	case errors.Is(err, errNoStatus):
		return err
	case cutOff(err):
		return errors.New("read scan answer: it is cut off")
	default:
		return fmt.Errorf("read scan answer: %w", err)
	}
}

// cutOff says whether a document ended too early.
func cutOff(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// parser reads documents one item after another.
type parser struct {
	*json.Decoder
	texts map[string]string // texts that many findings share, such as the description of a vulnerability on every platform
}

func newParser(r io.Reader) *parser {
	return &parser{Decoder: json.NewDecoder(r), texts: map[string]string{}}
}

// answer reads the answer that begins with a token.
func (p *parser) answer(first json.Token) (Answer, error) {
	if first == nil {
		return Answer{}, errNoStatus
	}
	if first != json.Delim('{') {
		return Answer{}, fmt.Errorf("want an object, not %v", first)
	}
	var (
		a       Answer
		head    headJSON
		started bool // imageScanStatus was there
	)
	err := p.members(func(name string) error {
		switch name {
		case "repositoryname":
			return p.Decode(&a.RepositoryName)
		case "imageid":
			return p.Decode(&head.ImageID)
		case "imagescanstatus":
			err := p.Decode(&head.Status)
			started = started || head.Status != nil
			return err
		case "imagescanfindings":
			return p.findings(&a)
		case "nexttoken": // the AWS CLI's --max-items prints it as NextToken
			return p.Decode(&a.NextToken)
		default:
			return p.skip()
		}
	})
	switch {
	case err != nil:
		return a, err
	case !started || head.Status == nil:
		return a, errNoStatus
	}
	a.ImageDigest, a.ImageTag = head.ImageID.Digest, head.ImageID.Tag
	a.Status, a.Description = head.Status.Status, head.Status.Description
	return a, nil
}

// findings reads imageScanFindings.
func (p *parser) findings(a *Answer) error {
	open, err := p.opens('{')
	if err != nil || !open {
		return err
	}
	return p.members(func(name string) error {
		switch name {
		case "imagescancompletedat":
			return p.Decode((*timestamp)(&a.CompletedAt))
		case "vulnerabilitysourceupdatedat":
			return p.Decode((*timestamp)(&a.SourceUpdatedAt))
		case "findingseveritycounts":
			return p.Decode(&a.Counts)
		case "findings":
			_, err := p.list(func() error {
				var b basicJSON
				err := p.Decode(&b)
				a.Basic = append(a.Basic, b.finding(p.share))
				return err
			})
			return err
		case "enhancedfindings":
			found, err := p.list(func() error {
				var e enhancedJSON
				err := p.Decode(&e)
				a.Enhanced = append(a.Enhanced, e.finding(p.share))
				return err
			})
			a.HasEnhanced = a.HasEnhanced || found
			return err
		default:
			return p.skip()
		}
	})
}

// share gives equal texts one place in memory.
func (p *parser) share(text string) string {
	if known, ok := p.texts[text]; ok {
		return known
	}
	p.texts[text] = text
	return text
}

// members calls each for every member of an object that has been opened, by its name in lower case, as JSON is read elsewhere here.
func (p *parser) members(each func(name string) error) error {
	for p.More() {
		token, err := p.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if err := each(strings.ToLower(name)); err != nil {
			return err
		}
	}
	_, err := p.Token()
	return err
}

// items calls each for every item of an array that has been opened.
func (p *parser) items(each func() error) error {
	for p.More() {
		if err := each(); err != nil {
			return err
		}
	}
	_, err := p.Token()
	return err
}

// list reads an array; found is false for null.
func (p *parser) list(each func() error) (found bool, err error) {
	open, err := p.opens('[')
	if err != nil || !open {
		return false, err
	}
	return true, p.items(each)
}

// opens reads the beginning of an object or array; it is false for null.
func (p *parser) opens(want json.Delim) (bool, error) {
	token, err := p.Token()
	switch {
	case err != nil || token == nil:
		return false, err
	case token != want:
		return false, fmt.Errorf("want %v, not %v", want, token)
	}
	return true, nil
}

func (p *parser) skip() error {
	var value json.RawMessage
	return p.Decode(&value)
}
