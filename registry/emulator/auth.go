package emulator

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// tokenLife is how long a credential for the registry is good
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html).
const tokenLife = 12 * time.Hour

// tokens gives out and checks credentials for the registry.
type tokens struct {
	key []byte
	now func() time.Time
}

func newTokens(now func() time.Time) (*tokens, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	return &tokens{key: key, now: now}, nil
}

// issue makes a password and says when it ends.
func (t *tokens) issue() (password string, expires time.Time) {
	expires = t.now().Add(tokenLife)
	payload := strconv.FormatInt(expires.Unix(), 10)
	return base64.StdEncoding.EncodeToString([]byte(payload + "." + t.sign(payload))), expires
}

func (t *tokens) sign(payload string) string {
	mac := hmac.New(sha256.New, t.key)
	mac.Write([]byte(payload))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// check says what is wrong with the credential of a request, in the status and the words of ECR.
func (t *tokens) check(r *http.Request) *registryError {
	user, password, given := r.BasicAuth()
	if !given {
		return &registryError{http.StatusUnauthorized, "UNAUTHORIZED", "Not Authorized"}
	}
	plain, err := base64.StdEncoding.DecodeString(password)
	payload, signature, _ := strings.Cut(string(plain), ".")
	if user != "AWS" || err != nil || !hmac.Equal([]byte(signature), []byte(t.sign(payload))) {
		return &registryError{http.StatusForbidden, "DENIED", "Your Authorization Token is invalid."}
	}
	expires, err := strconv.ParseInt(payload, 10, 64)
	if err != nil || t.now().Unix() >= expires {
		return &registryError{http.StatusForbidden, "DENIED", "Your authorization token has expired. Reauthenticate and try again."}
	}
	return nil
}

type authorization struct {
	Token    string  `json:"authorizationToken"`
	Expires  float64 `json:"expiresAt"`
	Endpoint string  `json:"proxyEndpoint"`
}

func (c *call) getAuthorizationToken(struct{}) (any, error) {
	password, expires := c.tokens.issue()
	token := base64.StdEncoding.EncodeToString([]byte("AWS:" + password))
	return map[string]any{"authorizationData": []authorization{{token, epoch(expires), origin(c.request)}}}, nil
}
