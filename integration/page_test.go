//go:build integration

package integration

import (
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// answer is a page of a basic scan, as aws ecr describe-image-scan-findings saves it.
type answer struct {
	RepositoryName    string         `json:"repositoryName"`
	ImageID           map[string]any `json:"imageId"`
	ImageScanStatus   map[string]any `json:"imageScanStatus"`
	ImageScanFindings struct {
		CompletedAt string           `json:"imageScanCompletedAt"`
		Findings    []map[string]any `json:"findings"`
	} `json:"imageScanFindings"`
}

// basicFinding is a finding of a basic scan.
func basicFinding(id, severity, name, version string) map[string]any {
	return map[string]any{"name": id, "severity": severity, "uri": "https://example.com/" + id, "attributes": []map[string]string{
		{"key": "package_name", "value": name}, {"key": "package_version", "value": version},
	}}
}

// pageOf has hallmark judge findings and gives the address of the page it writes.
func pageOf(t *testing.T, findings ...map[string]any) string {
	t.Helper()
	var a answer
	a.RepositoryName = "shop/api"
	a.ImageID = map[string]any{"imageDigest": "sha256:" + strings.Repeat("1", 64)}
	a.ImageScanStatus = map[string]any{"status": "COMPLETE"}
	a.ImageScanFindings.CompletedAt = "2026-01-02T03:04:05+00:00"
	a.ImageScanFindings.Findings = findings
	data, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	saved, page := filepath.Join(dir, "saved.json"), filepath.Join(dir, "page.html")
	if err := os.WriteFile(saved, data, 0o644); err != nil {
		t.Fatal(err)
	}
	hallmark(t, 2, nil, "gate", "--from", saved, "--report", "html="+page)
	return "file://" + page
}

// browse opens a page in Chromium and gives its document once the scripts are done, and what the page asked the network for.
func browse(t *testing.T, address string) (document string, requests []string) {
	t.Helper()
	dir := t.TempDir()
	log := filepath.Join(dir, "network.json")
	c := command{env: append(os.Environ(), "HOME="+dir)}
	document = c.must(t, "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir="+filepath.Join(dir, "profile"),
		"--log-net-log="+log, "--dump-dom", address)
	return document, requestsOf(t, log)
}

// requestsOf reads which requests pages have started from Chromium's log of its network
// (https://www.chromium.org/developers/design-documents/network-stack/netlog/). Those of the browser itself have no origin.
func requestsOf(t *testing.T, file string) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var log struct {
		Constants struct{ LogEventTypes map[string]int }
		Events    []struct {
			Type   int
			Params struct{ URL, Initiator string }
		}
	}
	if err := json.Unmarshal(data, &log); err != nil {
		t.Fatalf("read the log of the network: %v", err)
	}
	var urls []string
	for _, event := range log.Events {
		if event.Type == log.Constants.LogEventTypes["URL_REQUEST_START_JOB"] && event.Params.URL != "" && event.Params.Initiator != "not an origin" {
			urls = append(urls, event.Params.URL)
		}
	}
	return urls
}

var (
	rowOf   = regexp.MustCompile(`<tr class="\w+" data-severity="[^"]*" data-decision="[^"]*"[^>]*><td>.*?</td><td><a [^>]*>([^<]*)</a>`)
	shownOf = regexp.MustCompile(`<output id="shown"[^>]*>([^<]*)</output>`)
	sortOf  = regexp.MustCompile(`<th scope="col" data-sort="(\w+)"[^>]* aria-sort="(ascending|descending)">`)
	titleOf = regexp.MustCompile(`<title>([^<]*)</title>`)
)

// view is what a reader sees of the findings.
type view struct {
	Findings []string
	Shown    string
	Sort     string
}

func viewOf(document string) view {
	var v view
	for _, row := range rowOf.FindAllStringSubmatch(document, -1) {
		v.Findings = append(v.Findings, html.UnescapeString(row[1]))
	}
	if shown := shownOf.FindStringSubmatch(document); shown != nil {
		v.Shown = shown[1]
	}
	if sort := sortOf.FindStringSubmatch(document); sort != nil {
		v.Sort = sort[1] + " " + sort[2]
	}
	return v
}

