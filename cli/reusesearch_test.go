package cli

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/hallmark-ci/hallmark/registry/source"
	"github.com/hallmark-ci/hallmark/tagger/gitrepo"
)

func TestKnownLayersByTheAPI(t *testing.T) {
	const (
		read  = "BatchGetImage"
		list  = "DescribeImages"
		check = "BatchCheckLayerAvailability"
	)
	other := built(t, true, "base", "other")
	tests := []struct {
		name  string
		image source.Sealed
		tag   string // empty: the image has none
		want  string // layers that are known
		from  string // where from; the image's digest when empty
		asks  string
	}{
		{"in the image of the parent", other, parent, "base", parent, read + ", " + check},
		{"in the image of the default branch", other, "main", "base", "main", read + ", " + check},
		{"in the image of a tag that is wanted", other, head, "base", head, read + ", " + check},
		{"in an image whose gate failed", other, "", "base", "", strings.Join([]string{read, list, read, check}, ", ")},
		{"in an image of a tag of its own", other, "v1", "base", "", strings.Join([]string{read, list, read, check}, ", ")},
		{"in the config of the parent's image", built(t, false, "base", "other"), parent, "base", parent, read + ", GET blobs, " + check},
		{"in the image for the platform", indexed(t, other, built(t, true, "app")), parent, "base", parent, strings.Join([]string{read, read, check}, ", ")},
		{"in no image that has none of them", built(t, true, "other"), parent, "", parent, read},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, asked := reuseECR(t)
			m := publish(t, r, test.image, test.tag)
			if test.from == "" {
				test.from = m.Digest.String()
			}
			asked.reset()
			checkKnown(t, r, test.want, test.from)
			asked.received(t, test.asks)
			if lines := said(r); len(lines) != 0 {
				t.Errorf("said %q", lines)
			}
		})
	}
}

func TestKnownLayersOfAnEmptyRepository(t *testing.T) {
	r, asked := reuseECR(t)
	checkKnown(t, r, "", "")
	asked.received(t, "BatchGetImage, DescribeImages")
	r, asked = reusePlain(t)
	checkKnown(t, r, "", "")
	asked.received(t, "GET manifests, GET manifests, GET manifests, GET tags")
}

func TestKnownLayersWithoutTheAPI(t *testing.T) {
	const three = "GET manifests, GET manifests, GET manifests, "
	tests := []struct {
		name  string
		image source.Sealed
		tag   string
		asks  string
	}{
		{"in the image of the parent", built(t, true, "base", "other"), parent, three + "HEAD blobs"},
		{"in its config", built(t, false, "base", "other"), parent, three + "GET blobs, HEAD blobs"},
		{"in the last of all tags", built(t, true, "base", "other"), "v1", three + "GET tags, GET manifests, HEAD blobs"},
		{"in the image for the platform", indexed(t, built(t, true, "base"), built(t, true, "app")), parent, three + "GET manifests, HEAD blobs"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, asked := reusePlain(t)
			publish(t, r, test.image, test.tag)
			asked.reset()
			checkKnown(t, r, "base", test.tag)
			asked.received(t, test.asks)
		})
	}
}

func TestKnownLayersOfAnImageThatIsNotKnownAreAll(t *testing.T) {
	r, asked := reuseECR(t)
	r.source = nil
	publish(t, r, built(t, true, "base", "other"), parent)
	asked.reset()
	checkKnown(t, r, "base other", parent)
	asked.received(t, "BatchGetImage, BatchCheckLayerAvailability")
}

func TestKnownLayersAreThoseThatWereFoundFirst(t *testing.T) {
	r, _ := reuseECR(t)
	publish(t, r, built(t, true, "base", "other"), "main")
	publish(t, r, built(t, true, "base"), parent)
	checkKnown(t, r, "base", parent)
}

func TestKnownLayersReadsNoConfigThatCannotTellMore(t *testing.T) {
	r, asked := reuseECR(t)
	publish(t, r, built(t, true, "base", "other"), parent)
	publish(t, r, built(t, false, "base"), "main")
	asked.reset()
	checkKnown(t, r, "base", parent)
	asked.received(t, "BatchGetImage, BatchCheckLayerAvailability")
}

