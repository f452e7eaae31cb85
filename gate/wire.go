package gate

import "time"

// headJSON is what an answer of DescribeImageScanFindings says before its findings
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html).
type headJSON struct {
	ImageID struct {
		Digest string `json:"imageDigest"`
		Tag    string `json:"imageTag"`
	}
	Status *struct {
		Status      string `json:"status"`
		Description string `json:"description"`
	}
}

type basicJSON struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	URI         string `json:"uri"`
	Severity    string `json:"severity"`
	Attributes  []struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	} `json:"attributes"`
}

// finding is the record without its JSON; share gives equal texts one place in memory.
func (b basicJSON) finding(share func(string) string) BasicFinding {
	f := BasicFinding{Name: b.Name, Description: share(b.Description), URI: share(b.URI), Severity: share(b.Severity), Attributes: map[string]string{}}
	for _, a := range b.Attributes {
		f.Attributes[share(a.Key)] = share(a.Value)
	}
	return f
}

type enhancedJSON struct {
	ARN          string  `json:"findingArn"`
	Title        string  `json:"title"`
	Description  string  `json:"description"`
	Severity     string  `json:"severity"`
	Status       string  `json:"status"`
	Score        float64 `json:"score"`
	ScoreDetails struct {
		CVSS struct {
			Vector string `json:"scoringVector"`
		} `json:"cvss"`
	} `json:"scoreDetails"`
	FixAvailable     string    `json:"fixAvailable"`
	ExploitAvailable string    `json:"exploitAvailable"`
	FirstObservedAt  timestamp `json:"firstObservedAt"`
	Details          struct {
		VulnerabilityID string        `json:"vulnerabilityId"`
		Source          string        `json:"source"`
		SourceURL       string        `json:"sourceUrl"`
		VendorSeverity  string        `json:"vendorSeverity"`
		VendorCreatedAt timestamp     `json:"vendorCreatedAt"`
		CVSS            []cvssJSON    `json:"cvss"`
		Related         []string      `json:"relatedVulnerabilities"`
		Packages        []packageJSON `json:"vulnerablePackages"`
	} `json:"packageVulnerabilityDetails"`
	Remediation struct {
		Recommendation struct {
			Text string `json:"text"`
			URL  string `json:"url"`
		} `json:"recommendation"`
	} `json:"remediation"`
	Resources []struct {
		Details struct {
			Image struct {
				Platform string `json:"platform"`
			} `json:"awsEcrContainerImage"`
		} `json:"details"`
	} `json:"resources"`
}

type cvssJSON struct {
	Score   float64 `json:"baseScore"`
	Vector  string  `json:"scoringVector"`
	Version string  `json:"version"`
	Source  string  `json:"source"`
}

type packageJSON struct {
	Name            string `json:"name"`
	Version         string `json:"version"`
	Release         string `json:"release"`
	Epoch           int    `json:"epoch"`
	Arch            string `json:"arch"`
	Manager         string `json:"packageManager"`
	FilePath        string `json:"filePath"`
	FixedInVersion  string `json:"fixedInVersion"`
	SourceLayerHash string `json:"sourceLayerHash"`
}

// finding is the record without its JSON; share gives equal texts one place in memory.
func (e enhancedJSON) finding(share func(string) string) EnhancedFinding {
	f := EnhancedFinding{
		ARN: e.ARN, Title: e.Title, Description: share(e.Description), Severity: share(e.Severity), Status: share(e.Status), Score: e.Score,
		ScoreVector: share(e.ScoreDetails.CVSS.Vector), FixAvailable: share(e.FixAvailable), ExploitAvailable: share(e.ExploitAvailable),
		FirstObservedAt: time.Time(e.FirstObservedAt), VulnerabilityID: share(e.Details.VulnerabilityID), Source: share(e.Details.Source),
		SourceURL: share(e.Details.SourceURL), VendorSeverity: share(e.Details.VendorSeverity), VendorCreatedAt: time.Time(e.Details.VendorCreatedAt),
		Recommendation: share(e.Remediation.Recommendation.Text), RecommendationURL: share(e.Remediation.Recommendation.URL),
	}
	for _, related := range e.Details.Related {
		f.Related = append(f.Related, share(related))
	}
	for _, c := range e.Details.CVSS {
		f.CVSS = append(f.CVSS, CVSS{Score: c.Score, Vector: share(c.Vector), Version: share(c.Version), Source: share(c.Source)})
	}
	for _, p := range e.Details.Packages {
		f.Packages = append(f.Packages, p.vulnerable(share))
	}
	if len(e.Resources) > 0 {
		f.Platform = share(e.Resources[0].Details.Image.Platform)
	}
	return f
}

func (p packageJSON) vulnerable(share func(string) string) VulnerablePackage {
	return VulnerablePackage{
		Name: share(p.Name), Version: share(p.Version), Release: share(p.Release), Epoch: p.Epoch, Arch: share(p.Arch), Manager: share(p.Manager),
		FilePath: share(p.FilePath), FixedInVersion: share(p.FixedInVersion), SourceLayerHash: share(p.SourceLayerHash),
	}
}