func TestPageFiltersAndSorts(t *testing.T) {
	linked := strings.TrimSpace(strings.TrimPrefix(blockThat(t, "reports.md", "text", "page.html#"), "page.html"))
	page := pageOf(t,
		basicFinding("CVE-2026-2", "HIGH", "zlib", "1:1.2.13"), basicFinding("CVE-2026-10", "HIGH", "curl", "8.1.0"),
		basicFinding("CVE-2026-1", "CRITICAL", "openssl", "3.0.11"), basicFinding("CVE-2026-3", "LOW", "Zsh", "5.9"))
	for _, test := range []struct {
		name, state string
		want        view
	}{
		{"as it is, worst first", "", view{[]string{"CVE-2026-1", "CVE-2026-10", "CVE-2026-2", "CVE-2026-3"}, "4 findings", ""}},
		{"with a word of any column", "#q=8.1", view{[]string{"CVE-2026-10"}, "1 of 4 findings", ""}},
		{"with several words, in any case", "#q=cve+z", view{[]string{"CVE-2026-2", "CVE-2026-3"}, "2 of 4 findings", ""}},
		{"with a word that is not there", "#q=nothing", view{nil, "0 of 4 findings", ""}},
		{"of two severities", "#severity=critical,low", view{[]string{"CVE-2026-1", "CVE-2026-3"}, "2 of 4 findings", ""}},
		{"that count", "#decision=counts", view{[]string{"CVE-2026-1", "CVE-2026-10", "CVE-2026-2"}, "3 of 4 findings", ""}},
		{"by id, numbers as numbers", "#sort=id", view{[]string{"CVE-2026-1", "CVE-2026-2", "CVE-2026-3", "CVE-2026-10"}, "4 findings", "id ascending"}},
		{"by package, backwards", "#sort=package&order=descending", view{[]string{"CVE-2026-3", "CVE-2026-2", "CVE-2026-1", "CVE-2026-10"}, "4 findings", "package descending"}},
		{"by severity, backwards and filtered", "#sort=severity&order=descending&decision=counts", view{[]string{"CVE-2026-10", "CVE-2026-2", "CVE-2026-1"}, "3 of 4 findings", "severity descending"}},
		{"as docs/reports.md links to it, where no fix is known", strings.Replace(linked, "fix=yes", "fix=unknown", 1), view{[]string{"CVE-2026-1"}, "1 of 4 findings", "package ascending"}},
		{"by what is no column", "#sort=nonsense", view{[]string{"CVE-2026-1", "CVE-2026-10", "CVE-2026-2", "CVE-2026-3"}, "4 findings", ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			document, requests := browse(t, page+test.state)
			if diff := cmp.Diff(test.want, viewOf(document)); diff != "" {
				t.Errorf("the page (-want +got):\n%s", diff)
			}
			for _, url := range requests {
				if !strings.HasPrefix(url, "file://") && !strings.HasPrefix(url, "data:") {
					t.Errorf("the page asks for %s", url)
				}
			}
		})
	}
}

// Viewers of a CI system's files often run no scripts.
func TestPageIsATableWithoutScripts(t *testing.T) {
	page := pageOf(t, basicFinding("CVE-2026-2", "HIGH", "zlib", "1:1.2.13"), basicFinding("CVE-2026-1", "LOW", "curl", "8.1.0"))
	file := strings.TrimPrefix(page, "file://")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, regexp.MustCompile(`(?s)<script>.*?</script>`).ReplaceAll(data, nil), 0o644); err != nil {
		t.Fatal(err)
	}
	document, _ := browse(t, page+"#q=zlib")
	want := view{Findings: []string{"CVE-2026-2", "CVE-2026-1"}}
	if diff := cmp.Diff(want, viewOf(document)); diff != "" || !strings.Contains(document, `role="search" hidden=""`) || strings.Contains(document, `<html lang="en" class=`) {
		t.Errorf("the page (-want +got):\n%s\n%s", diff, document)
	}
}

// A request is seen where there is one: what TestPageFiltersAndSorts does not see was not made.
func TestRequestsOfAPageAreSeen(t *testing.T) {
	page := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(page, []byte(`<img src="http://other.example/x.png">`), 0o644); err != nil {
		t.Fatal(err)
	}
	_, requests := browse(t, "file://"+page)
	if !strings.Contains(strings.Join(requests, "\n"), "http://other.example/x.png") {
		t.Errorf("requests: %q", requests)
	}
}

// What strangers wrote is shown as they wrote it, and nothing of it runs.
func TestPageShowsHostileText(t *testing.T) {
	attack := `"><script>document.title="owned"</script><img src=http://other.example/x onerror="document.title='owned'">`
	document, requests := browse(t, pageOf(t, basicFinding(attack, "HIGH", attack, attack), basicFinding("CVE-2026-1", "'><svg onload=alert(1)>", "</script></style></table>", "1")))
	if got := titleOf.FindStringSubmatch(document); got == nil || !strings.HasPrefix(got[1], "Gate failed") {
		t.Errorf("title: %q", got)
	}
	if got := viewOf(document); len(got.Findings) != 2 || got.Findings[1] != attack && got.Findings[0] != attack {
		t.Errorf("the page shows %+v", got)
	}
	for _, url := range requests {
		if !strings.HasPrefix(url, "file://") && !strings.HasPrefix(url, "data:") {
			t.Errorf("the page asks for %s", url)
		}
	}
}

func TestPageOfManyFindings(t *testing.T) {
	var findings []map[string]any
	for i := range 20_000 {
		findings = append(findings, basicFinding(fmt.Sprintf("CVE-2026-%d", i), []string{"HIGH", "LOW"}[i%2], fmt.Sprintf("package-%d", i%100), "1"))
	}
	page := pageOf(t, findings...)
	document, _ := browse(t, page)
	got := viewOf(document)
	if len(got.Findings) == 0 || len(got.Findings) > 1000 || got.Shown != "20000 findings" {
		t.Errorf("%d rows are drawn of %s", len(got.Findings), got.Shown)
	}
	document, _ = browse(t, page+"#q=package-77&severity=low&sort=id")
	got = viewOf(document)
	if len(got.Findings) == 0 || got.Findings[0] != "CVE-2026-77" || got.Shown != "200 of 20000 findings" {
		t.Errorf("%d rows are drawn of %s, the first is %q", len(got.Findings), got.Shown, got.Findings)
	}
}
