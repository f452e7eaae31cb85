package gate

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Saved makes a scan of saved answers. Pages of one image are put together, in any order, and a page that is there twice counts once.
// A page that is missing leaves the image undecided, as far as the others tell. Pages that count differently are of different answers,
// which is an error.
func Saved(answers []Answer) (Scan, error) {
	var (
		scan  Scan
		pages = map[string][]Answer{}
		order []string
	)
	for _, a := range answers {
		name := a.image()
		if pages[name] == nil {
			order = append(order, name)
		}
		if !slices.ContainsFunc(pages[name], func(b Answer) bool { return reflect.DeepEqual(a, b) }) {
			pages[name] = append(pages[name], a)
		}
	}
	for _, name := range order {
		together := Pages{Digest: pages[name][0].ImageDigest}
		if len(order) > 1 {
			together.Platform = name // a saved answer does not tell the platform
		}
		for _, a := range pages[name] {
			if counts := pages[name][0].Counts; a.Counts != nil && counts != nil && !maps.Equal(a.Counts, counts) {
				return Scan{}, fmt.Errorf("image %q: the pages are of different answers: they count findings differently", name)
			}
			together.Add(a)
			scan.Type = cmp.Or(a.Type(), scan.Type)
		}
		p := together.Scan()
		p.Undecided = savedProblem(p, pages[name])
		scan.Platforms = append(scan.Platforms, p)
	}
	return scan, nil
}

// image names the image an answer is about, by digest where it has one.
func (a Answer) image() string {
	switch {
	case a.ImageDigest != "":
		return a.ImageDigest
	case a.ImageTag != "":
		return a.RepositoryName + ":" + a.ImageTag
	default:
		return a.RepositoryName
	}
}

// savedProblem says why saved answers give no verdict. Nothing can be waited for here, and every page must be of a finished scan.
func savedProblem(p PlatformScan, pages []Answer) string {
	for _, a := range pages {
		switch outlook, reason := Judgeable(a.Status, a.Description); outlook {
		case Ready:
		case Pending:
			return fmt.Sprintf("the saved scan is %s: it was not finished", a.Status)
		default:
			return reason
		}
	}
	switch more := followed(pages); {
	case more == len(pages):
		return "the saved answer says that more pages follow: save all of them"
	case len(p.Findings) == 0 && p.CompletedAt.IsZero():
		return "the saved scan has no findings and does not say that it was completed"
	}
	return ""
}

// followed is how many pages say that more follow.
func followed(pages []Answer) int {
	n := 0
	for _, a := range pages {
		if a.NextToken != "" {
			n++
		}
	}
	return n
}
