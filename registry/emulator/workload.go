package emulator

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Workload is something of a scenario that runs images: a service, a task, a function, or where none of these is named a task definition
// that nothing runs.
type Workload struct {
	Service    string   `yaml:"service"`    // CLUSTER/NAME, of Amazon ECS
	Task       string   `yaml:"task"`       // CLUSTER/ID, of no service
	Definition string   `yaml:"definition"` // FAMILY:REVISION, of a service, a task or by itself
	Function   string   `yaml:"function"`   // NAME:VERSION, of AWS Lambda
	Images     []string `yaml:"images"`     // one a container: NAME:TAG, NAME@DIGEST or NAME:TAG@DIGEST of this registry
	Tasks      *int     `yaml:"tasks"`      // that a service runs; 1 when left out
}

var (
	inCluster = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_-]+/[A-Za-z0-9_-]+$`) })
	ofFamily  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_-]+:[1-9][0-9]*$`) })
	ofName    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_-]+:(\$LATEST|[1-9][0-9]*)$`) })
)

func (w Workload) check() error {
	named := slices.DeleteFunc([]string{w.Service, w.Task, w.Function}, func(s string) bool { return s == "" })
	switch {
	case len(named) > 1:
		return fmt.Errorf("workload %q is also %q", named[0], named[1])
	case w.Service+w.Task != "" && !inCluster().MatchString(w.Service+w.Task):
		return fmt.Errorf("workload %q: write it as CLUSTER/NAME", w.Service+w.Task)
	case w.Function != "" && !ofName().MatchString(w.Function):
		return fmt.Errorf("function %q: write it as NAME:VERSION", w.Function)
	case w.Function == "" && !ofFamily().MatchString(w.Definition):
		return fmt.Errorf("definition %q: write it as FAMILY:REVISION", w.Definition)
	case w.Function != "" && len(w.Images) != 1:
		return fmt.Errorf("function %q has %d images", w.Function, len(w.Images))
	case len(w.Images) == 0:
		return errors.New("a workload has no images")
	}
	return nil
}

// running is how many tasks of a service or a task run.
func (w Workload) running() int {
	switch {
	case w.Task != "":
		return 1
	case w.Service == "":
		return 0
	case w.Tasks != nil:
		return *w.Tasks
	}
	return 1
}

// runs is an image as a workload runs it.
type runs struct {
	repository string
	reference  string // with the registry's host
	digest     string // empty where a tag names nothing
}

// runs reads an image of a workload: a tag is what it names now.
func (e *Emulator) runs(r *http.Request, image string) runs {
	given, digest, _ := strings.Cut(image, "@")
	name, tag, tagged := strings.Cut(given, ":")
	out := runs{repository: name, reference: registryHost(r) + "/" + image, digest: digest}
	if tagged {
		out.reference = registryHost(r) + "/" + given
	}
	if digest == "" {
		_ = e.store.read(func(s *state) error {
			if repository := s.Repositories[name]; repository != nil {
				out.digest = repository.Tags[tag]
			}
			return nil
		})
	}
	return out
}

// id makes a name such as AWS gives to things without one.
func id(of string) string {
	sum := sha256.Sum256([]byte(of))
	return hex.EncodeToString(sum[:16])
}

// admit says for what region a request to a service is signed, if it may do what it asks for. The signature itself is not checked.
func (e *Emulator) admit(r *http.Request, service, operation string) (region string, err error) {
	credential, found := strings.CutPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=")
	credential, _, _ = strings.Cut(credential, ",")
	scope := strings.Split(credential, "/")
	if !found || len(scope) < 5 || scope[len(scope)-2] != service || scope[len(scope)-1] != "aws4_request" {
		return "", &apiError{"MissingAuthenticationTokenException", "Missing Authentication Token"}
	}
	if problem := credentialCodes[e.scenario.Credentials]; problem != nil {
		return "", problem
	}
	if action := service + ":" + operation; e.scenario.denies(action) {
		return "", &apiError{"AccessDeniedException", deniedText(action, "*")}
	}
	return scope[len(scope)-3], nil
}

// revision is the number of a task definition.
func revision(definition string) int {
	_, number, _ := strings.Cut(definition, ":")
	n, _ := strconv.Atoi(number) // a scenario is checked
	return n
}
