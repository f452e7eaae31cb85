package cli

import (
	"errors"
	"slices"

	"github.com/hallmark-ci/hallmark/registry/posture"
)

// savedHint says where saved answers come from.
const savedHint = "save them with the commands that docs/posture.md lists"

// readAnswers judges saved answers: all repositories that they tell of, or those that are named.
func (a *audited) readAnswers(files, names []string) error {
	var saved posture.Saved
	for _, file := range files {
		data, err := a.readSavedFile(file)
		if err != nil {
			return err
		}
		if err := saved.Read(policyName(file), data); err != nil {
			return &UsageError{Problem: err.Error(), Hint: savedHint}
		}
	}
	var settings []posture.Settings
	a.registry, settings = saved.Settings()
	a.all = len(names) == 0
	var known []string
	for _, s := range settings {
		known = append(known, s.Name)
		if !a.all && !slices.Contains(names, s.Name) {
			continue
		}
		repository, checks := a.add(s)
		a.document.Repositories = append(a.document.Repositories, repository)
		a.checks = append(a.checks, checks...)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			a.document.Missing = append(a.document.Missing, name)
		}
	}
	if len(settings) == 0 && len(a.registry.Templates) == 0 {
		return &hintedError{error: errors.New("the saved answers tell of no repository"), code: "nothing-judged", hint: savedHint}
	}
	return nil
}
