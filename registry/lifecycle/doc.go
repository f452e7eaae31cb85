// Package lifecycle reads ECR's lifecycle policies and says what they will do. Start at Parse, then Lint or Simulate. It asks no service,
// opens no file and reads no clock, and it deletes nothing: where Amazon does not document what ECR does, it says so in place of guessing.
package lifecycle
