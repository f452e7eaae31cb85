// Package posture holds the settings of repositories against the wanted ones: whether the tags that a project writes are immutable or may
// move as they are meant to, whether images are scanned by themselves, whether a lifecycle policy spares what is needed. It is pure: what is
// read of ECR comes in as Settings, what is wanted as a Config. Start at ReadConfig.
package posture
