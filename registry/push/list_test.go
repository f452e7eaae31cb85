package push_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTags(t *testing.T) {
	attached := "sha256-" + strings.Repeat("a", 64) + ".sig"
	tests := []struct {
		name   string
		answer fault
		want   []string
		err    string
	}{
		{"are the last", body("application/json", `{"name":"shop/api","tags":["1","2","3","`+attached+`"]}`), []string{"2", "3"}, ""},
		{"are all where there are few", body("application/json", `{"name":"shop/api","tags":["1"]}`), []string{"1"}, ""},
		{"are none where there are none", body("application/json", `{"name":"shop/api","tags":null}`), nil, ""},
		{"are none of a repository that is not there", say(http.StatusNotFound, "NAME_UNKNOWN", "repository name not known to registry"), nil, ""},
		{"cannot be read from a page", page(http.StatusOK), nil, "its list of tags cannot be read"},
		{"cannot be read where there are too many", body("application/json", `{"tags":["`+strings.Repeat(`1","`, 1<<19)), nil, "its list of tags cannot be read"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newServer(t)
			s.fail(getTags, test.answer)
			got, err := connect(t, s).Tags(t.Context(), 2)
			if len(got) == 0 {
				got = nil
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Tags (-want +got):\n%s", diff)
			}
			if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("Tags: %v, want %q", err, test.err)
			}
		})
	}
}

func TestTagsOfARegistry(t *testing.T) {
	_, c, _, _ := holding(t)
	if got, err := c.Tags(t.Context(), 5); err != nil || len(got) != 1 || got[0] != "latest" {
		t.Errorf("Tags = %v, %v", got, err)
	}
}

// tagsPage answers with tags, and names the page that follows.
func tagsPage(link string, tags ...string) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Link", link)
		fmt.Fprintf(w, `{"tags":["%s"]}`, strings.Join(tags, `","`))
	}
}

func TestAllTagsReadsEveryPage(t *testing.T) {
	s := newServer(t)
	s.fail(getTags, tagsPage(`</v2/shop/api/tags/list?n=1000&last=2>; rel="next"`, "1", "2"),
		page(http.StatusServiceUnavailable), tagsPage(`<https://elsewhere.example.com/v2/?last=4>; rel="next"`, "3", "4"), tagsPage("", "5"))
	got, err := connect(t, s).AllTags(t.Context())
	if diff := cmp.Diff([]string{"1", "2", "3", "4", "5"}, got); diff != "" || err != nil {
		t.Errorf("AllTags: %v (-want +got):\n%s", err, diff)
	}
	if n := s.count(getTags); n != 4 {
		t.Errorf("%d requests, want 4", n)
	}
}

func TestAllTagsEndsWhereTheRegistryGoesRound(t *testing.T) {
	s := newServer(t)
	round := tagsPage(`</v2/shop/api/tags/list?last=1>; rel="next"`, "1")
	s.fail(getTags, round, round)
	if got, err := connect(t, s).AllTags(t.Context()); err != nil || len(got) != 2 {
		t.Errorf("AllTags = %v, %v", got, err)
	}
}
