package push

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// tagPage is how many tags are asked for, and longestTags how much of the answer is read: some registries give all of them. A
// repository with more than tagPages pages has more tags than ECR lets any have.
const tagPage, longestTags, tagPages = 1000, 1 << 20, 100

// listTags is the operation behind a list of tags.
func listTags() operation { return operation{what: "list tags", action: "ecr:ListImages"} }

// Tags lists at most n tags, the last of the first page that the registry gives. Names that attachments of images take are left out
// (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema).
func (r *Repository) Tags(ctx context.Context, n int) ([]string, error) {
	var tags []string
	err := r.once(ctx, listTags(), func() (err error) {
		tags, _, err = r.tagsOnce(ctx, "")
		return err
	})
	return tags[max(0, len(tags)-n):], err
}

// AllTags lists all tags but those that attachments of images take, page by page.
func (r *Repository) AllTags(ctx context.Context) ([]string, error) {
	var all []string
	query := ""
	for range tagPages {
		var tags []string
		next := ""
		err := r.try(ctx, listTags(), func() (err error) {
			tags, next, err = r.tagsOnce(ctx, query)
			return err
		})
		all = append(all, tags...)
		if err != nil || next == "" || next == query {
			return all, err
		}
		query = next
	}
	return all, fmt.Errorf("list tags: more than %d pages", tagPages)
}

// tagsOnce reads one page. next is the query of the one that follows, empty after the last.
func (r *Repository) tagsOnce(ctx context.Context, query string) (tags []string, next string, err error) {
	if query == "" {
		query = "n=" + strconv.Itoa(tagPage)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url("/tags/list?"+query), nil)
	if err != nil {
		return nil, "", err
	}
	answer, err := r.do(request)
	if err != nil {
		return nil, "", err
	}
	defer answer.Body.Close()
	if err := r.check(answer, http.StatusOK, http.StatusNotFound); err != nil || answer.StatusCode == http.StatusNotFound {
		return nil, "", err
	}
	var doc struct {
		Tags []string `json:"tags"`
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, longestTags)).Decode(&doc); err != nil {
		return nil, "", fmt.Errorf("%w: its list of tags cannot be read: %w", errNonsense, err)
	}
	for _, tag := range doc.Tags {
		if !strings.HasPrefix(tag, "sha256-") {
			tags = append(tags, tag)
		}
	}
	return tags, nextQuery(answer.Header), nil
}

// nextQuery is what the address of the next page ends in, from the header Link
// (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags). Its host and path are those of this page.
func nextQuery(header http.Header) string {
	link, rest, found := strings.Cut(strings.TrimPrefix(header.Get("Link"), "<"), ">")
	address, err := url.Parse(link)
	if err != nil || !found || !strings.Contains(rest, "next") {
		return ""
	}
	return address.RawQuery
}
