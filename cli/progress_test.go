package cli

import (
	"bytes"
	"os"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/report"
)

const (
	layerDigest = digest.Digest("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
	layerDiffID = digest.Digest("sha256:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210")
)

func TestProgressStyle(t *testing.T) {
	file, err := os.Create(t.TempDir() + "/log")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for mode, want := range map[string]report.Style{"auto": report.Lines, "": report.Lines, "bar": report.Bars, "plain": report.Lines, "none": report.Silent} {
		if got := progressStyle(mode, file); got != want {
			t.Errorf("progressStyle(%q) of a file = %v, want %v", mode, got, want)
		}
	}
}

func TestEventsAreTold(t *testing.T) {
	var out bytes.Buffer
	p := &program{say: &report.Text{W: &out}, progress: report.Lines}
	progress := p.startProgress()
	defer progress.Stop()
	for _, e := range []push.Event{
		{Step: push.ReadBegins, Key: layerDiffID, Bytes: 200},
		{Step: push.Read, Key: layerDiffID, Bytes: 200},
		{Step: push.SendBegins, Key: layerDiffID},
		{Step: push.Sent, Key: layerDiffID, Bytes: 100},
		{Step: push.Done, Key: layerDiffID, Layer: push.Layer{Digest: layerDigest, Size: 100, Action: push.Uploaded, Duration: time.Second}},
		{Step: push.Done, Layer: push.Layer{Action: push.Exists}},
		{Step: "of a later release", Key: "no digest"},
	} {
		progress.Event(e)
	}
	progress.Stop()
	progress.Event(push.Event{Step: push.Done, Layer: push.Layer{Action: push.Exists}})
	want := "hallmark: layer 0123456789ab uploaded, 100 B in 1.0 s\nhallmark: layer  is there already, 0 B\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}

func TestLayerLine(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	for want, layer := range map[string]push.Layer{
		"layer 0123456789ab uploaded, 847.0 MB in 99.9 s":                      {Action: push.Uploaded, Size: 847e6, Duration: 99900 * time.Millisecond},
		"layer 0123456789ab is there already, 847.0 MB":                        {Action: push.Exists, Size: 847e6},
		"layer 0123456789ab reused from v1.2.3, 847.0 MB":                      {Action: push.Reused, Size: 847e6, From: "v1.2.3"},
		"layer 0123456789ab reused from 0123456789abc…bcdef01234567, 847.0 MB": {Action: push.Reused, Size: 847e6, From: commit},
		"layer 0123456789ab mounted from shop/base, 847.0 MB":                  {Action: push.Mounted, Size: 847e6, From: "shop/base"},
		"layer 0123456789ab: skip":                                             {Action: "skip"},
	} {
		layer.Digest = layerDigest
		got := layerLine(layer)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("layerLine(%s) (-want +got):\n%s", layer.Action, diff)
		}
		if n := utf8.RuneCountInString("hallmark: " + got); n > 80 {
			t.Errorf("%d columns: %s", n, got)
		}
	}
}

func TestClosing(t *testing.T) {
	tenth := 100 * time.Millisecond
	long := 99999 * time.Second
	for name, test := range map[string]struct {
		upload push.Upload
		want   []string
	}{
		"what the layers took": {
			push.Upload{Bytes: 12.3e6, BytesTotal: 430.1e6, Duration: 26 * tenth, Spent: push.Spent{Read: 4 * tenth, Compress: 29 * tenth, Send: 8 * tenth}},
			[]string{"sent 12.3 of 430.1 MB in 2.6 s", "layers: read 0.4 s, compressed 2.9 s, sent 0.8 s, waited 0.0 s"},
		},
		"nothing was sent": {
			push.Upload{BytesTotal: 430.1e6, Duration: 2 * tenth},
			[]string{"sent 0 B of 430.1 MB in 0.2 s"},
		},
		"an image of less than a megabyte": {
			push.Upload{Bytes: 999_999, BytesTotal: 999_999, Duration: 2 * tenth, Spent: push.Spent{Read: tenth, Send: tenth}},
			[]string{"sent 1.0 of 1.0 MB in 0.2 s"},
		},
		"everything takes long": {
			push.Upload{Bytes: 999.9e6, BytesTotal: 999.9e9, Duration: long, Spent: push.Spent{Read: long, Compress: long, Send: long, Wait: long}},
			[]string{"sent 999.9 MB of 999.9 GB in 99999 s", "layers: read 99999 s, compressed 99999 s, sent 99999 s, waited 99999 s"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := closing(test.upload)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("closing (-want +got):\n%s", diff)
			}
			for _, line := range got {
				if len("hallmark: "+line) > 80 {
					t.Errorf("does not fit: %s", line)
				}
			}
		})
	}
}
