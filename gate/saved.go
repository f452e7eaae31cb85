package gate

import (
	"cmp"
	"fmt"
	"slices"
)

// Saved makes a scan of saved answers. Pages of one image are put together, in any order; that a page is missing is an error where
// they tell, and else leaves the image undecided.
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
		pages[name] = append(pages[name], a)
	}
	for _, name := range order {
		if !slices.ContainsFunc(pages[name], func(a Answer) bool { return a.NextToken == "" }) {
			return Scan{}, fmt.Errorf("the last page of image %q says that more follow: save all pages", name)
		}
		p := PlatformScan{Digest: pages[name][0].ImageDigest}
		if len(order) > 1 {
			p.Platform = name // a saved answer does not tell the platform
		}
		for _, a := range pages[name] {
			p.Add(a)
			scan.Type = cmp.Or(a.Type(), scan.Type)
		}
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
	if len(p.Findings) == 0 && p.CompletedAt.IsZero() {
		return "the saved scan has no findings and does not say that it was completed"
	}
	return ""
}
