package emulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/hallmark-ci/hallmark/registry"
)

// Scenario says which repositories there are at the start and how the emulator answers. The zero Scenario creates every repository on
// its first push, and finds nothing in any image, after one second.
type Scenario struct {
	// Repositories there are. Where a scenario lists them, even none, a push creates no other.
	Repositories []Repository `yaml:"repositories"`
	// Templates are the repository creation templates that are told of.
	Templates []Template `yaml:"templates"`
	// Scanning is the registry's scanning configuration; without it the one that gives each repository what it asks for.
	Scanning *RegistryScanning `yaml:"scanning"`
	// Scans say how scans go; the first match wins.
	Scans []Scan `yaml:"scans"`
	// Details is a file with an answer of Amazon Inspector's BatchGetFindingDetails.
	Details string `yaml:"details"`
	// Workloads run images, for what is asked of Amazon ECS, AWS Lambda and Amazon Inspector.
	Workloads []Workload `yaml:"workloads"`
	// Ahead is how far ahead of the clock lifecycle policies are evaluated, and then carried out. They are not where it is zero.
	Ahead time.Duration `yaml:"ahead"`
	// Denied are IAM actions that the caller lacks, such as ecr:DescribeRepositories.
	Denied []string `yaml:"denied"`
	// Blocked are actions that a policy of the organisation keeps to itself, such as ecr:PutRegistryScanningConfiguration.
	Blocked []string `yaml:"blocked"`
	// Throttled are actions of ECR that are throttled every time, such as ecr:GetLifecyclePolicy.
	Throttled []string `yaml:"throttled"`
	// Credentials say what is wrong with the caller's: expired, or unknown. Nothing when empty.
	Credentials string `yaml:"credentials"`

	details map[string]json.RawMessage // of that file, by ARN
}

// credentialCodes are what AWS answers to credentials that are no good.
var credentialCodes = map[string]*apiError{
	"expired": {"ExpiredTokenException", "The security token included in the request is expired"},
	"unknown": {"UnrecognizedClientException", "The security token included in the request is invalid."},
}

// Scan says how the scan of certain images goes: step by step from its start.
type Scan struct {
	Match Match  `yaml:"match"`
	Steps []Step `yaml:"steps"`
}

// Match says which images a Scan is for. * stands for any run of characters; what is empty matches everything.
type Match struct {
	Repository string `yaml:"repository"`
	Digest     string `yaml:"digest"`
}

// Step is what is answered for a while: an error, a status, or findings. The last step lasts.
type Step struct {
	For         time.Duration `yaml:"for"`
	Error       string        `yaml:"error"` // code of an error, such as ScanNotFoundException
	Status      string        `yaml:"status"`
	Description string        `yaml:"description"`
	Findings    string        `yaml:"findings"` // file with an answer of DescribeImageScanFindings

	answer *findings // of that file
}

// ReadScenario reads a scenario file and the answers it names, whose paths are relative to it.
func ReadScenario(file string) (*Scenario, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read scenario: %w", err)
	}
	s := &Scenario{}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(s); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("scenario %s: %w", file, err)
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("scenario %s: %w", file, err)
	}
	if s.Details != "" {
		if s.details, err = readDetails(filepath.Join(filepath.Dir(file), filepath.FromSlash(s.Details))); err != nil {
			return nil, fmt.Errorf("scenario %s: %w", file, err)
		}
	}
	for i := range s.Scans {
		for j := range s.Scans[i].Steps {
			step := &s.Scans[i].Steps[j]
			if step.Findings == "" {
				continue
			}
			if step.answer, err = readFindings(filepath.Join(filepath.Dir(file), filepath.FromSlash(step.Findings))); err != nil {
				return nil, fmt.Errorf("scenario %s: %w", file, err)
			}
		}
	}
	return s, nil
}

func (s *Scenario) check() error {
	for i := range s.Repositories {
		r := &s.Repositories[i]
		if r.Mutability == "" {
			r.Mutability = string(registry.Immutable)
		}
		if err := checkName(r.Name); err != nil {
			return err
		}
		if err := r.checkSettings(); err != nil {
			return fmt.Errorf("repository %q: %w", r.Name, err)
		}
	}
	for _, scan := range s.Scans {
		if len(scan.Steps) == 0 {
			return errors.New("a scan has no steps")
		}
		for i, step := range scan.Steps {
			if step.Error == "" && step.Status == "" && step.Findings == "" {
				return fmt.Errorf("step %d of a scan has neither error nor status nor findings", i+1)
			}
			if step.For == 0 && i < len(scan.Steps)-1 {
				return fmt.Errorf("step %d of a scan has no time (for: 2s), and is not the last", i+1)
			}
		}
	}
	for _, w := range s.Workloads {
		if err := w.check(); err != nil {
			return err
		}
	}
	for _, action := range slices.Concat(s.Denied, s.Blocked, s.Throttled) {
		if !strings.Contains(action, ":") {
			return fmt.Errorf("action %q: write it as IAM does, ecr:%s", action, action)
		}
	}
	if s.Credentials != "" && credentialCodes[s.Credentials] == nil {
		return fmt.Errorf("credentials are %q: they can be expired or unknown", s.Credentials)
	}
	_, err := s.scanning()
	return err
}

// createsOnPush says whether a push makes a repository that is not there.
func (s *Scenario) createsOnPush() bool { return s.Repositories == nil }

func (s *Scenario) denies(action string) bool { return slices.Contains(s.Denied, action) }

// scanning is the registry's scanning configuration that gives each repository what it asks for.
func (s *Scenario) scanning() (scanning, error) {
	if s.createsOnPush() {
		return scanning{Type: "BASIC", Rules: []scanRule{{Frequency: onPush, Filters: []string{"*"}}}}, nil
	}
	settings := scanning{Type: "BASIC"}
	if s.Scanning != nil {
		settings.Type = cmp.Or(strings.ToUpper(s.Scanning.Type), "BASIC")
		for _, rule := range s.Scanning.Rules {
			settings.Rules = append(settings.Rules, scanRule(rule))
		}
		return settings, nil
	}
	for i, r := range s.Repositories {
		kind := strings.ToUpper(r.Scan.Type)
		if kind == "" {
			kind = "BASIC"
		}
		if kind != "BASIC" && kind != "ENHANCED" {
			return scanning{}, fmt.Errorf("repository %q: scan type %q is neither BASIC nor ENHANCED", r.Name, r.Scan.Type)
		}
		if i > 0 && kind != settings.Type {
			return scanning{}, fmt.Errorf("repository %q: scan type %s, and %s before: it is one setting for the whole registry", r.Name, kind, settings.Type)
		}
		settings.Type = kind
		if kind == "BASIC" {
			continue // basic scanning is set for each repository
		}
		switch {
		case r.Scan.Continuous:
			settings.add(continuous, r.Name)
		case r.Scan.OnPush:
			settings.add(onPush, r.Name)
		}
	}
	return settings, nil
}

// steps are the steps of the scan of an image; nil where the scenario says nothing of it.
func (s *Scenario) steps(repository, digest string) []Step {
	for _, scan := range s.Scans {
		if matches(scan.Match.Repository, repository) && matches(scan.Match.Digest, digest) {
			return scan.Steps
		}
	}
	return nil
}

// matches holds a text against a pattern in which * stands for any run of characters, slashes included.
func matches(pattern, text string) bool {
	if pattern == "" {
		return true
	}
	// path.Match stops at slashes, which have no meaning here.
	flat := func(s string) string { return strings.ReplaceAll(s, "/", "\x00") }
	found, err := path.Match(flat(pattern), flat(text))
	return err == nil && found
}
