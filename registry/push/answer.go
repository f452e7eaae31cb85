package push

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// errNonsense says that a registry's answer is against the protocol.
var errNonsense = errors.New("the registry's answer is against the protocol")

// answerError is an answer other than the wanted one.
type answerError struct {
	host   string
	status int
	said   []transport.Diagnostic // what the registry says, where it says it in the protocol's form
	body   string                 // the start of what it says in any other form
	after  time.Duration          // the wait it asks for; zero when it asks for none
}

func (e *answerError) Error() string {
	text := fmt.Sprintf("%s answered %d %s", e.host, e.status, http.StatusText(e.status))
	for _, d := range e.said {
		text += fmt.Sprintf(": %s: %s", d.Code, d.Message)
	}
	if e.body != "" {
		text += fmt.Sprintf(": %q", e.body)
	}
	return text
}

// has says whether the registry gives one of the codes.
func (e *answerError) has(codes ...transport.ErrorCode) bool {
	return slices.ContainsFunc(e.said, func(d transport.Diagnostic) bool { return slices.Contains(codes, d.Code) })
}

// longestBody is how much of a body that is not in the protocol's form is quoted, and longestAnswer how much of an answer is read.
const longestBody, longestAnswer = 200, 64 << 10

// check makes an error of an answer that has none of the wanted statuses. What another host says, to which the registry redirected,
// is not told: object stores repeat the signed request.
func (r *Repository) check(answer *http.Response, wanted ...int) error {
	if slices.Contains(wanted, answer.StatusCode) {
		return nil
	}
	e := &answerError{host: answer.Request.URL.Host, status: answer.StatusCode, after: retryAfter(answer.Header.Get("Retry-After"))}
	if e.host != r.name.RegistryStr() {
		return e
	}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, longestAnswer))
	if err != nil {
		return e // the status was read, and it decides
	}
	var doc struct {
		Errors []transport.Diagnostic `json:"errors"`
	}
	if json.Unmarshal(raw, &doc) == nil && len(doc.Errors) > 0 {
		e.said = doc.Errors
		return e
	}
	e.body = strings.ToValidUTF8(string(raw[:min(len(raw), longestBody)]), "")
	return e
}

// retryAfter reads the header: seconds, or a date.
func retryAfter(text string) time.Duration {
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return time.Until(at)
	}
	return 0
}

// lostError is a request that got no answer. It does not tell the address, which may be a signed one.
type lostError struct {
	host string
	err  error
}

func (e *lostError) Error() string { return fmt.Sprintf("no answer from %s: %v", e.host, e.err) }

func (e *lostError) Unwrap() error { return e.err }

// lost puts the error of a request into our form.
func lost(err error) error {
	var failed *url.Error
	if !errors.As(err, &failed) {
		return err
	}
	host := "the registry"
	if address, err := url.Parse(failed.URL); err == nil {
		host = address.Host
	}
	return &lostError{host: host, err: failed.Err}
}

// handshakeError puts an error of the handshake into our form. Its addresses hold no secret.
func (r *Repository) handshakeError(err error) error {
	var answer *transport.Error
	if errors.As(err, &answer) {
		return &answerError{host: r.name.RegistryStr(), status: answer.StatusCode, said: answer.Errors}
	}
	var failed *url.Error
	if errors.As(err, &failed) {
		return &lostError{host: r.name.RegistryStr(), err: err}
	}
	return err
}
