package emulator

import (
	"time"

	"github.com/hallmark-ci/hallmark/registry"
)

// Repository is a repository of a scenario.
type Repository struct {
	Name       string       `yaml:"name"`
	Mutability string       `yaml:"mutability"` // as ECR spells it; IMMUTABLE when empty
	Exclusions []string     `yaml:"exclusions"`
	Scan       ScanSettings `yaml:"scan"`
	Lifecycle  string       `yaml:"lifecycle"` // text of its lifecycle policy
	Policy     string       `yaml:"policy"`    // text of the policy that says who may do what
	Labels     Labels       `yaml:"labels"`    // resource tags
}

// Labels are resource tags by their keys. Those that AWS gives, which begin with aws:, may be among them.
type Labels map[string]string

// Template is a repository creation template of a scenario, for repositories that a push makes. It is told of; nothing is made by it.
type Template struct {
	Prefix     string   `yaml:"prefix"`
	AppliedFor []string `yaml:"applied_for"` // CREATE_ON_PUSH when empty
	Mutability string   `yaml:"mutability"`  // MUTABLE when empty, as with ECR
	Exclusions []string `yaml:"exclusions"`
}

// RegistryScanning is the scanning configuration of the registry.
type RegistryScanning struct {
	Type  string `yaml:"type"` // BASIC or ENHANCED; BASIC when empty
	Rules []struct {
		Frequency string   `yaml:"frequency"`
		Filters   []string `yaml:"filters"`
	} `yaml:"rules"`
}

// ScanSettings say how the images of a repository are scanned. Basic or enhanced is a setting of the whole registry, so all
// repositories of a scenario must agree.
type ScanSettings struct {
	Type       string `yaml:"type"` // BASIC or ENHANCED; BASIC when empty
	OnPush     bool   `yaml:"on_push"`
	Continuous bool   `yaml:"continuous"` // enhanced: the scan stays ACTIVE
}

// checkSettings refuses what ECR would.
func (r Repository) checkSettings() error {
	if err := checkMutability(r.Mutability, r.Exclusions); err != nil {
		return err
	}
	if r.Policy != "" {
		if err := checkAccess(r.Policy); err != nil {
			return err
		}
	}
	if r.Lifecycle != "" {
		_, err := checkPolicy(r.Lifecycle)
		return err
	}
	return nil
}

// repository makes the repository that a scenario describes.
func (r Repository) repository(now time.Time) *repository {
	made := newRepository(r.Name, now)
	made.Mutability, made.Exclusions, made.ScanOnPush = registry.Mutability(r.Mutability), r.Exclusions, r.Scan.OnPush
	made.Access, made.Labels = r.Policy, r.Labels
	if r.Lifecycle != "" {
		made.Lifecycle = &lifecyclePolicy{Text: r.Lifecycle, PutAt: now}
	}
	return made
}
