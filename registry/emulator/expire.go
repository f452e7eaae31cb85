package emulator

import (
	"fmt"
	"time"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// expireAfter is how long after its last push a repository's policy is carried out: long enough for an index to follow its platforms.
const expireAfter = time.Second

// policyTime is when policies are evaluated: as far ahead of the clock as the emulator was told.
func (e *Emulator) policyTime() time.Time { return e.now().Add(e.ahead) }

// expire deletes and archives what lifecycle policies say, before a request is answered, if the emulator was told to. ECR does so within 24 hours
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html).
func (e *Emulator) expire() error {
	if e.ahead <= 0 {
		return nil
	}
	var due []string
	err := e.store.read(func(s *state) error {
		for name, r := range s.Repositories {
			if images := r.sorted(); r.Lifecycle != nil && len(images) > 0 && e.now().Sub(images[len(images)-1].PushedAt) >= expireAfter {
				due = append(due, name)
			}
		}
		return nil
	})
	for _, name := range due {
		if err == nil {
			err = e.store.change(name, func(s *state) error { return e.carryOut(s, name) })
		}
	}
	return err
}

// carryOut deletes the images of one repository that its policy expires, and archives those that it archives.
func (e *Emulator) carryOut(s *state, name string) error {
	r := s.Repositories[name]
	if r == nil || r.Lifecycle == nil {
		return nil // since it was found due
	}
	policy, err := checkPolicy(r.Lifecycle.Text)
	if err != nil {
		return fmt.Errorf("carry out the lifecycle policy of %s: %w", name, err)
	}
	for _, o := range lifecycle.Simulate(policy, r.lifecycleImages(), e.policyTime()) {
		switch {
		case o.Action != lifecycle.Act:
		case o.Effect == lifecycle.Expire:
			r.remove(o.Image.Digest)
		default:
			r.Images[o.Image.Digest].ArchivedAt = e.policyTime()
		}
	}
	return nil
}
