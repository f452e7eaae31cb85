// Package gate judges what a scanner found by a policy. Start at Judge. It asks no service and reads no clock: its sub-package
// scan waits until a scan has settled.
package gate
