package registry

import "fmt"

// NotFoundError says that a repository does not exist.
type NotFoundError struct {
	Repository string // as the user knows it: host/name, or the bare name
	Err        error  // what the registry answered
}

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("repository %q does not exist", e.Repository)
}

// Unwrap returns what the registry answered.
func (e *NotFoundError) Unwrap() error { return e.Err }

// TagTakenError says that a tag could not be written because the repository holds it already and keeps it.
// Only the tag's digest, read again, decides whether that is a conflict.
type TagTakenError struct {
	Tag string
	Err error // what the registry answered
}

func (e *TagTakenError) Error() string { return fmt.Sprintf("tag %q is taken: %v", e.Tag, e.Err) }

// Unwrap returns what the registry answered.
func (e *TagTakenError) Unwrap() error { return e.Err }

// DeniedError says that the credentials are good but may not do this.
type DeniedError struct {
	Action   string // IAM action, such as "ecr:DescribeRepositories", or several in words; empty when unknown
	Resource string // ARN or repository; "*" when the action has no resource
	Err      error  // what the service answered
}

func (e *DeniedError) Error() string {
	if e.Action == "" {
		return fmt.Sprintf("access to %s denied: %v", e.Resource, e.Err)
	}
	return fmt.Sprintf("%s on %s denied: %v", e.Action, e.Resource, e.Err)
}

// Unwrap returns what the service answered.
func (e *DeniedError) Unwrap() error { return e.Err }

// CredentialsError says that there are no credentials, or that the service does not take them: absent, expired or wrong.
type CredentialsError struct {
	Expired  bool
	Absent   bool   // nothing gives any; Err tells at length what was asked
	Registry string // host of the registry that does not take them; empty where the AWS API does not, or there are none
	Err      error
}

func (e *CredentialsError) Error() string {
	if e.Expired {
		return fmt.Sprintf("credentials have expired: %v", e.Err)
	}
	if e.Absent {
		return "no credentials: neither the environment nor an AWS profile nor this machine gives any"
	}
	return fmt.Sprintf("credentials: %v", e.Err)
}

// Unwrap returns what the service answered.
func (e *CredentialsError) Unwrap() error { return e.Err }

// UnavailableError says that the service was throttling, failing or out of reach to the end: the same command may work later.
type UnavailableError struct {
	Err error
}

func (e *UnavailableError) Error() string { return e.Err.Error() }

// Unwrap returns what the service answered.
func (e *UnavailableError) Unwrap() error { return e.Err }

// HostError says that there is no host of a name, as when a region or a registry is mistyped.
type HostError struct {
	Host   string
	Region string // AWS region that the name is made of; empty when it is of none
	Err    error  // what the resolver answered
}

func (e *HostError) Error() string {
	if e.Region == "" {
		return fmt.Sprintf("there is no host %q: %v", e.Host, e.Err)
	}
	return fmt.Sprintf("there is no host %q of region %q: %v", e.Host, e.Region, e.Err)
}

// Unwrap returns what the resolver answered.
func (e *HostError) Unwrap() error { return e.Err }

// RefusedError says that a plan has steps which a rule says no to. Nothing has been written.
type RefusedError struct {
	Steps []Step // the refused ones, at least one
}

func (e *RefusedError) Error() string {
	text := fmt.Sprintf("refused: tag %q %s", e.Steps[0].Tag, e.Steps[0].Reason)
	for _, step := range e.Steps[1:] {
		text += fmt.Sprintf("; tag %q %s", step.Tag, step.Reason)
	}
	return text
}
