package cli

import "github.com/urfave/cli/v2"

// repoCommand is the group of commands on the settings of repositories.
func (p *program) repoCommand() *cli.Command {
	return group("repo", "look after the settings of repositories",
		p.repoAuditCommand(),
		p.repoApplyCommand(),
		p.repoTemplateCommand(),
		group("lifecycle", "what a lifecycle policy deletes, before it does",
			p.lifecycleLintCommand(),
			p.lifecycleSimulateCommand(),
		),
	)
}
