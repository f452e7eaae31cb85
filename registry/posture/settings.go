package posture

import (
	"time"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// Settings is what is known of the settings of one repository. Unseen says of which parts nothing is known: their fields are zero.
type Settings struct {
	registry.Repository

	ARN        string
	Created    time.Time
	Encryption Encryption
	ScanOnPush bool // the repository's own flag, which is deprecated and counts with basic scanning alone

	Scanning  gate.Coverage     // in effect
	Lifecycle string            // text of the lifecycle policy; empty when there is none
	Access    string            // text of the repository's policy; empty when there is none
	Labels    map[string]string // tags of the resource, which are not tags of images
	Images    []lifecycle.Image // all that it holds

	Unseen map[Part]string // why it could not be read
}

// Encryption is how the layers of a repository are kept. It cannot be changed once there is a repository
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html).
type Encryption struct {
	Type string // AES256, KMS or KMS_DSSE
	Key  string // of KMS; empty for the key of AWS
}

// Part is a part of the settings that a call of its own reads, and that can be denied by itself.
type Part string

// The parts, in the order in which they are told.
const (
	PartRepository Part = "repository" // mutability, encryption: DescribeRepositories
	PartScanning   Part = "scanning"   // BatchGetRepositoryScanningConfiguration, GetRegistryScanningConfiguration
	PartLifecycle  Part = "lifecycle"  // GetLifecyclePolicy
	PartAccess     Part = "access"     // GetRepositoryPolicy
	PartLabels     Part = "labels"     // ListTagsForResource
	PartImages     Part = "images"     // DescribeImages
	PartTemplates  Part = "templates"  // DescribeRepositoryCreationTemplates
)

// Sees says whether a part was read.
func (s Settings) Sees(part Part) bool {
	_, unseen := s.Unseen[part]
	return !unseen
}

// Hide notes why a part could not be read.
func (s *Settings) Hide(part Part, why string) {
	if s.Unseen == nil {
		s.Unseen = map[Part]string{}
	}
	s.Unseen[part] = why
}

// Registry is what is known of the settings that all repositories of a registry share.
type Registry struct {
	Host      string
	Account   string
	Scan      ScanRules
	Templates []Template
	Unseen    map[Part]string // PartScanning and PartTemplates alone
}

// ScanRules are a registry's scanning rules. PutRegistryScanningConfiguration replaces all of them.
type ScanRules struct {
	Type  string // BASIC or ENHANCED
	Rules []ScanRule
}

// ScanRule scans the repositories that one of its filters matches.
type ScanRule struct {
	Frequency string // SCAN_ON_PUSH, CONTINUOUS_SCAN or MANUAL
	Filters   []string
}

// Template is a repository creation template (https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html).
type Template struct {
	Prefix     string   // a slash is taken to follow it; ROOT is for all
	AppliedFor []string // CREATE_ON_PUSH, PULL_THROUGH_CACHE, REPLICATION
	Mutability registry.Mutability
	Exclusions []string
}
