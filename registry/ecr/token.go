package ecr

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
)

// Token is a credential for the registry. Its password shows in no output.
type Token struct {
	Username  string
	Password  string `json:"-"`
	ExpiresAt time.Time
	Host      string // registry host of the account, with a port where it has one
	Insecure  bool   // the registry is reached by HTTP
}

// String hides the password.
func (t Token) String() string { return "credential for " + t.Host }

// GoString hides the password.
func (t Token) GoString() string { return t.String() }

// Token gets a credential for the registry, once.
func (c *Client) Token(ctx context.Context) (Token, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token == nil {
		token, err := c.authorize(ctx)
		if err != nil {
			return Token{}, fmt.Errorf("get a registry credential: %w", err)
		}
		c.token = &token
	}
	return *c.token, nil
}

// Renew gets a new credential in place of one that the registry no longer takes.
func (c *Client) Renew(ctx context.Context) (Token, error) {
	c.mu.Lock()
	c.token = nil
	c.mu.Unlock()
	return c.Token(ctx)
}

func (c *Client) authorize(ctx context.Context) (Token, error) {
	out, err := c.api.GetAuthorizationToken(ctx, &ecr.GetAuthorizationTokenInput{})
	if err != nil {
		return Token{}, c.meaning(ctx, err, "*")
	}
	if len(out.AuthorizationData) == 0 {
		return Token{}, errors.New("the answer holds none")
	}
	data := out.AuthorizationData[0]
	plain, err := base64.StdEncoding.DecodeString(aws.ToString(data.AuthorizationToken))
	user, password, found := strings.Cut(string(plain), ":")
	if err != nil || !found {
		return Token{}, errors.New("the answer is no user and password")
	}
	proxy, err := url.Parse(aws.ToString(data.ProxyEndpoint))
	if err != nil || proxy.Host == "" {
		return Token{}, fmt.Errorf("the answer names the registry %q", aws.ToString(data.ProxyEndpoint))
	}
	return Token{Username: user, Password: password, ExpiresAt: aws.ToTime(data.ExpiresAt), Host: proxy.Host, Insecure: proxy.Scheme == "http"}, nil
}
