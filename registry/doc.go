// Package registry holds what is known of a repository and decides what a run will do to each wanted tag.
// Start at NewPlan. It never talks to a registry: its sub-packages do.
package registry
