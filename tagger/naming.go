package tagger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// maxTag is how many characters a tag may have.
const maxTag = 128

// hashLength is how many characters of a hash keep two names apart.
const hashLength = 12

// sanitise makes a tag of a name: a run of characters that no tag may hold becomes one dash, as in docker/metadata-action, and
// what a tag may not begin with is cut off.
func sanitise(name string) string {
	var b strings.Builder
	for name != "" {
		illegal := strings.IndexFunc(name, notInTag)
		if illegal < 0 {
			break
		}
		b.WriteString(name[:illegal] + "-")
		name = strings.TrimLeftFunc(name[illegal:], notInTag)
	}
	return strings.TrimLeft(b.String()+name, ".-")
}

// spell makes a tag of a name and says what was done to it, if anything. A name that is too long is cut and ends in a hash of the
// whole, so that two long names with the same beginning do not share a tag. With unique, so does every name that had to change.
func spell(name string, unique bool) (tag, note string) {
	tag = sanitise(name)
	if tag != name && unique {
		tag = strings.TrimLeft(tag+"-"+hashOf(name), "-")
		note = "a hash of the whole name keeps it apart from others that are spelt so"
	}
	if len(tag) > maxTag {
		tag = tag[:maxTag-hashLength-1] + "-" + hashOf(name)
		note = fmt.Sprintf("cut to %d characters, with a hash of the whole name", maxTag)
	}
	if tag != name && note == "" {
		note = fmt.Sprintf("%q is no tag as it stands, and others are spelt so too: unique=true keeps them apart", name)
	}
	return tag, note
}

func hashOf(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])[:hashLength]
}
