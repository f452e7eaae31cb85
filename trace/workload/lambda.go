package workload

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/hallmark-ci/hallmark/registry/ecr"
)

// functions is the path of the functions (https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html).
const functions = "/2015-03-31/functions/"

// version is a version of a function. An alias leads to one, or to two.
type version struct {
	Function string `json:"FunctionName"`
	Version  string `json:"Version"` // $LATEST, or a number
	Package  string `json:"PackageType"`
}

// Lambda reads every version of every function that is an image.
func (r *Reader) Lambda(ctx context.Context) (Seen, error) {
	c := &collector{}
	versions, err := r.versions(ctx)
	c.failed(err)
	each(versions, func(v version) {
		image, err := r.function(ctx, v)
		c.failed(err)
		if err == nil {
			c.add(image)
		}
	})
	return c.result(ctx)
}

// versions lists what is an image.
func (r *Reader) versions(ctx context.Context) ([]version, error) {
	var all []version
	query := url.Values{"FunctionVersion": {"ALL"}, "MaxItems": {"50"}}
	for {
		var page struct {
			Functions []version `json:"Functions"`
			Next      string    `json:"NextMarker"`
		}
		if err := r.lambda.Ask(ctx, ecr.Call{Operation: "ListFunctions", Method: http.MethodGet, Path: functions, Query: query}, &page); err != nil {
			return all, err
		}
		for _, v := range page.Functions {
			if v.Package == "Image" {
				all = append(all, v)
			}
		}
		if page.Next == "" {
			return all, nil
		}
		if page.Next == query.Get("Marker") {
			return all, fmt.Errorf("ListFunctions: one page comes again and again")
		}
		query.Set("Marker", page.Next)
	}
}

// function reads the image of a version.
func (r *Reader) function(ctx context.Context, v version) (Image, error) {
	var answer struct {
		Code struct {
			Image    string `json:"ImageUri"`
			Resolved string `json:"ResolvedImageUri"` // by digest
		} `json:"Code"`
	}
	call := ecr.Call{Operation: "GetFunction", Method: http.MethodGet, Path: functions + url.PathEscape(v.Function), Query: url.Values{"Qualifier": {v.Version}}}
	if err := r.lambda.Ask(ctx, call, &answer); err != nil {
		return Image{}, err
	}
	_, digest, _ := strings.Cut(answer.Code.Resolved, "@")
	return Image{Workload: Workload{Function, v.Function + ":" + v.Version}, Reference: answer.Code.Image, Digest: digest}, nil
}
