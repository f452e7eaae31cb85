package tagger

import "time"

// Dirtiness says whether tracked files differ from the commit. The zero value is unknown: nothing could tell.
type Dirtiness int

// The answers to "is the work tree dirty?". Untracked files do not count.
const (
	DirtinessUnknown Dirtiness = iota
	Clean
	Dirty
)

// RefKind is the kind of Git reference a job or a person builds.
type RefKind string

// The kinds of reference that type=ref rules tell apart.
const (
	BranchRef      RefKind = "branch"
	TagRef         RefKind = "tag"
	PullRequestRef RefKind = "pr"
)

// Ref is one reference the rules see. Name is without refs/heads/ and the like; for a pull request it is its number.
type Ref struct {
	Kind RefKind
	Name string
}

// Revision holds the facts of the commit an image was built from. It is data: tagger/gitrepo and tagger/cienv read it.
type Revision struct {
	Commit  string    // full object id, lower-case hexadecimal
	Branch  string    // checked-out branch, of a pull request its source branch; empty when HEAD is detached and no CI job names one
	Tags    []string  // Git tags at Commit, highest version first, then by name
	Time    time.Time // committer time, UTC; without a work tree the CI system's, and zero where that tells none
	Source  string    // https URL of the repository, without credentials and .git; empty when there is no remote
	Dirty   Dirtiness
	Parents []string // of Commit, as its object names them
	Shallow bool     // history is cut off, so tags may be missing
	From    string   // who answered: "git", "go-git" or "ci"

	// Refs are what type=ref and type=semver rules look at: the CI job's own reference, or outside CI
	// the checked-out branch followed by every tag at Commit.
	Refs []Ref

	DefaultBranch string // as the CI system tells it; empty when unknown
	Event         string // the CI system's word for what started the job, "schedule" for every kind of timer; empty outside CI
	BaseRef       string // target branch of a pull request; of a Git tag the branch the CI system says it was pushed from
	CI            string // name of the CI system, such as "GitHub Actions"; empty outside CI

	// Earlier are commits that came before, as the CI system tells them, likeliest to have been built first. A work tree may not
	// have them; empty outside CI.
	Earlier []string

	Repository Repository // as the CI system describes it; zero outside CI

	// Now is when the run takes place: what {{date}} asks for. The zero time is unknown, and a rule that asks for it gives no tag.
	Now time.Time
}

// Repository is what the CI system tells of the repository for people. Any field may be empty.
type Repository struct {
	Name        string // without its owner
	Description string // on one line
	URL         string // https address of its page
	License     string // SPDX identifier
}

// QueuePrefix begins the names of the branches that GitHub's merge queue makes
// (https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue).
const QueuePrefix = "gh-readonly-queue/"

// ShortLength is how many characters of a commit a short name keeps. Git's own abbreviation grows with the repository,
// so it is not used; 7 is docker/metadata-action's default.
const ShortLength = 7

// Short is the first ShortLength characters of the commit.
func (r Revision) Short() string {
	return r.Commit[:min(ShortLength, len(r.Commit))]
}
