package template

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"sync"
)

// camel are the names of repositories that LogicalID can tell from one another by their letters: each part begins with a letter, but for the
// first.
var camel = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9]+(/[a-z][a-z0-9]*)*$`) })

// snake are the names that ResourceName can tell from one another.
var snake = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9-]*(/[a-z0-9-]+)*$`) })

// LogicalID is what a repository is called in a template of CloudFormation, where names have letters and digits alone
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html). It depends on the name alone: another
// repository in the template does not change it, since CloudFormation would take a changed one for another repository. Names with other
// characters, which differ in those alone, are told apart by a part of their digest.
func LogicalID(name string) string {
	var id strings.Builder
	id.WriteString("Repository")
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("/._-", r) }) {
		id.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	if len(name) > maxName || !camel().MatchString(name) {
		return clip(id.String()) + digest(name)
	}
	return id.String()
}

// ResourceName is what a repository is called in a configuration of Terraform, where names have letters, digits, _ and - and begin with no
// digit (https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers). Like LogicalID it depends on the name alone.
func ResourceName(name string) string {
	id := strings.NewReplacer("/", "_", ".", "_").Replace(name)
	if name != "" && name[0] >= '0' && name[0] <= '9' {
		id = "_" + id
	}
	if len(name) > maxName || !snake().MatchString(name) {
		return clip(id) + "_" + digest(name)
	}
	return id
}

// maxName keeps identifiers below 255 characters, which CloudFormation takes.
const maxName = 200

func clip(id string) string { return id[:min(len(id), maxName)] }

// digest tells names apart: two of a thousand are alike in it once in ten billion.
func digest(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])[:12]
}
