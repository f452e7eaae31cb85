package posture_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/registry/posture"
)

func TestAuditOfLifecycle(t *testing.T) {
	none, kept := "", lifecycle.KeepLast(30)
	rule := func(selection string) string {
		return `{"rules":[{"rulePriority":1,"selection":{` + selection + `},"action":{"type":"expire"}}]}`
	}
	image := func(digest string, days int, tags ...string) lifecycle.Image {
		return lifecycle.Image{Digest: "sha256:" + strings.Repeat(digest, 64), Tags: tags, PushedAt: today.AddDate(0, 0, -days).Add(-time.Hour)}
	}
	for _, tt := range []struct {
		name, policy string
		wanted       *string
		images       []lifecycle.Image
		want         string
	}{
		{"none", "", nil, nil, "drift\nno lifecycle policy"},
		{"none, as asked for", "", &none, nil, "ok\nno policy, as the configuration says"},
		{"one where none is asked for", kept, &none, nil, "drift\nthere is a policy, and the configuration asks for none"},
		{"another than is asked for", lifecycle.KeepLast(20), &kept, nil, "drift\nthe policy is not the one that the configuration asks for"},
		{"the one that is asked for, written otherwise", strings.ReplaceAll(kept, "\n", " "), &kept, nil, "ok\nthe policy is the one that the configuration asks for"},
		{"patterns that are all wanted", rule(`"tagStatus":"tagged","tagPatternList":["v*","prod*"],"countType":"imageCountMoreThan","countNumber":9`), nil, nil,
			"drift\nthere is a policy\nrule 1 is for images that have a tag for each of \"v*\" and \"prod*\", not for one of them"},
		{"any image by number", rule(`"tagStatus":"any","countType":"imageCountMoreThan","countNumber":9`), nil, nil,
			"note\nthere is a policy\nrule 1 keeps 9 images of any tag: one that runs goes once enough others are pushed"},
		{"old releases go", rule(`"tagStatus":"tagged","tagPatternList":["*"],"countType":"sinceImagePushed","countUnit":"days","countNumber":30`), nil,
			[]lifecycle.Image{image("a", 40, "1.0.0"), image("b", 2, "1.1.0")},
			"note\nthere is a policy\nwithin 7 days 1 image with the tag of a commit or version go, the newest of them 1.0.0: repo lifecycle simulate tells which"},
		{"even the newest release goes", rule(`"tagStatus":"tagged","tagPatternList":["*"],"countType":"sinceImagePushed","countUnit":"days","countNumber":30`), nil,
			[]lifecycle.Image{image("a", 60, "1.0.0"), image("b", 40, "1.1.0")},
			"drift\nthere is a policy\nwithin 7 days even the newest image with the tag of a commit or version goes: 1.1.0, by rule 1"},
		{"two of one push, of which one goes", rule(`"tagStatus":"tagged","tagPatternList":["*"],"countType":"imageCountMoreThan","countNumber":1`), nil,
			[]lifecycle.Image{image("a", 40, "1.0.0"), image("b", 40, "1.1.0")},
			"note\nthere is a policy\nwithin 7 days 2 images with the tag of a commit or version may go, which is not certain: repo lifecycle simulate tells which and why"},
		{"an image that waits for its verdict", rule(`"tagStatus":"any","countType":"imageCountMoreThan","countNumber":1`), nil,
			[]lifecycle.Image{image("a", 0), image("b", -1, "main-2")},
			"drift\nthere is a policy\nrule 1 keeps 1 image of any tag: one that runs goes once enough others are pushed\n1 image of the last day without a tag go by their number"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := fit()
			s.Lifecycle, s.Images = tt.policy, tt.images
			if diff := cmp.Diff(tt.want, audit(t, s, posture.Desired{Lifecycle: tt.wanted}, posture.CheckLifecycle)); diff != "" {
				t.Errorf("lifecycle (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAuditOfLifecycleSaysThatImagesWereNotRead(t *testing.T) {
	s := fit()
	s.Hide(posture.PartImages, posture.NotAsked)
	want := "ok\nthere is a policy\nwhich images it takes is not known: they were not read"
	if got := audit(t, s, posture.Desired{}, posture.CheckLifecycle); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
