package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWrapCommand(t *testing.T) {
	for _, tt := range []struct{ name, command, want string }{
		{"a short one is a line", "hallmark version now", "hallmark version now"},
		{"a shell reads on after a backslash", "aws ecr put --repository-name shop/api --image MUTABLE", "aws ecr put \\\n  --repository-name \\\n  shop/api --image \\\n  MUTABLE"},
		{"and within a document of JSON without one", `aws ecr put --rules '[{"a": "b"}, {"c": "d"}]' --now`, "aws ecr put \\\n  --rules \\\n  '[{\"a\": \"b\"},\n  {\"c\": \"d\"}]' --now"},
		{"but not within another text", "aws ecr put --tag 'one of them'", "aws ecr put --tag \\\n  'one of them'"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, strings.Join(wrapCommand(tt.command, 20), "\n")); diff != "" {
				t.Errorf("wrapCommand (-want +got):\n%s", diff)
			}
		})
	}
}
