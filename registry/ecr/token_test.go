package ecr_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/ecr"
)

const password = "pass:word-of-the-test"

// authorization is an answer of GetAuthorizationToken.
func authorization(text, proxy string, expires float64) answer {
	return ok(fmt.Sprintf(`{"authorizationData":[{"authorizationToken":%q,"expiresAt":%f,"proxyEndpoint":%q}]}`, text, expires, proxy))
}

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func TestTokenReadsTheCredential(t *testing.T) {
	good := encoded("AWS:" + password)
	tests := []struct {
		name   string
		answer answer
		want   ecr.Token
	}{
		{"of ECR", authorization(good, "https://"+host, 1749452920.144), ecr.Token{Username: "AWS", Password: password, Host: host, ExpiresAt: time.Date(2025, 6, 9, 7, 8, 40, 144e6, time.UTC)}},
		{"of an emulator by HTTP", authorization(good, "http://127.0.0.1:5100", 1749452920), ecr.Token{Username: "AWS", Password: password, Host: "127.0.0.1:5100", Insecure: true, ExpiresAt: time.Date(2025, 6, 9, 7, 8, 40, 0, time.UTC)}},
		// As https://github.com/getmoto/moto gives it.
		{"that expired in 2015", authorization(good, "https://"+host, 1420070400), ecr.Token{Username: "AWS", Password: password, Host: host, ExpiresAt: time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := connect(t, newAPI(t).on("GetAuthorizationToken", test.answer))
			got, err := c.Token(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Token (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTokenRefusesWhatIsNoCredential(t *testing.T) {
	tests := []struct {
		name   string
		answer answer
		want   string
	}{
		{"none", ok(`{"authorizationData":[]}`), "get a registry credential: the answer holds none"},
		{"nothing", ok(`{}`), "get a registry credential: the answer holds none"},
		{"text that is not base64", authorization("pass word", "https://"+host, 0), "get a registry credential: the answer is no user and password"},
		{"a password without a user", authorization(encoded("password"), "https://"+host, 0), "get a registry credential: the answer is no user and password"},
		{"no registry", authorization(encoded("AWS:x"), "", 0), `get a registry credential: the answer names the registry ""`},
		{"a registry that is no address", authorization(encoded("AWS:x"), "%", 0), `get a registry credential: the answer names the registry "%"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := connect(t, newAPI(t).on("GetAuthorizationToken", test.answer)).Token(t.Context())
			if err == nil || err.Error() != test.want {
				t.Errorf("Token: %v, want %q", err, test.want)
			}
		})
	}
}

func TestTokenIsAskedForOnceAndRenewedWhenToldTo(t *testing.T) {
	a := newAPI(t).on("GetAuthorizationToken", authorization(encoded("AWS:first"), "https://"+host, 0), authorization(encoded("AWS:second"), "https://"+host, 0))
	c := connect(t, a)
	var got []string
	for _, ask := range []func() (ecr.Token, error){
		func() (ecr.Token, error) { return c.Token(t.Context()) },
		func() (ecr.Token, error) { return c.Token(t.Context()) },
		func() (ecr.Token, error) { return c.Renew(t.Context()) },
		func() (ecr.Token, error) { return c.Token(t.Context()) },
	} {
		token, err := ask()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, token.Password)
	}
	if diff := cmp.Diff([]string{"first", "first", "second", "second"}, got); diff != "" {
		t.Errorf("passwords (-want +got):\n%s", diff)
	}
	a.received(t, call{"GetAuthorizationToken", map[string]any{}}, call{"GetAuthorizationToken", map[string]any{}})
}

func TestTokenTellsItsAccountToARN(t *testing.T) {
	a := newAPI(t).on("GetAuthorizationToken", authorization(encoded("AWS:x"), "https://"+host, 0))
	c := connect(t, a, func(o *ecr.Options) { o.Host, o.Region = "", "eu-west-1" })
	if got, want := c.ARN(name), "arn:aws:ecr:eu-west-1:ACCOUNT:repository/shop/api"; got != want {
		t.Errorf("ARN = %s, want %s", got, want)
	}
	var group sync.WaitGroup
	for range 4 { // at once, for the race detector
		group.Go(func() { _, _ = c.Token(t.Context()) })
		group.Go(func() { c.ARN(name) })
	}
	group.Wait()
	if got := c.ARN(name); got != arn {
		t.Errorf("ARN = %s, want %s", got, arn)
	}
}

func TestTokenShowsNoPassword(t *testing.T) {
	token := ecr.Token{Username: "AWS", Password: password, Host: host}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if text := fmt.Sprintf(format, token); strings.Contains(text, password) {
			t.Errorf("%s shows the password: %s", format, text)
		}
		if text := fmt.Sprintf(format, &token); strings.Contains(text, password) {
			t.Errorf("%s of a pointer shows the password: %s", format, text)
		}
	}
	if data, err := json.Marshal(token); err != nil || strings.Contains(string(data), password) {
		t.Errorf("JSON shows the password: %s, %v", data, err)
	}
}
