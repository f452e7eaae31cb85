package gate

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/hallmark-ci/hallmark/gate/pull"
)

// ParseAnswers reads what is in memory already, as Collection.Read reads it.
func ParseAnswers(data []byte) ([]Answer, error) {
	var answers []Answer
	err := readAnswers(bytes.NewReader(data), nil, func(a Answer) error {
		answers = append(answers, a)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return answers, nil
}

// readAnswers reads saved answers of DescribeImageScanFindings: one, several after one another, or an array of them. Times may be text, as
// the AWS CLI prints them, or numbers of seconds, as the service sends them. Members that a verdict does not need are passed over; a
// document that is no such answer is an error. texts are those that are known already.
func readAnswers(in io.Reader, texts map[string]string, each func(Answer) error) error {
	p := &parser{pull.NewReader(in, texts)}
	found := false
	one := func() error {
		answer, err := p.answer()
		if err != nil {
			return readProblem(err)
		}
		found = true
		return each(answer)
	}
	for {
		kind, err := p.Kind()
		switch {
		case errors.Is(err, io.EOF) && found:
			return nil
		case errors.Is(err, io.EOF):
			return errors.New("no scan answer in it")
		case err != nil:
			return readProblem(err)
		case kind == '[':
			if _, err := p.Array(one); err != nil {
				return readProblem(err)
			}
		default:
			if err := one(); err != nil {
				return err
			}
		}
	}
}

// errNoStatus says that a document is another one.
var errNoStatus = errors.New("no imageScanStatus: this is no answer of DescribeImageScanFindings")

// readError says what could not be read.
type readError struct{ error }

func (e readError) Unwrap() error { return e.error }

func readProblem(err error) error {
	var already readError
	switch {
	case errors.As(err, &already), errors.Is(err, errNoStatus):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return readError{errors.New("read scan answer: it is cut off")}
	default:
		return readError{fmt.Errorf("read scan answer: %w", err)}
	}
}

// parser reads answers one finding after another.
type parser struct {
	*pull.Reader
}

// answer reads one answer.
func (p *parser) answer() (Answer, error) {
	var (
		a      Answer
		status bool // imageScanStatus is there
	)
	_, err := p.Object(func(name string) error {
		var err error
		switch name {
		case "repositoryname":
			return p.text(&a.RepositoryName)
		case "imageid":
			return p.texts(map[string]*string{"imagedigest": &a.ImageDigest, "imagetag": &a.ImageTag})
		case "imagescanstatus":
			status, err = p.Object(func(name string) error {
				switch name {
				case "status":
					return p.text(&a.Status)
				case "description":
					return p.text(&a.Description)
				}
				return p.Skip()
			})
			return err
		case "imagescanfindings":
			return p.findings(&a)
		case "nexttoken": // the AWS CLI's --max-items prints it as NextToken
			return p.text(&a.NextToken)
		}
		return p.Skip()
	})
	if err == nil && !status {
		err = errNoStatus
	}
	return a, err
}

// findings reads imageScanFindings.
func (p *parser) findings(a *Answer) error {
	_, err := p.Object(func(name string) error {
		switch name {
		case "imagescancompletedat":
			return p.time(&a.CompletedAt)
		case "vulnerabilitysourceupdatedat":
			return p.time(&a.SourceUpdatedAt)
		case "findingseveritycounts":
			return p.counts(&a.Counts)
		case "findings":
			_, err := p.Array(func() error {
				b, err := p.basic()
				a.Basic = append(a.Basic, b)
				return err
			})
			return err
		case "enhancedfindings":
			found, err := p.Array(func() error {
				e, err := p.enhanced()
				a.Enhanced = append(a.Enhanced, e)
				return err
			})
			a.HasEnhanced = a.HasEnhanced || found
			return err
		}
		return p.Skip()
	})
	return err
}

// counts reads numbers of findings by severity, whose names keep their case.
func (p *parser) counts(out *map[string]int) error {
	found, err := p.Members(func(name string) error {
		n, err := p.Int()
		if *out == nil {
			*out = map[string]int{}
		}
		(*out)[name] = n
		return err
	})
	if found && *out == nil {
		*out = map[string]int{}
	}
	return err
}

func (p *parser) text(out *string) (err error) {
	*out, err = p.Text()
	return err
}

// texts reads an object of texts by name, in lower case, and passes over what else is in it.
func (p *parser) texts(out map[string]*string) error {
	_, err := p.Object(func(name string) error {
		if to, ok := out[name]; ok {
			return p.text(to)
		}
		return p.Skip()
	})
	return err
}
