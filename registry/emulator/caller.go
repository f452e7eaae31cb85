package emulator

import (
	"encoding/xml"
	"net/http"
	"regexp"
	"strings"
	"sync"
)

// callerARN is who every caller is: a session of a role.
const callerARN = "arn:aws:sts::" + Account + ":assumed-role/emulator/session"

// stsSigned is how a request to AWS STS is signed; the signature itself is not checked.
var stsSigned = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/[^/]+/sts/aws4_request,`)
})

// identity is the answer to GetCallerIdentity.
type identity struct {
	XMLName   xml.Name `xml:"https://sts.amazonaws.com/doc/2011-06-15/ GetCallerIdentityResponse"`
	ARN       string   `xml:"GetCallerIdentityResult>Arn"`
	UserID    string   `xml:"GetCallerIdentityResult>UserId"`
	Account   string   `xml:"GetCallerIdentityResult>Account"`
	RequestID string   `xml:"ResponseMetadata>RequestId"`
}

// stsProblem is an error of AWS STS.
type stsProblem struct {
	XMLName   xml.Name `xml:"https://sts.amazonaws.com/doc/2011-06-15/ ErrorResponse"`
	Type      string   `xml:"Error>Type"`
	Code      string   `xml:"Error>Code"`
	Message   string   `xml:"Error>Message"`
	RequestID string   `xml:"RequestId"`
}

// isSTS tells the requests of AWS STS, which are forms, from those of ECR's API.
func isSTS(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") && r.Header.Get("X-Amz-Target") == ""
}

// serveSTS answers GetCallerIdentity, the one operation of AWS STS that there is here. No policy can deny it
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html).
func (e *Emulator) serveSTS(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/xml")
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	action := r.PostFormValue("Action")
	problem, status := e.stsProblem(r, action)
	if problem != nil {
		problem.Type, problem.RequestID = "Sender", requestID()
		w.WriteHeader(status)
		_ = xml.NewEncoder(w).Encode(problem) // the client is gone if this fails
		return
	}
	_ = xml.NewEncoder(w).Encode(identity{ARN: callerARN, UserID: "AROAEMULATOR:session", Account: Account, RequestID: requestID()})
}

// stsProblem says what is wrong with a request; nil when nothing is.
func (e *Emulator) stsProblem(r *http.Request, action string) (*stsProblem, int) {
	switch {
	case !stsSigned().MatchString(r.Header.Get("Authorization")):
		return &stsProblem{Code: "MissingAuthenticationToken", Message: "Request is missing Authentication Token"}, http.StatusForbidden
	case e.scenario.Credentials == "expired":
		return &stsProblem{Code: "ExpiredToken", Message: "The security token included in the request is expired"}, http.StatusForbidden
	case e.scenario.Credentials != "":
		return &stsProblem{Code: "InvalidClientTokenId", Message: "The security token included in the request is invalid."}, http.StatusForbidden
	case action != "GetCallerIdentity":
		return &stsProblem{Code: "InvalidAction", Message: "Could not find operation " + action + " for version 2011-06-15"}, http.StatusBadRequest
	}
	return nil, 0
}