func TestKnownLayersReadsThreeConfigsAtMost(t *testing.T) {
	r, asked := reuseECR(t)
	for _, commit := range []string{"a", "b", "c", "d"} {
		r.facts.Earlier = append(r.facts.Earlier, strings.Repeat(commit, 40))
		publish(t, r, built(t, false, commit), strings.Repeat(commit, 40))
	}
	asked.reset()
	checkKnown(t, r, "", "")
	asked.received(t, "BatchGetImage, GET blobs, GET blobs, GET blobs")
}

func TestKnownLayersThatMayNotBeLookedFor(t *testing.T) {
	tests := []struct {
		name, denied, tag string
		asks              string
	}{
		{"where images may not be read", "BatchGetImage", parent, "BatchGetImage"},
		{"where images may not be listed", "DescribeImages", "v1", "BatchGetImage, DescribeImages"},
		{"where layers may not be asked after", "BatchCheckLayerAvailability", parent, "BatchGetImage, BatchCheckLayerAvailability"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, asked := reuseECR(t)
			publish(t, r, built(t, true, "base"), test.tag)
			asked.next = &asking{next: asked.next, denied: test.denied}
			asked.reset()
			checkKnown(t, r, "", "")
			asked.received(t, test.asks)
			if lines := said(r); len(lines) != 1 || !strings.Contains(lines[0], "ecr:"+test.denied) {
				t.Errorf("said %q, want one line about %s", lines, test.denied)
			}
		})
	}
}

func TestKnownLayersWhoseConfigsMayNotBeRead(t *testing.T) {
	r, asked := reuseECR(t)
	publish(t, r, built(t, false, "base"), parent)
	publish(t, r, built(t, false, "app"), "main")
	asked.next = &asking{next: asked.next, denied: "/blobs/"}
	asked.reset()
	checkKnown(t, r, "", "")
	asked.received(t, "BatchGetImage, GET blobs")
	if lines := said(r); len(lines) != 0 {
		t.Errorf("said %q", lines)
	}
}

func TestKnownLayersThatAreGone(t *testing.T) {
	for name, answer := range map[string]string{
		"are not known":            `{"layers":[{"layerDigest":"DIGEST","layerAvailability":"UNAVAILABLE"}]}`,
		"of another size likewise": `{"layers":[{"layerDigest":"DIGEST","layerAvailability":"AVAILABLE","layerSize":1}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			r, asked := reuseECR(t)
			publish(t, r, built(t, true, "base"), parent)
			blob := layerNamed("base", true).Digest
			asked.next = &asking{next: asked.next, denied: "BatchCheckLayerAvailability", answer: strings.ReplaceAll(answer, "DIGEST", blob.String())}
			checkKnown(t, r, "", "")
		})
	}
}

func TestKnownLayersOfAnotherCompression(t *testing.T) {
	r, _ := reuseECR(t)
	s := r.newLayerSearch(source.Zstd)
	s.look(foundImage{built(t, true, "base").Manifest, "v1"})
	if len(s.known) != 0 {
		t.Errorf("known: %v, want none but zstd", s.known)
	}
}

func TestKnownLayersInTheImageOfAGrandparent(t *testing.T) {
	r, asked := reuseECR(t)
	dir := t.TempDir()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	for _, name := range []string{"one", "two", "three"} {
		out, err := exec.Command("sh", "-c", `cd "$1" && git init -q && git -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m "$2"`, "sh", dir, name).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	var err error
	if r.facts.repo, err = gitrepo.Open(t.Context(), dir, gitrepo.Options{}); err != nil {
		t.Fatal(err)
	}
	walked, err := r.facts.repo.FirstParents(t.Context(), 5)
	if err != nil || len(walked) != 2 {
		t.Fatalf("FirstParents = %v, %v", walked, err)
	}
	publish(t, r, built(t, true, "base"), walked[1])
	asked.reset()
	checkKnown(t, r, "base", walked[1])
	asked.received(t, "BatchGetImage, BatchCheckLayerAvailability")
}
