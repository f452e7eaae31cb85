package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFlagsFirst(t *testing.T) {
	tests := []struct{ name, args, want, problem string }{
		{"flags after the argument", "push image.tar --repository shop/api", "push --repository shop/api -- image.tar", ""},
		{"flags before the argument", "push --repository shop/api image.tar", "push --repository shop/api -- image.tar", ""},
		{"flags around the argument", "push --dry-run image.tar --tag a --tag=b", "push --dry-run --tag a --tag=b -- image.tar", ""},
		{"a switch takes no value", "push --dry-run image.tar", "push --dry-run -- image.tar", ""},
		{"an optional value stands behind an equals sign", "push --emulator image.tar", "push --emulator -- image.tar", ""},
		{"a value that looks like a flag", "push --annotation --x=y image.tar", "push --annotation --x=y -- image.tar", ""},
		{"stdin is an argument", "push - --repository shop/api", "push --repository shop/api -- -", ""},
		{"what stands behind two dashes stays", "push --dry-run -- --odd.tar", "push --dry-run -- --odd.tar", ""},
		{"one dash is as good as two", "push -dry-run image.tar", "push -dry-run -- image.tar", ""},
		{"help anywhere", "push image.tar --help --dry-run", "push --help", ""},
		{"the short help of a command of a group", "repo lifecycle lint policy.json -h", "repo lifecycle lint --help", ""},
		{"help that is an argument", "push -- --help", "push -- --help", ""},
		{"a value is missing at the end", "gate --from", "", "--from needs a value"},
		{"a value is missing before two dashes", "push --tag -- image.tar", "", "--tag needs a value"},
		{"an unknown flag", "push --repositry shop/api image.tar", "", `unknown flag "--repositry" for push`},
		{"a flag of another command", "tags --repository shop/api", "", `unknown flag "--repository" for tags`},
		{"a command of a group", "repo lifecycle lint policy.json --in-use a:1", "repo lifecycle lint --in-use a:1 -- policy.json", ""},
		{"an unknown flag of a command of a group", "repo lifecycle lint --inuse a:1", "", `unknown flag "--inuse" for repo lifecycle lint`},
		{"a short name of a flag", "repo lifecycle simulate shop/api --policy p.json", "repo lifecycle simulate --policy p.json -- shop/api", ""},
		{"a group alone", "repo lifecycle --help", "repo lifecycle --help", ""},
		{"an unknown command is left to the program", "psuh --x", "psuh --x", ""},
		{"a question of a shell is left alone", "push image.tar --rep --generate-bash-completion", "push image.tar --rep --generate-bash-completion", ""},
		{"no command", "", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newProgram([]string{"hallmark"}, Streams{})
			got, err := flagsFirst(p.app().Commands, append([]string{"hallmark"}, strings.Fields(test.args)...))
			if test.problem != "" {
				if err == nil || err.Error() != test.problem {
					t.Errorf("flagsFirst(%q): %v, want %q", test.args, err, test.problem)
				}
				return
			}
			if diff := cmp.Diff(append([]string{"hallmark"}, strings.Fields(test.want)...), got); diff != "" || err != nil {
				t.Errorf("flagsFirst(%q): %v (-want +got):\n%s", test.args, err, diff)
			}
		})
	}
}
