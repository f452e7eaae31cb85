package cli

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestBuildOf reads build information as go version -m prints it of binaries that were built in these ways.
func TestBuildOf(t *testing.T) {
	const (
		program = "path\tgithub.com/hallmark-ci/hallmark\nmod\tgithub.com/hallmark-ci/hallmark\t"
		stamp   = "\nbuild\tvcs=git\nbuild\tvcs.revision=c33059c3109a40fe40de290dd2de8be76ef5ac02\nbuild\tvcs.time=2026-11-24T17:29:44Z\nbuild\tvcs.modified="
	)
	platform := runtime.GOOS + "/" + runtime.GOARCH + " " + runtime.Version()
	for _, test := range []struct{ name, info, text string }{
		{"a release", program + "v1.2.3\t" + stamp + "false\n",
			"v1.2.3 " + platform + "\ncommit c33059c3109a40fe40de290dd2de8be76ef5ac02 2026-11-24T17:29:44Z"},
		{"go build of a commit without a tag", program + "v0.0.0-20261124172944-c33059c3109a\t" + stamp + "false\n",
			"v0.0.0-20261124172944-c33059c3109a " + platform + "\ncommit c33059c3109a40fe40de290dd2de8be76ef5ac02 2026-11-24T17:29:44Z"},
		{"go build with changes", program + "v1.2.4-0.20261124172944-c33059c3109a+dirty\t" + stamp + "true\n",
			"v1.2.4-0.20261124172944-c33059c3109a+dirty " + platform + "\ncommit c33059c3109a40fe40de290dd2de8be76ef5ac02 2026-11-24T17:29:44Z dirty"},
		{"go install of a version", program + "v1.2.3\th1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "v1.2.3 " + platform},
		{"go run, and go build -buildvcs=false", program + "(devel)\t\n", "devel " + platform},
		{"a binary without build information", "", "devel " + platform},
	} {
		t.Run(test.name, func(t *testing.T) {
			info, err := debug.ParseBuildInfo(test.info)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.text, buildOf(info, "").String()); diff != "" {
				t.Errorf("buildOf(…) (-want +got):\n%s", diff)
			}
		})
	}
}

func TestASourceWithoutGitIsToldItsCommit(t *testing.T) {
	const commit = "c33059c3109a40fe40de290dd2de8be76ef5ac02"
	platform := runtime.GOOS + "/" + runtime.GOARCH + " " + runtime.Version()
	for version, want := range map[string]string{
		"(devel)": "devel-c33059c3109a " + platform + "\ncommit " + commit,
		"v1.2.3":  "v1.2.3 " + platform,
	} {
		got := buildOf(&debug.BuildInfo{Main: debug.Module{Version: version}}, commit).String()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("buildOf(%s) (-want +got):\n%s", version, diff)
		}
	}
}
