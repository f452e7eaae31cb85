package ecr

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Service is a service of AWS beside ECR, in the same region and asked by the same credentials. It is spoken to without the SDK's client of
// it: those of ECS and Lambda take 2 MB, and 8 ms at every start, for the few questions that there are.
type Service struct {
	client   *Client
	id       string // as the SDK has it in its configuration
	name     string // as requests are signed, and actions of IAM begin
	endpoint string
}

// Call is a question to a Service. Its answer is a JSON document.
type Call struct {
	Operation string
	Target    string // of the header X-Amz-Target, before the operation; empty in a service that tells operations by their paths
	Method    string // POST when empty
	Path      string // escaped; / when empty
	Query     url.Values
	Input     any // a JSON document; none when nil
}

// ECS reaches Amazon Elastic Container Service.
func (c *Client) ECS() *Service { return c.service("ECS", "ecs") }

// Lambda reaches AWS Lambda.
func (c *Client) Lambda() *Service { return c.service("Lambda", "lambda") }

// Inspector reaches Amazon Inspector.
func (c *Client) Inspector() *Service { return c.service("Inspector2", "inspector2") }

func (c *Client) service(id, name string) *Service {
	return &Service{client: c, id: id, name: name, endpoint: c.endpointOf(id, name)}
}

// maxAnswer bounds an answer, in bytes: a hundred tasks or services are some 2 MB.
const maxAnswer = 64 << 20

// Ask makes a call, tries it again as calls to ECR are, and decodes its answer. An action that is denied is a *registry.DeniedError.
func (s *Service) Ask(ctx context.Context, call Call, answer any) error {
	body := []byte{}
	if call.Input != nil {
		var err error
		if body, err = json.Marshal(call.Input); err != nil {
			return fmt.Errorf("%s: %w", call.Operation, err)
		}
	}
	err := s.insist(ctx, func() error { return s.once(ctx, call, body, answer) })
	if err == nil {
		return nil
	}
	return s.client.meaning(ctx, &smithy.OperationError{ServiceID: s.id, OperationName: call.Operation, Err: err}, "*")
}

// insist tries until it goes well, or the SDK's rules say that it will not.
func (s *Service) insist(ctx context.Context, try func() error) error {
	retryer := s.client.api.Options().Retryer
	release := func(error) error { return nil }
	for attempt := 1; ; attempt++ {
		err := try()
		_ = release(err) // it gives back what trying again has cost
		if err == nil || ctx.Err() != nil || attempt >= retryer.MaxAttempts() || !retryer.IsErrorRetryable(err) {
			return err
		}
		var spent error
		if release, spent = retryer.GetRetryToken(ctx, err); spent != nil {
			return err
		}
		delay, spent := retryer.RetryDelay(attempt, err)
		if spent != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(delay):
		}
	}
}

// once makes one request.
func (s *Service) once(ctx context.Context, call Call, body []byte, answer any) error {
	request, err := s.request(ctx, call, body)
	if err != nil {
		return err
	}
	response, err := s.client.api.Options().HTTPClient.Do(request)
	if err != nil {
		return &smithyhttp.RequestSendError{Err: err}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return &smithyhttp.RequestSendError{Err: err}
	case response.StatusCode >= http.StatusMultipleChoices:
		return refusal(response, text)
	case len(text) > maxAnswer:
		return fmt.Errorf("the answer is larger than %d bytes", maxAnswer)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	return nil
}

// request makes and signs a request.
func (s *Service) request(ctx context.Context, call Call, body []byte) (*http.Request, error) {
	method, address := http.MethodPost, strings.TrimSuffix(s.endpoint, "/")+"/"+strings.TrimPrefix(call.Path, "/")
	if call.Method != "" {
		method = call.Method
	}
	if len(call.Query) > 0 {
		address += "?" + call.Query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "app/hallmark")
	switch {
	case call.Target != "": // https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
		request.Header.Set("Content-Type", "application/x-amz-json-1.1")
		request.Header.Set("X-Amz-Target", call.Target+"."+call.Operation)
	case call.Input != nil: // https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
		request.Header.Set("Content-Type", "application/json")
	}
	credentials, err := s.client.api.Options().Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	return request, v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), s.name, s.client.region, time.Now())
}

// refusal is an error that a service answered, as the SDK has it. Its code is in a header or in the document, with a namespace before it or
// an address after it.
func refusal(response *http.Response, text []byte) error {
	var document struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	_ = json.Unmarshal(text, &document) // an answer of something between may be any text, and its status is told
	code := response.Header.Get("X-Amzn-Errortype")
	if code == "" {
		code = document.Type
	}
	code, _, _ = strings.Cut(code, ":")
	code = code[strings.LastIndexByte(code, '#')+1:]
	if code == "" {
		code = http.StatusText(response.StatusCode)
	}
	return &awshttp.ResponseError{
		RequestID: response.Header.Get("X-Amzn-Requestid"),
		ResponseError: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: response}, Err: &smithy.GenericAPIError{Code: code, Message: document.Message},
		},
	}
}
