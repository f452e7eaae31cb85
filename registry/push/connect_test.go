package push_test

import (
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/hallmark-ci/hallmark/registry/push"
)

func TestConnectNamesWhatItCannotRead(t *testing.T) {
	_, err := push.Connect("127.0.0.1:5000/Shop", push.Options{})
	if err == nil || !strings.HasPrefix(err.Error(), `repository "127.0.0.1:5000/Shop": `) {
		t.Errorf("Connect: %v", err)
	}
}

func TestConnectTakesCredentialsFromAKeychain(t *testing.T) {
	s := newServer(t)
	s.want = password
	c := connect(t, s, func(o *push.Options) { o.Auth, o.Keychain = nil, keychain{} })
	mustPush(t, s, c, image(sealed(t, "amd64", 1)), push.Settings{})
}

type keychain struct{}

func (keychain) Resolve(authn.Resource) (authn.Authenticator, error) {
	return &authn.Basic{Username: user, Password: password}, nil
}

func TestPushIsAnonymousWithoutCredentials(t *testing.T) {
	s := newServer(t)
	c := connect(t, s, func(o *push.Options) { o.Auth, o.UserAgent = nil, "hallmark/test" })
	mustPush(t, s, c, image(sealed(t, "amd64", 1)), push.Settings{})
	for _, r := range s.seen() {
		if r.Password != "" {
			t.Errorf("%s was sent with a credential", r.Kind)
		}
	}
}
