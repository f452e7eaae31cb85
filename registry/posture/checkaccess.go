package posture

import (
	"fmt"
	"slices"
	"strings"
)

// pulling are the actions by which an image is read, and pushing those by which one is put.
var (
	pulling = []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
	pushing = []string{"ecr:PutImage"}
)

// undoing are the actions that immutability does not stop: to delete a tag and push it again, and to change the settings. SetRepositoryPolicy
// gives the others.
var undoing = []string{"ecr:BatchDeleteImage", "ecr:PutImageTagMutability", "ecr:PutLifecyclePolicy", "ecr:SetRepositoryPolicy"}

// access judges who may pull or push without being named.
func access(s Settings) Check {
	policy, check, done := readAccess(s, CheckAccess)
	if done {
		return check
	}
	check.Found = []string{"the policy names who may"}
	for i := range policy.Statements {
		var jobs []string
		for _, job := range []struct {
			word    string
			actions []string
		}{{"pull", pulling}, {"push", pushing}} {
			if slices.ContainsFunc(job.actions, func(action string) bool { return policy.anyone(i, action) }) {
				jobs = append(jobs, job.word)
			}
		}
		if len(jobs) > 0 {
			check.drift("anyone with an account of AWS, of whatever organisation, may do that", "%s lets everyone %s", policy.name(i), strings.Join(jobs, " and "))
		}
	}
	if check.State == Drift {
		check.Found, check.Mend = check.Found[1:], mendAccess(s.Name, `Principal, or a Condition such as {"StringEquals": {"aws:PrincipalOrgID": "o-..."}}`)
	}
	return check
}

// readAccess reads the policy of a repository, for a check of it. done is set where there is no more to judge.
func readAccess(s Settings, name CheckName) (policy accessPolicy, check Check, done bool) {
	if why, hidden := s.Unseen[PartAccess]; hidden {
		return policy, unseen(name, why), true
	}
	check = Check{Name: name, State: OK}
	if s.Access == "" {
		check.Found = []string{"no policy: identities of the account alone"}
		return policy, check, true
	}
	policy, err := parseAccess(s.Access)
	if err != nil {
		return policy, unseen(name, "the policy cannot be read: "+err.Error()), true
	}
	return policy, check, false
}

// deletion judges who may undo what immutability gives, which is for the account of the registry alone; empty where that is not known. What policies of identities allow is not seen here, so that it says what to look for.
func deletion(s Settings, account string) Check {
	policy, check, done := readAccess(s, CheckDeletion)
	if check.State != Unknown && s.Access == "" {
		check.Found = []string{"no policy of the repository allows it; the role of CI should lack " + strings.Join(undoing[:3], ", ")}
	}
	if done {
		return check
	}
	for i := range policy.Statements {
		allowed := policy.undoes(i)
		if len(allowed) == 0 {
			continue
		}
		who := policy.Statements[i].who()
		what := fmt.Sprintf("%s lets %s call %s", policy.name(i), strings.Join(who, ", "), strings.Join(allowed, ", "))
		if slices.ContainsFunc(who, func(name string) bool { return account != "" && accountOf(name) != account }) {
			check.drift("an immutable tag can be deleted and pushed again with another image, and each of these undoes it", "%s", what)
			continue
		}
		check.Found = append(check.Found, what)
		check.note()
	}
	switch check.State {
	case OK:
		check.Found = []string{"the policy of the repository allows it to nobody; the role of CI should lack " + strings.Join(undoing[:3], ", ")}
	case Drift:
		check.Mend = mendAccess(s.Name, "Action, without "+strings.Join(undoing, ", "))
	}
	return check
}

// undoes are the actions of statement i that immutability does not stop, and that no statement denies to all.
func (p accessPolicy) undoes(i int) []string {
	var allowed []string
	s := p.Statements[i]
	if s.Effect != "Allow" {
		return nil
	}
	for _, action := range undoing {
		denied := slices.ContainsFunc(p.Statements, func(d statement) bool { return len(d.Condition) == 0 && d.denies(action) })
		if s.does(action) && !denied {
			allowed = append(allowed, action)
		}
	}
	return allowed
}

// who are those a statement is about, in words.
func (s statement) who() []string {
	if len(s.NotPrincipal) > 0 {
		return []string{"everyone but " + strings.Join(s.NotPrincipal, ", ")}
	}
	var names []string
	for _, name := range s.Principal {
		if name == "*" {
			name = "everyone"
			if s.narrow() {
				name = "everyone whom its condition lets in"
			}
		}
		names = append(names, name)
	}
	return names
}

// accountOf is the account of an ARN, or an account by itself; empty where there is none.
func accountOf(name string) string {
	if len(name) == 12 && strings.Trim(name, "0123456789") == "" {
		return name
	}
	parts := strings.SplitN(name, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return ""
	}
	return parts[4]
}
