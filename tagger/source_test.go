package tagger_test

import (
	"testing"

	"github.com/hallmark-ci/hallmark/tagger"
)

func TestSourceURL(t *testing.T) {
	tests := []struct{ remote, want string }{
		{"https://git.example.com/shop/api.git", "https://git.example.com/shop/api"},
		{"https://user:secret@git.example.com/shop/api.git", "https://git.example.com/shop/api"},
		{"https://token@git.example.com:8443/shop/api/", "https://git.example.com:8443/shop/api"},
		{"http://git.example.com/shop/api", "https://git.example.com/shop/api"},
		{"git@git.example.com:shop/api.git", "https://git.example.com/shop/api"},
		{"git.example.com:shop/api.git", "https://git.example.com/shop/api"},
		{"ssh://git@git.example.com:22/shop/api.git", "https://git.example.com/shop/api"},
		{"ssh://git@git.example.com:7999/shop/api.git", "https://git.example.com/shop/api"},
		{"git://git.example.com/shop/api.git", "https://git.example.com/shop/api"},
		{"/srv/git/api.git", ""},
		{"../api", ""},
		{"file:///srv/git/api.git", ""},
		{`C:\src\api`, ""},
		{"C:/src/api", ""},
		{"", ""},
		{"https://git.example.com", ""},
		{"https://user:pa%ss@bad", ""},
	}
	for _, test := range tests {
		t.Run(test.remote, func(t *testing.T) {
			if got := tagger.SourceURL(test.remote); got != test.want {
				t.Errorf("SourceURL(%q) = %q, want %q", test.remote, got, test.want)
			}
		})
	}
}
