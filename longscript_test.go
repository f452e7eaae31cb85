//go:build integration

package main

import "testing"

// TestLongScript runs the scripts that wait for the better part of a minute, which go test ./... has no time for.
func TestLongScript(t *testing.T) { runScripts(t, "testdata/script/long") }
