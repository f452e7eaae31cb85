// Package tagger turns a revision and rules into tags. Start at Derive. It reads no repository, no environment and no clock:
// its sub-packages gather the facts.
package tagger
