// Package gate judges what a scanner found by a policy. Start at Judge. It asks no service, opens no file and reads no clock: of its
// sub-packages scan waits until a scan has settled, policyfile reads a policy and vex the documents that go with it.
package gate
