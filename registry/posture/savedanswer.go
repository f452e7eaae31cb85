package posture

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// filters is how answers have exclusion and scanning filters.
type filters []struct {
	Filter string `json:"filter"`
}

func (f filters) texts() []string {
	var out []string
	for _, one := range f {
		out = append(out, one.Filter)
	}
	return out
}

// take takes in one answer, which its keys tell from others.
func (v *Saved) take(raw []byte) error {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(raw, &keys); err != nil {
		return err
	}
	for _, kind := range []struct {
		key  string
		take func([]byte) error
	}{
		{"repositories", v.takeRepositories}, {"scanningConfigurations", v.takeScanning}, {"scanningConfiguration", v.takeRules},
		{"lifecyclePolicyText", v.takeLifecycle}, {"policyText", v.takeAccess}, {"repositoryCreationTemplates", v.takeTemplates},
		{"imageDetails", func([]byte) error { return v.takeImages(keys["imageDetails"]) }}, {"tags", func([]byte) error { return nil }},
	} {
		if _, has := keys[kind.key]; has {
			return kind.take(raw)
		}
	}
	return errors.New("no answer that says something of the settings of repositories")
}

// takeRepositories reads an answer of DescribeRepositories.
func (v *Saved) takeRepositories(raw []byte) error {
	var answer struct {
		Repositories []struct {
			ARN        string                    `json:"repositoryArn"`
			Registry   string                    `json:"registryId"`
			Name       string                    `json:"repositoryName"`
			URI        string                    `json:"repositoryUri"`
			Mutability string                    `json:"imageTagMutability"`
			Exclusions filters                   `json:"imageTagMutabilityExclusionFilters"`
			Scan       struct{ ScanOnPush bool } `json:"imageScanningConfiguration"`
			Encryption struct {
				Type string `json:"encryptionType"`
				Key  string `json:"kmsKey"`
			} `json:"encryptionConfiguration"`
		} `json:"repositories"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return err
	}
	for _, r := range answer.Repositories {
		s, err := v.part(r.Name, PartRepository)
		if err != nil {
			return err
		}
		s.Mutability, s.Exclusions, s.ARN, s.ScanOnPush = registry.Mutability(r.Mutability), r.Exclusions.texts(), r.ARN, r.Scan.ScanOnPush
		s.Encryption = Encryption{Type: r.Encryption.Type, Key: r.Encryption.Key}
		v.registry.Account = r.Registry
		v.registry.Host, _, _ = strings.Cut(r.URI, "/")
	}
	return nil
}

// takeScanning reads an answer of BatchGetRepositoryScanningConfiguration.
func (v *Saved) takeScanning(raw []byte) error {
	var answer struct {
		Configurations []struct {
			Name      string  `json:"repositoryName"`
			OnPush    bool    `json:"scanOnPush"`
			Frequency string  `json:"scanFrequency"`
			Filters   filters `json:"appliedScanFilters"`
		} `json:"scanningConfigurations"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return err
	}
	for _, c := range answer.Configurations {
		s, err := v.part(c.Name, PartScanning)
		if err != nil {
			return err
		}
		s.Scanning = gate.Coverage{Frequency: c.Frequency, Filters: c.Filters.texts(), OnPush: c.OnPush}
	}
	return nil
}

// takeRules reads an answer of GetRegistryScanningConfiguration.
func (v *Saved) takeRules(raw []byte) error {
	var answer struct {
		Registry string `json:"registryId"`
		Scanning struct {
			Type  string `json:"scanType"`
			Rules []struct {
				Frequency string  `json:"scanFrequency"`
				Filters   filters `json:"repositoryFilters"`
			} `json:"rules"`
		} `json:"scanningConfiguration"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return err
	}
	if err := v.once("the registry's scanning configuration", "\x00"+string(PartScanning)); err != nil {
		return err
	}
	v.registry.Scan.Type = answer.Scanning.Type
	for _, r := range answer.Scanning.Rules {
		v.registry.Scan.Rules = append(v.registry.Scan.Rules, ScanRule{Frequency: r.Frequency, Filters: r.Filters.texts()})
	}
	return nil
}

// takeLifecycle reads an answer of GetLifecyclePolicy, and takeAccess one of GetRepositoryPolicy.
func (v *Saved) takeLifecycle(raw []byte) error {
	var answer struct {
		Name string `json:"repositoryName"`
		Text string `json:"lifecyclePolicyText"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return err
	}
	s, err := v.part(answer.Name, PartLifecycle)
	if err == nil {
		s.Lifecycle = answer.Text
	}
	return err
}

func (v *Saved) takeAccess(raw []byte) error {
	var answer struct {
		Name string `json:"repositoryName"`
		Text string `json:"policyText"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return err
	}
	s, err := v.part(answer.Name, PartAccess)
	if err == nil {
		s.Access = answer.Text
	}
	return err
}

// takeTemplates reads an answer of DescribeRepositoryCreationTemplates.
func (v *Saved) takeTemplates(raw []byte) error {
	var answer struct {
		Templates []struct {
			Prefix     string   `json:"prefix"`
			AppliedFor []string `json:"appliedFor"`
			Mutability string   `json:"imageTagMutability"`
			Exclusions filters  `json:"imageTagMutabilityExclusionFilters"`
		} `json:"repositoryCreationTemplates"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return err
	}
	if err := v.once("the list of creation templates", "\x00"+string(PartTemplates)); err != nil {
		return err
	}
	for _, t := range answer.Templates {
		if t.Mutability == "" {
			t.Mutability = string(registry.Mutable)
		}
		v.registry.Templates = append(v.registry.Templates, Template{
			Prefix: t.Prefix, AppliedFor: t.AppliedFor, Mutability: registry.Mutability(t.Mutability), Exclusions: t.Exclusions.texts(),
		})
	}
	return nil
}

// takeImages reads an answer of DescribeImages.
func (v *Saved) takeImages(raw []byte) error {
	var details []json.RawMessage
	if err := json.Unmarshal(raw, &details); err != nil {
		return err
	}
	if v.inventories == nil {
		v.inventories = map[string]*lifecycle.Inventory{}
	}
	for _, detail := range details {
		var of struct {
			Name string `json:"repositoryName"`
		}
		if err := json.Unmarshal(detail, &of); err != nil {
			return err
		}
		if v.inventories[of.Name] == nil {
			if _, err := v.part(of.Name, PartImages); err != nil {
				return err
			}
			v.inventories[of.Name] = &lifecycle.Inventory{}
		}
		if err := v.inventories[of.Name].Read(bytes.NewReader(fmt.Appendf(nil, `{"imageDetails":[%s]}`, detail))); err != nil {
			return err
		}
	}
	return nil
}
