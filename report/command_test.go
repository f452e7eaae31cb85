package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCommandLines(t *testing.T) {
	for _, tt := range []struct{ name, command, want string }{
		{"a short one is a line", "hallmark version now", "hallmark version now"},
		{"a shell reads on after a backslash", "aws ecr put --repository-name shop/api --image MUTABLE", "aws ecr put \\\n  --repository-name \\\n  shop/api --image \\\n  MUTABLE"},
		{"and between quotes without one", `aws ecr put --rules '[{"a": "b"}, {"c": "d"}]' --now`, "aws ecr put \\\n  --rules '[{\"a\":\n  \"b\"}, {\"c\":\n  \"d\"}]' --now"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, strings.Join(commandLines(tt.command, 20), "\n")); diff != "" {
				t.Errorf("commandLines (-want +got):\n%s", diff)
			}
		})
	}
}
