package emulator

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/hallmark-ci/hallmark/registry"
)

var (
	// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
	nameForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)
	})

	// The form of a filter is at
	// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html.
	filterForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[0-9a-zA-Z._*-]{1,128}$`)
	})

	// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ScanningRepositoryFilter.html
	scanFilterForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[a-z0-9*](?:[._\-/a-z0-9*]?[a-z0-9*]+)*$`)
	})

	tagForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
	})
)

// maxScanFilterLength is how long a scanning filter may be.
const maxScanFilterLength = 255

func checkName(name string) error {
	if len(name) < 2 || len(name) > 256 || !nameForm().MatchString(name) {
		return invalid("Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '%s''", nameForm())
	}
	return nil
}

// maxFilters is how many exclusion filters a repository can have, maxWildcards how many * each.
const (
	maxFilters   = 5
	maxWildcards = 2
)

func checkMutability(mode string, filters []string) error {
	switch registry.Mutability(mode) {
	case registry.Mutable, registry.Immutable:
		if len(filters) > 0 {
			return invalid("imageTagMutabilityExclusionFilters are not for %s", mode)
		}
		return nil
	case registry.ImmutableWithExclusion, registry.MutableWithExclusion:
	default:
		return invalid("Invalid parameter at 'imageTagMutability' failed to satisfy constraint: 'Member must satisfy enum value set: [MUTABLE, IMMUTABLE, IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION]'")
	}
	if len(filters) == 0 || len(filters) > maxFilters {
		return invalid("Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint: 'Member must have length between 1 and %d'", maxFilters)
	}
	for _, filter := range filters {
		if !filterForm().MatchString(filter) || strings.Count(filter, "*") > maxWildcards {
			return invalid("Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint: '%s'", filter)
		}
	}
	return nil
}

// page is a part of a list, and the token of the next part: empty at the end.
func page[T any](items []T, token string, limit *int, standard, most int) ([]T, string, error) {
	n := standard
	if limit != nil {
		if n = *limit; n < 1 || n > most {
			return nil, "", invalid("Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value between 1 and %d'", most)
		}
	}
	from, err := offset(token)
	if err != nil {
		return nil, "", err
	}
	if from+n >= len(items) {
		return items[min(from, len(items)):], "", nil
	}
	return items[from : from+n], nextToken(from + n), nil
}

func nextToken(offset int) string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "offset=%d", offset))
}

func offset(token string) (int, error) {
	if token == "" {
		return 0, nil
	}
	plain, err := base64.StdEncoding.DecodeString(token)
	text, found := strings.CutPrefix(string(plain), "offset=")
	n, convErr := strconv.Atoi(text)
	if err != nil || !found || convErr != nil || n < 0 {
		return 0, invalid("Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'")
	}
	return n, nil
}
