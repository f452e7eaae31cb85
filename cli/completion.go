package cli

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

// The shells ask the program itself for what fits, by its hidden flag --generate-bash-completion.
const (
	bashCompletion = `_hallmark() {
  local words="${COMP_WORDS[*]:0:$COMP_CWORD}"
  local IFS=$'\n'
  COMPREPLY=($(compgen -W "$(eval "${words//$'\n'/ } --generate-bash-completion" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
  if [[ ${#COMPREPLY[@]} -eq 0 ]]; then COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")); fi
}
complete -o filenames -F _hallmark hallmark
`
	zshCompletion = `#compdef hallmark
_hallmark() {
  local -a found
  found=("${(@f)$(${words[@]:0:#words[@]-1} --generate-bash-completion 2>/dev/null)}")
  if [[ -n ${found[1]} ]]; then _describe 'hallmark' found; else _files; fi
}
compdef _hallmark hallmark
`
)

func (p *program) completionCommand() *cli.Command {
	return &cli.Command{
		Name:        "completion",
		Usage:       "print the completion script of a shell",
		ArgsUsage:   "bash|zsh|fish",
		Description: "In bash and zsh: source <(hallmark completion bash), or zsh for bash. In fish: hallmark completion fish | source.",
		Action: func(c *cli.Context) error {
			script, err := completionScript(c)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(p.Out, script)
			return err
		},
	}
}

func completionScript(c *cli.Context) (string, error) {
	switch shell := c.Args().First(); shell {
	case "bash":
		return bashCompletion, nil
	case "zsh":
		return zshCompletion, nil
	case "fish":
		return c.App.ToFishCompletion()
	case "":
		return "", &UsageError{Problem: "no shell", Hint: "hallmark completion bash, zsh or fish"}
	default:
		return "", &UsageError{Problem: fmt.Sprintf("no completion for shell %q", shell), Hint: "there is one for bash, zsh and fish"}
	}
}
