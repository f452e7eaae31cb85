package report_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/report"
)

func TestDiff(t *testing.T) {
	for _, tt := range []struct {
		name, from, to string
		want           []string
	}{
		{"nothing and nothing", "", "", nil},
		{"all is new", "", "a\nb\n", []string{"+ a", "+ b"}},
		{"all is gone", "a\n", "", []string{"- a"}},
		{"the same", "a\nb\n", "a\nb\n", []string{"..."}},
		{"one line of many", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", []string{"...", "  2", "  3", "  4", "- 5", "+ five", "  6", "  7", "  8", "..."}},
		{"lines that move", "a\nb\nc\n", "c\na\nb\n", []string{"+ c", "  a", "  b", "- c"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, report.Diff(tt.from, tt.to)); diff != "" {
				t.Errorf("Diff (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWriteOfAChangedRepository(t *testing.T) {
	names := strings.Fields("a b c d e f g h i j k l m n o p q r s t u v")
	repository := report.ApplyRepository{
		Name: "shop/api", Owner: "CloudFormation stack shop",
		Changes: []report.ApplyChange{
			{Setting: "encryption", From: "AES256", To: "KMS", Error: "it cannot be changed"},
			{Setting: "scanning", From: "MANUAL", To: "SCAN_ON_PUSH", Filter: "shop/api", Also: []string{"shop/api-web"}},
			{Setting: "mutability", From: "MUTABLE", To: "IMMUTABLE\x1b[31m"},
			{Setting: "lifecycle", From: `{"rules":[]}`, To: ""},
		},
		Tags:   report.NewApplyTags(10_000, false, names, []string{"w"}),
		Images: &report.ApplyImages{Images: 3, Expire: 1, Transition: 1, Uncertain: 1, Endangered: []string{"1.0.0"}},
		Notes:  []string{"a note"},
	}
	var out strings.Builder
	if err := repository.Write(&out); err != nil {
		t.Fatal(err)
	}
	const want = `shop/api (made by CloudFormation stack shop)
! encryption
    now     AES256
    wanted  KMS
    it cannot be changed
~ scanning
    now     MANUAL
    wanted  SCAN_ON_PUSH, by the filter "shop/api" in a rule of the registry
    the filter matches too: shop/api-web
~ mutability
    now     MUTABLE
    wanted  IMMUTABLE [31m
    of the first 10000 tags, 22 can no longer be moved: a, b, c, d, e and 17
    more
    of the first 10000 tags, 1 can be moved from then on: w
~ lifecycle
    - {
    -   "rules": []
    - }
    images: 3, of which 1 expire, 1 are archived and 1 may go
    in use, and not certain to stay: 1.0.0
  note: a note
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("Write (-want +got):\n%s", diff)
	}
	if len(repository.Tags.Frozen) != 20 || !repository.Failed() {
		t.Errorf("%d tags are named, failed is %t", len(repository.Tags.Frozen), repository.Failed())
	}
}
