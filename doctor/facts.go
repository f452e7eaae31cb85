package doctor

import (
	"time"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/tagger"
)

// Facts are what was found out. Each part tells of its own problem, and stands without the others.
type Facts struct {
	Checkout  Checkout
	Daemon    Daemon
	AWS       AWS
	Target    *Target    // nil when no repository is named
	Variables []Variable // that are set, of those that say where requests go
}

// Checkout is the work tree and what the rules make of it.
type Checkout struct {
	Revision    tagger.Revision
	Problem     *Problem // why there is no revision
	OtherCommit string   // that the CI job is for another commit; empty when it is not
	Deepen      string   // what brings all Git tags here
	Tags        []tagger.Tag
	TagsProblem *Problem // why the rules give none
}

// Daemon is the container daemon.
type Daemon struct {
	Name, Version, Host string
	Wanted              bool // a variable says where it is
	Problem             *Problem
}

// AWS is the account and how to get to it.
type AWS struct {
	Now         time.Time
	Region      string
	Problem     *Problem // why the AWS configuration cannot be read
	Credentials Credentials
	Caller      Caller
	Clock       Clock
}

// Credentials is what is known of the credentials, which is none of their secrets.
type Credentials struct {
	Source  string
	Expires time.Time // zero when they do not, or nothing tells
	Problem *Problem
}

// Caller is who the credentials are of.
type Caller struct {
	Account, ARN string
	NotAsked     string // why nobody was asked
	Problem      *Problem
}

// Clock is how far this machine's clock is ahead of ECR's.
type Clock struct {
	Ahead   time.Duration
	Problem *Problem
}

// Target is the repository.
type Target struct {
	ECR      bool
	Account  string              // that its host names; empty when it names none
	ARN      string              // as IAM names it
	Settings registry.Repository // host and name, and where they are known the rest
	Problem  *Problem            // why the settings are not known
	OnPush   bool                // it is not there yet, and its first push makes it, with Settings
	Create   string              // the command that makes it
	Assume   registry.Mutability // stands in for one that is not known
	NoGate   bool                // the push is not judged
	Coverage gate.Coverage
	Uncover  *Problem // why the coverage is not known
	Trials   []Trial
}

// Trial is what came of trying an IAM action.
type Trial struct {
	Action string
	Err    error // nil when it is allowed; a *registry.DeniedError when it is not
}

// Variable is a variable of the environment.
type Variable struct {
	Name, Value string
}
