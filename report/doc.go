// Package report says what a run did: to people, and as the result document. Start at Result. It decides nothing.
package report
