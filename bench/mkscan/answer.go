package main

import (
	"fmt"
	"strings"
)

// Image is what the answers are about.
type Image struct {
	Findings, Platforms, Pages int
	Shared                     bool
}

// object is a JSON object. Its members are written in the order of their names.
type object map[string]any

// Answers are the pages of all platforms, one platform after another.
func (i Image) Answers() []object {
	var out []object
	for platform := range i.Platforms {
		records := i.records(platform)
		counts := map[string]int{}
		for _, r := range records {
			counts[r["severity"].(string)]++
		}
		pages := share(i.Pages, i.Platforms, platform)
		for page := range pages {
			answer := object{
				"registryId": "123456789012", "repositoryName": "bench/large",
				"imageId":         object{"imageDigest": digest(platform)},
				"imageScanStatus": object{"status": "ACTIVE", "description": "Continuous scan is selected for image."},
				"imageScanFindings": object{
					"imageScanCompletedAt": "2026-01-02T03:04:05.678000+00:00", "vulnerabilitySourceUpdatedAt": "2026-01-02T03:04:05.678000+00:00",
					"findingSeverityCounts": counts, "enhancedFindings": part(records, pages, page),
				},
			}
			if page < pages-1 {
				answer["nextToken"] = fmt.Sprintf("page-%d", page+1)
			}
			out = append(out, answer)
		}
	}
	return out
}

// share is the size of the nth of several parts of a whole, which differ by one at most.
func share(whole, parts, n int) int { return whole*(n+1)/parts - whole*n/parts }

// part is the nth of several parts of a list.
func part(list []object, parts, n int) []object {
	return list[len(list)*n/parts : len(list)*(n+1)/parts]
}

func digest(n int) string { return fmt.Sprintf("sha256:%064x", n+1) }

// records are the findings of one platform.
func (i Image) records(platform int) []object {
	first := i.Findings * platform / i.Platforms
	var out []object
	for n := range share(i.Findings, i.Platforms, platform) {
		what := first + n
		if i.Shared {
			what = n
		}
		out = append(out, record(platform, what))
	}
	return out
}

// record is one finding in the shape of enhanced scanning, as large as real ones are
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html).
func record(platform, n int) object {
	severities := []string{"CRITICAL", "HIGH", "HIGH", "MEDIUM", "MEDIUM", "MEDIUM", "LOW", "LOW", "UNTRIAGED"}
	id := fmt.Sprintf("CVE-20%02d-%05d", 10+n%16, n)
	vector := fmt.Sprintf("CVSS:3.1/AV:N/AC:L/PR:%s/UI:N/S:U/C:H/I:H/A:H", []string{"N", "L", "H"}[n%3])
	score := float64(n%100) / 10
	fixed, available := "NotAvailable", "NO"
	if n%2 == 0 {
		fixed, available = fmt.Sprintf("0:%d.2.4-1+deb12u2", n%7), "YES"
	}
	var packages []object
	for p := range 1 + n%5/4 {
		packages = append(packages, object{
			"name": fmt.Sprintf("package-%d-%d", n%500, p), "version": fmt.Sprintf("%d.2.3", n%7), "release": "1+deb12u1", "epoch": 0, "arch": "AMD64",
			"packageManager": "OS", "fixedInVersion": fixed, "sourceLayerHash": fmt.Sprintf("sha256:%064x", n%20),
		})
	}
	return object{
		"awsAccountId": "123456789012", "findingArn": fmt.Sprintf("arn:aws:inspector2:eu-west-1:123456789012:finding/%08x%024x", platform, n),
		"type": "PACKAGE_VULNERABILITY", "title": id + " - package", "severity": severities[n%len(severities)], "status": "ACTIVE", "score": score,
		"description":  fmt.Sprintf("In release %d of the package %s", n, strings.Repeat("a length that is not checked lets a crafted file write beyond a buffer; ", 5)),
		"scoreDetails": object{"cvss": object{"adjustments": []object{}, "score": score, "scoreSource": "NVD", "scoringVector": vector, "version": "3.1"}},
		"fixAvailable": available, "exploitAvailable": []string{"NO", "YES"}[n%50/49],
		"firstObservedAt": "2026-01-01T03:04:05.678000+00:00", "lastObservedAt": "2026-01-02T03:04:05.678000+00:00", "updatedAt": "2026-01-02T03:04:05.678000+00:00",
		"remediation": object{"recommendation": object{"text": "None Provided"}},
		"packageVulnerabilityDetails": object{
			"vulnerabilityId": id, "source": "DEBIAN_CVE", "sourceUrl": "https://security-tracker.debian.org/tracker/" + id, "vendorSeverity": "not yet assigned",
			"vendorCreatedAt": "2025-01-26T00:00:00+00:00", "vendorUpdatedAt": "2025-06-09T07:08:40+00:00", "relatedVulnerabilities": []string{},
			"referenceUrls":      []string{"https://nvd.nist.gov/vuln/detail/" + id, "https://security.example.com/advisories/" + id},
			"cvss":               []object{{"baseScore": score, "scoringVector": vector, "source": "NVD", "version": "3.1"}},
			"vulnerablePackages": packages,
		},
		"resources": []object{{
			"type": "AWS_ECR_CONTAINER_IMAGE", "id": "arn:aws:ecr:eu-west-1:123456789012:repository/bench/large/" + digest(platform), "tags": object{},
			"details": object{"awsEcrContainerImage": object{
				"architecture": "amd64", "platform": "DEBIAN_12", "imageHash": digest(platform), "imageTags": []string{"1.2.3"},
				"pushedAt": "2026-01-01T03:00:00+00:00", "registry": "123456789012", "repositoryName": "bench/large",
			}},
		}},
	}
}
