// Package emulator is an ECR in one process: ECR's API and its registry at one address, for tests, trials and rehearsals. Start at
// New. It answers as ECR does, with its codes, statuses and limits, and never with what would be convenient; an operation that it
// lacks answers an error.
package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"cuelabs.dev/go/oci/ociregistry/ociserver"
)

// Account is the account whose registry the emulator is: the one AWS's own examples use.
const Account = "123456789012"

// Options say how an emulator behaves. The zero value keeps everything in a temporary folder, which Close removes, and creates
// a repository on its first push: immutable, scanned on push.
type Options struct {
	Data     string           // folder that keeps repositories; it is made if it is missing
	Scenario *Scenario        // what there is at the start, and how scans go
	Log      io.Writer        // one line a request; none when nil
	Now      func() time.Time // the clock of pushes, scans and tokens; real time when nil

	// Ahead is how far ahead of the clock lifecycle policies are evaluated. Where it is set they are carried out too; else the scenario's
	// counts.
	Ahead time.Duration
}

// Emulator serves one registry. It is an http.Handler.
type Emulator struct {
	store    *store
	scenario *Scenario
	tokens   *tokens
	registry http.Handler // of /v2/
	now      func() time.Time
	ahead    time.Duration
	dispose  func() error

	logMu sync.Mutex
	log   io.Writer
}

// New makes an emulator. It serves nothing until it is given requests.
func New(o Options) (*Emulator, error) {
	e := &Emulator{scenario: o.Scenario, now: o.Now, log: o.Log, dispose: func() error { return nil }}
	if e.scenario == nil {
		e.scenario = &Scenario{}
	}
	if e.ahead = o.Ahead; e.ahead == 0 {
		e.ahead = e.scenario.Ahead
	}
	if e.now == nil {
		e.now = time.Now
	}
	var err error
	if e.tokens, err = newTokens(e.now); err != nil {
		return nil, err
	}
	if o.Data == "" {
		if o.Data, err = os.MkdirTemp("", "hallmark-emulator-*"); err != nil {
			return nil, fmt.Errorf("make a temporary folder: %w", err)
		}
		e.dispose = func() error { return os.RemoveAll(o.Data) }
	}
	if e.store, err = openStore(o.Data); err != nil {
		return nil, errors.Join(err, e.dispose())
	}
	if err := e.prepare(); err != nil {
		return nil, errors.Join(err, e.dispose())
	}
	e.registry = ociserver.New(&backend{emulator: e}, &ociserver.Options{
		WriteError:      writeRegistryError,
		MaxListPageSize: maxTagPage,
	})
	return e, nil
}

// Close removes what was kept in a temporary folder. A folder of Options.Data stays.
func (e *Emulator) Close() error { return e.dispose() }

// Serve answers at a listener until the context ends, then lets running requests finish, for a short while.
func (e *Emulator) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{Handler: e, ReadHeaderTimeout: 30 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return server.Close()
	}
	return nil
}

// ServeHTTP answers a request to either face: /v2/ is the registry, / the API. Of other services it has what is asked beside ECR: Amazon
// Inspector and AWS Lambda at paths of their own, AWS STS by forms, Amazon ECS by the header that the API has too.
func (e *Emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
	what := r.Method + " " + r.URL.Path
	problem := e.expire()
	switch {
	case problem != nil:
		http.Error(recorder, problem.Error(), http.StatusInternalServerError)
	case r.URL.Path == "/v2" || strings.HasPrefix(r.URL.Path, "/v2/"):
		e.serveRegistry(recorder, r)
	case r.Method == http.MethodPost && r.URL.Path == "/" && isSTS(r):
		what = "AWSSecurityTokenService"
		e.serveSTS(recorder, r)
	case r.Method == http.MethodPost && r.URL.Path == "/" && strings.HasPrefix(r.Header.Get("X-Amz-Target"), ecsTarget):
		what = r.Header.Get("X-Amz-Target")
		e.serveECS(recorder, r)
	case r.Method == http.MethodPost && r.URL.Path == "/":
		what = r.Header.Get("X-Amz-Target")
		e.serveAPI(recorder, r)
	case r.Method == http.MethodPost && (r.URL.Path == detailsPath || r.URL.Path == coveragePath):
		e.serveInspector(recorder, r)
	case isLambda(r):
		e.serveLambda(recorder, r)
	default:
		http.NotFound(recorder, r)
	}
	if e.log != nil {
		e.logMu.Lock()
		defer e.logMu.Unlock()
		fmt.Fprintf(e.log, "%s %d %q\n", e.now().UTC().Format(time.RFC3339), recorder.status, what)
	}
}

// statusRecorder keeps the status of an answer for the log.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (s *statusRecorder) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *statusRecorder) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// prepare makes what the scenario says there is. What was kept from an earlier run stays as it is.
func (e *Emulator) prepare() error {
	settings, err := e.scenario.scanning()
	if err != nil {
		return err
	}
	if e.store.state.Scanning.Type == "" {
		if err := e.store.configure(func(s *state) { s.Scanning = settings }); err != nil {
			return err
		}
	}
	for _, wanted := range e.scenario.Repositories {
		err := e.store.change(wanted.Name, func(s *state) error {
			if s.Repositories[wanted.Name] == nil {
				s.Repositories[wanted.Name] = wanted.repository(e.now())
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
