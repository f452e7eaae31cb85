package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMeterCountsByKind(t *testing.T) {
	registry := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			t.Error(err)
		}
		if r.Method == http.MethodPost {
			w.Header().Set("Location", "http://"+r.Host+"/v2/app/blobs/uploads/1")
			w.WriteHeader(http.StatusAccepted)
			return
		}
		_, _ = io.WriteString(w, "answer")
	}))
	defer registry.Close()
	meter := NewMeter(strings.TrimPrefix(registry.URL, "http://"))
	front := httptest.NewServer(meter)
	defer front.Close()

	var location string
	for _, request := range []struct{ method, path, body string }{
		{"GET", "/v2/", ""},
		{"HEAD", "/v2/app/blobs/sha256:1", ""},
		{"POST", "/v2/app/blobs/uploads/", ""},
		{"PATCH", "/v2/app/blobs/uploads/1", "layer"},
		{"PUT", "/v2/app/manifests/v1", "manifest"},
		{"PUT", "/v2/app/manifests/v2", "manifest"},
	} {
		r, err := http.NewRequest(request.method, front.URL+request.path, strings.NewReader(request.body))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		location += answer.Header.Get("Location")
	}
	if want := front.URL + "/v2/app/blobs/uploads/1"; location != want {
		t.Errorf("the registry names %q, want %q: uploads must come back through the meter", location, want)
	}
	front.Close() // what was asked has been counted then
	want := "total\t6\t21\t24\nGET base\t1\t0\t6\nHEAD blob\t1\t0\t0\nPATCH upload\t1\t5\t6\nPOST upload\t1\t0\t0\nPUT manifest\t2\t16\t12\n"
	if diff := cmp.Diff(want, meter.String()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}
