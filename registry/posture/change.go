package posture

import (
	"slices"
	"strings"

	"github.com/hallmark-ci/hallmark/registry"
)

// Setting is what a Change is of.
type Setting string

// The settings, in the order in which they are changed: what deletes images comes last.
const (
	SettingRepository Setting = "repository" // that it is there
	SettingEncryption Setting = "encryption" // chosen when a repository is created, and never again
	SettingScanning   Setting = "scanning"
	SettingMutability Setting = "mutability"
	SettingLifecycle  Setting = "lifecycle"
)

// Standing is where a repository stands, with what of its registry bears on it.
type Standing struct {
	Settings
	Absent bool // there is no such repository: Settings holds its name alone
	Rules  ScanRules
	Others []string // names of the other repositories of the registry, as far as they are known
}

// Change is a setting that is not as wanted.
type Change struct {
	Setting  Setting
	From, To string // in the words of ECR; of a lifecycle policy its text; empty for nothing
	Filter   string // of SettingScanning: the filter that the registry's rule To gets; empty where the repository's own flag is set
	Also     []string
	Barred   string // why it cannot be made; empty when it can
}

// Changes lists what makes a repository as desired, in the order in which it is to be done. There are none where nothing differs.
func Changes(s Standing, want Desired) []Change {
	var all []Change
	if s.Absent {
		all = append(all, Change{Setting: SettingRepository, To: "created"})
		s.Mutability, s.Encryption.Type = registry.Mutable, ecrEncryption
		s.Scanning.Frequency, s.Scanning.Filters = s.Rules.Effect(s.Name)
		s.Scanning.Type = s.Rules.Type
	}
	for _, one := range []func(Standing, Desired) (Change, bool){encryptionChange, scanningChange, mutabilityChange, lifecycleChange} {
		if change, differs := one(s, want); differs {
			if s.Absent {
				change.From = "" // what ECR would make of it is nothing that is there
			}
			all = append(all, change)
		}
	}
	return all
}

// ecrEncryption is what ECR encrypts with where nothing is asked for.
const ecrEncryption = "AES256"

func encryptionChange(s Standing, want Desired) (Change, bool) {
	if want.Encryption != KMS || strings.HasPrefix(s.Encryption.Type, "KMS") {
		return Change{}, false
	}
	change := Change{Setting: SettingEncryption, From: s.Encryption.Type, To: "KMS"}
	if !s.Absent {
		change.Barred = "the encryption of a repository cannot be changed: create another, and push to that one"
	}
	return change, true
}

func mutabilityChange(s Standing, want Desired) (Change, bool) {
	if want.Mutability == registry.MutabilityUnknown || s.Mutability == want.Mutability && sameSet(s.Exclusions, want.Exclusions) {
		return Change{}, false
	}
	return Change{Setting: SettingMutability, From: MutabilityText(s.Mutability, s.Exclusions), To: MutabilityText(want.Mutability, want.Exclusions)}, true
}

func lifecycleChange(s Standing, want Desired) (Change, bool) {
	if want.Lifecycle == nil || SamePolicy(s.Lifecycle, *want.Lifecycle) {
		return Change{}, false
	}
	return Change{Setting: SettingLifecycle, From: s.Lifecycle, To: *want.Lifecycle}, true
}

// MutabilityText is a mode and its filters on one line.
func MutabilityText(mode registry.Mutability, exclusions []string) string {
	if len(exclusions) == 0 {
		return string(mode)
	}
	return string(mode) + ": " + strings.Join(exclusions, ", ")
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// Turned says which tags that are there can no longer be moved after a change of mutability, and which can from then on.
func Turned(tags []string, before, after registry.Repository) (frozen, freed []string) {
	for _, tag := range slices.Sorted(slices.Values(tags)) {
		switch was, is := before.Mutable(tag), after.Mutable(tag); {
		case was && !is:
			frozen = append(frozen, tag)
		case is && !was:
			freed = append(freed, tag)
		}
	}
	return frozen, freed
}
