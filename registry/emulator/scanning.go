package emulator

import (
	"slices"
	"strings"
	"time"
)

// How often images are scanned, as ECR spells it.
const (
	onPush     = "SCAN_ON_PUSH"
	continuous = "CONTINUOUS_SCAN"
	manual     = "MANUAL"
)

// scanning is the scanning configuration of the registry.
type scanning struct {
	Type  string     `json:"type"` // BASIC or ENHANCED
	Rules []scanRule `json:"rules,omitempty"`
}

// scanRule scans the repositories that one of its filters matches.
type scanRule struct {
	Frequency string   `json:"frequency"`
	Filters   []string `json:"filters"`
}

// add gives a rule one more filter.
func (s *scanning) add(frequency, filter string) {
	for i := range s.Rules {
		if s.Rules[i].Frequency == frequency {
			s.Rules[i].Filters = append(s.Rules[i].Filters, filter)
			return
		}
	}
	s.Rules = append(s.Rules, scanRule{Frequency: frequency, Filters: []string{filter}})
}

// effect is how a repository is scanned.
type effect struct {
	Frequency string
	Filters   []scanFilter // that apply
}

// scanFilter is a filter in the form that ECR answers.
type scanFilter struct {
	Filter     string `json:"filter"`
	FilterType string `json:"filterType"`
}

// automatic says whether images are scanned when they are pushed.
func (e effect) automatic() bool { return e.Frequency != manual }

// effective works out how a repository is scanned. Continuous scanning wins over scanning on push; basic scanning also follows the
// repository's own flag (https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html).
func (s scanning) effective(r *repository) effect {
	out := effect{Frequency: manual, Filters: []scanFilter{}}
	for _, rule := range s.Rules {
		for _, filter := range rule.Filters {
			if !filterMatches(filter, r.Name) {
				continue
			}
			out.Filters = append(out.Filters, scanFilter{Filter: filter, FilterType: "WILDCARD"})
			if out.Frequency != continuous {
				out.Frequency = rule.Frequency
			}
		}
	}
	if s.Type == "BASIC" && r.ScanOnPush {
		out.Frequency = onPush
	}
	return out
}

// filterMatches holds a repository's name against a scanning filter. One without * matches every name that contains it, unlike the
// filters of mutability.
func filterMatches(filter, name string) bool {
	if !strings.Contains(filter, "*") {
		return strings.Contains(name, filter)
	}
	return matches(filter, name)
}

// imageConfigs are the types of config that images have; what has another is an artifact, and is not scanned.
var imageConfigs = []string{"application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"}

// scannable says whether an image is of a kind that is scanned: of one platform, and no attachment of another.
func (i *image) scannable() bool {
	return !i.isIndex() && i.Subject == "" && slices.Contains(imageConfigs, i.ArtifactType)
}

// scanTime is how long a scan takes where no scenario says how it goes.
const scanTime = time.Second

// stage is where the scan of an image stands.
type stage struct {
	code        string // of an error; empty when there is an answer
	status      string
	description string
	answer      *findings // nil while there are none to tell
}

// stageOf works out where the scan of an image stands.
func (e *Emulator) stageOf(s *state, r *repository, i *image) stage {
	if i.ScannedAt.IsZero() {
		return stage{code: "ScanNotFoundException"}
	}
	elapsed := e.now().Sub(i.ScannedAt)
	steps := e.scenario.steps(r.Name, i.Digest)
	if steps == nil {
		return s.plainStage(r, i, elapsed)
	}
	for n, step := range steps {
		if n < len(steps)-1 && elapsed >= step.For {
			elapsed -= step.For
			continue
		}
		return step.stage()
	}
	return stage{code: "ScanNotFoundException"} // there is always a last step
}

func (s Step) stage() stage {
	if s.Error != "" {
		return stage{code: s.Error}
	}
	out := stage{status: s.Status, description: s.Description, answer: s.answer}
	if s.answer != nil && out.status == "" {
		out.status, out.description = s.answer.status, s.answer.description
	}
	return out
}

// plainStage is the scan of an image in which nothing is found.
func (s *state) plainStage(r *repository, i *image, elapsed time.Duration) stage {
	enhanced := s.Scanning.Type == "ENHANCED"
	switch {
	case elapsed < scanTime && enhanced:
		return stage{status: "PENDING", description: "Pending start of the image scan."}
	case elapsed < scanTime:
		return stage{status: "IN_PROGRESS"}
	}
	out := stage{status: "COMPLETE", description: "The scan was completed successfully."}
	if s.Scanning.effective(r).Frequency == continuous {
		out.status, out.description = "ACTIVE", "Continuous scan is selected for image."
	}
	out.answer = cleanFindings(i.ScannedAt.Add(scanTime), enhanced)
	return out
}

// Limits of a scanning configuration (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutRegistryScanningConfiguration.html and
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RegistryScanningRule.html).
const (
	maxScanRules   = 2
	maxScanFilters = 100 // of a rule
)

// check refuses what ECR does not take.
func (s scanningAnswer) check() error {
	allowed := map[string][]string{"BASIC": {onPush, manual}, "ENHANCED": {onPush, continuous, manual}}[s.Type]
	if allowed == nil {
		return invalid("Invalid parameter at 'scanType' failed to satisfy constraint: 'Member must satisfy enum value set: [ENHANCED, BASIC]'")
	}
	if len(s.Rules) > maxScanRules {
		return invalid("Invalid parameter at 'rules' failed to satisfy constraint: 'Member must have length between 0 and %d'", maxScanRules)
	}
	for _, rule := range s.Rules {
		if !slices.Contains(allowed, rule.Frequency) {
			return invalid("Invalid parameter at 'scanFrequency' failed to satisfy constraint: '%s is one of %s'", s.Type, strings.Join(allowed, ", "))
		}
		if len(rule.Filters) > maxScanFilters {
			return invalid("Invalid parameter at 'repositoryFilters' failed to satisfy constraint: 'Member must have length between 0 and %d'", maxScanFilters)
		}
		for _, filter := range rule.Filters {
			if len(filter.Filter) > maxScanFilterLength || !scanFilterForm().MatchString(filter.Filter) {
				return invalid("Invalid parameter at 'filter' failed to satisfy constraint: 'must satisfy regular expression '%s''", scanFilterForm())
			}
		}
	}
	return nil
}
