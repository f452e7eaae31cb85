package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/registry/push"
)

// target is the repository of a run: what is known of it, and the two ways to reach it.
type target struct {
	registry.Repository
	remote *push.Repository
	api    *ecr.Client // nil when the registry is not ECR
	absent bool        // the repository is not there yet: the push, or a run that is not dry, makes it
}

// connection says where the repository is and how to get there.
type connection struct {
	host, name string      // host is empty for a repository of the account's own registry
	api        ecr.Options // how to reach ECR's API
	create     bool        // make the repository if it is missing
	dryRun     bool
	tempDir    string // for compressed layers
}

// readRepository reads the name of a repository as users write it.
func readRepository(text string) (host, name string, err error) {
	host, name, err = ecr.ParseRepository(text)
	if err != nil {
		return "", "", repositoryProblem(err, "a repository is NAME, or a whole URI such as ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME")
	}
	return host, name, nil
}

// repositoryProblem says what is wrong with the name of a repository or an image in one.
func repositoryProblem(err error, hint string) error {
	var public *ecr.PublicRegistryError
	if errors.As(err, &public) {
		hint = "ECR Public has neither immutable tags nor scans: use a private repository"
	}
	return &UsageError{Problem: err.Error(), Hint: hint}
}

// connect finds out which registry serves the repository, gets a credential for it, and reads its settings.
func (p *program) connect(ctx context.Context, c connection) (*target, error) {
	host, name := c.host, c.name
	c.api.Host = host
	api, err := ecr.New(ctx, c.api)
	if err != nil {
		return nil, err
	}
	if host != "" && !api.Serves(host) {
		return p.connectPlain(c)
	}
	token, err := api.Token(ctx)
	if err != nil {
		return nil, err
	}
	if host == "" {
		host = token.Host
	}
	t := &target{Repository: registry.Repository{Host: host, Name: name}, api: api}
	t.remote, err = push.Connect(t.String(), push.Options{
		Auth:      basic(token),
		Insecure:  token.Insecure,
		UserAgent: userAgent(),
		ARN:       api.ARN(name),
		TempDir:   c.tempDir,
		Notify:    p.sayRetry,
		Renew: func(ctx context.Context) (authn.Authenticator, error) {
			renewed, err := api.Renew(ctx)
			return basic(renewed), err
		},
	})
	if err != nil {
		return nil, err
	}
	return t, p.describe(ctx, t, c)
}

// describe reads the settings of the repository. A role that may only push cannot: then mutability stays unknown.
func (p *program) describe(ctx context.Context, t *target, c connection) error {
	described, err := t.api.Repository(ctx, t.Host, t.Name)
	var (
		denied   *registry.DeniedError
		notFound *registry.NotFoundError
	)
	switch {
	case errors.As(err, &denied):
		p.say.Warn("mutability of %s is unknown: %v", t.Name, err)
		return nil
	case errors.As(err, &notFound):
		return p.describeAbsent(ctx, t, c, notFound)
	case err != nil:
		return err
	}
	t.Mutability, t.Exclusions = described.Mutability, described.Exclusions
	return nil
}

// describeAbsent deals with a repository that is not there: it is created when that was asked for, and may be left to the push where
// a template of the registry says so.
func (p *program) describeAbsent(ctx context.Context, t *target, c connection, notFound error) error {
	if c.create && c.dryRun {
		p.say.Say("repository %s would be created: immutable, scan on push", t.Name)
		t.Mutability, t.absent = registry.Immutable, true
		return nil
	}
	if c.create {
		created, err := t.api.CreateRepository(ctx, t.Name, ecr.CreateOptions{Mutability: registry.Immutable, ScanOnPush: true})
		if err != nil {
			return err
		}
		p.say.Say("repository %s created: immutable, scan on push", t.Name)
		t.Mutability, t.Exclusions = created.Mutability, created.Exclusions
		return nil
	}
	template, found, err := t.api.CreatedOnPush(ctx, t.Host, t.Name)
	var denied *registry.DeniedError
	if errors.As(err, &denied) || err == nil && !found {
		return notFound
	}
	if err != nil {
		return err
	}
	p.say.Say("repository %s is not there yet: its first push creates it", t.Name)
	t.Mutability, t.Exclusions, t.absent = template.Mutability, template.Exclusions, true
	return nil
}

// connectPlain reaches a registry that is not ECR with the credentials of the Docker configuration.
func (p *program) connectPlain(c connection) (*target, error) {
	t := &target{Repository: registry.Repository{Host: c.host, Name: c.name}}
	var err error
	t.remote, err = push.Connect(t.String(), push.Options{Keychain: authn.DefaultKeychain, UserAgent: userAgent(), TempDir: c.tempDir, Notify: p.sayRetry})
	return t, err
}

// sayRetry says that something went wrong and is tried again, so that a wait is no riddle.
func (p *program) sayRetry(note string) { p.say.Say("%s", note) }

// images reads what the given tags or digests name now. Those that are absent are missing in the map.
func (t *target) images(ctx context.Context, refs []string) (map[string]registry.Image, error) {
	if t.absent {
		return map[string]registry.Image{}, nil
	}
	if t.api != nil {
		return t.api.Images(ctx, t.Repository, refs)
	}
	return t.remote.Images(ctx, refs)
}

// tags lists the tags of the repository.
func (t *target) tags(ctx context.Context) ([]string, error) {
	if t.api != nil {
		return t.api.Tags(ctx, t.Repository)
	}
	return t.remote.AllTags(ctx)
}

// putTag points tag at image.
func (t *target) putTag(ctx context.Context, image registry.Image, tag string) error {
	if t.api != nil {
		return t.api.PutTag(ctx, t.Repository, image, tag)
	}
	return t.remote.PutTag(ctx, image, tag)
}

// labelled fills in the commit and version of published images from their labels, where the manifest has no annotation
// and the answer can change the plan.
func (t *target) labelled(ctx context.Context, published map[string]registry.Image, wanted registry.Image) error {
	for tag, image := range published {
		if image.Commit != "" || image.Same(wanted) {
			continue
		}
		labels, err := t.remote.Labels(ctx, image)
		if err != nil {
			return fmt.Errorf("read labels of tag %q: %w", tag, err)
		}
		image.Commit = labels[registry.AnnotationRevision]
		if image.Version == "" {
			image.Version = labels[registry.AnnotationVersion]
		}
		published[tag] = image
	}
	return nil
}

func basic(token ecr.Token) authn.Authenticator {
	return &authn.Basic{Username: token.Username, Password: token.Password}
}

// createCommand is the command that makes a repository fit for production.
func createCommand(repository string) string {
	_, name, err := ecr.ParseRepository(repository)
	if err != nil {
		name = repository
	}
	return "aws ecr create-repository --repository-name " + name + " --image-tag-mutability IMMUTABLE --image-scanning-configuration scanOnPush=true"
}
