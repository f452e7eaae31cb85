package emulator_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/hallmark-ci/hallmark/registry/emulator"
)

func TestSTSTellsTheCaller(t *testing.T) {
	const signed = "AWS4-HMAC-SHA256 Credential=AKID/20260102/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0"
	tests := []struct {
		name, credentials, signed, action string
		status                            int
		answer                            string
	}{
		{"who it is", "", signed, "GetCallerIdentity", 200, "<Account>123456789012</Account>"},
		{"that a request is not signed", "", "", "GetCallerIdentity", 403, "<Code>MissingAuthenticationToken</Code>"},
		{"that credentials are over", "expired", signed, "GetCallerIdentity", 403, "<Code>ExpiredToken</Code>"},
		{"that credentials are not known", "unknown", signed, "GetCallerIdentity", 403, "<Code>InvalidClientTokenId</Code>"},
		{"that it has no other operation", "", signed, "AssumeRole", 400, "<Code>InvalidAction</Code>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := emulator.New(emulator.Options{Scenario: &emulator.Scenario{Credentials: tt.credentials}})
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			form := url.Values{"Action": {tt.action}, "Version": {"2011-06-15"}}
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Authorization", tt.signed)
			w := httptest.NewRecorder()
			e.ServeHTTP(w, r)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.answer) {
				t.Errorf("status %d, want %d with %s: %s", w.Code, tt.status, tt.answer, w.Body)
			}
		})
	}
}
