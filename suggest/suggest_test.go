package suggest_test

import (
	"testing"

	"github.com/hallmark-ci/hallmark/suggest"
)

func TestNearest(t *testing.T) {
	flags := []string{"repository", "tag", "timeout", "fail-on"}
	tests := []struct{ word, want string }{
		{"repositry", "repository"},
		{"repo", ""},
		{"tga", "tag"},
		{"tg", "tag"},
		{"at", ""},
		{"tagg", "tag"},
		{"time-out", "timeout"},
		{"failon", "fail-on"},
		{"", ""},
		{"nonsense", ""},
	}
	for _, test := range tests {
		t.Run(test.word, func(t *testing.T) {
			if got, _ := suggest.Nearest(test.word, flags); got != test.want {
				t.Errorf("Nearest(%q) = %q, want %q", test.word, got, test.want)
			}
		})
	}
}
