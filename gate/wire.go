package gate

import "time"

// answerJSON is an answer of DescribeImageScanFindings as it is written
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html).
type answerJSON struct {
	RepositoryName string `json:"repositoryName"`
	ImageID        struct {
		Digest string `json:"imageDigest"`
		Tag    string `json:"imageTag"`
	} `json:"imageId"`
	Status *struct {
		Status      string `json:"status"`
		Description string `json:"description"`
	} `json:"imageScanStatus"`
	Findings *struct {
		CompletedAt     timestamp      `json:"imageScanCompletedAt"`
		SourceUpdatedAt timestamp      `json:"vulnerabilitySourceUpdatedAt"`
		Counts          map[string]int `json:"findingSeverityCounts"`
		Basic           []basicJSON    `json:"findings"`
		Enhanced        []enhancedJSON `json:"enhancedFindings"`
	} `json:"imageScanFindings"`
	NextToken string `json:"nextToken"`
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

func (b basicJSON) finding() BasicFinding {
	f := BasicFinding{Name: b.Name, Description: b.Description, URI: b.URI, Severity: b.Severity, Attributes: map[string]string{}}
	for _, a := range b.Attributes {
		f.Attributes[a.Key] = a.Value
	}
	return f
}

type enhancedJSON struct {
	ARN              string    `json:"findingArn"`
	Title            string    `json:"title"`
	Description      string    `json:"description"`
	Severity         string    `json:"severity"`
	Status           string    `json:"status"`
	Score            float64   `json:"score"`
	FixAvailable     string    `json:"fixAvailable"`
	ExploitAvailable string    `json:"exploitAvailable"`
	FirstObservedAt  timestamp `json:"firstObservedAt"`
	Details          struct {
		VulnerabilityID string        `json:"vulnerabilityId"`
		Source          string        `json:"source"`
		SourceURL       string        `json:"sourceUrl"`
		VendorSeverity  string        `json:"vendorSeverity"`
		VendorCreatedAt timestamp     `json:"vendorCreatedAt"`
		Packages        []packageJSON `json:"vulnerablePackages"`
	} `json:"packageVulnerabilityDetails"`
	Resources []struct {
		Details struct {
			Image struct {
				Platform string `json:"platform"`
			} `json:"awsEcrContainerImage"`
		} `json:"details"`
	} `json:"resources"`
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

func (e enhancedJSON) finding() EnhancedFinding {
	f := EnhancedFinding{
		ARN: e.ARN, Title: e.Title, Description: e.Description, Severity: e.Severity, Status: e.Status, Score: e.Score,
		FixAvailable: e.FixAvailable, ExploitAvailable: e.ExploitAvailable, FirstObservedAt: time.Time(e.FirstObservedAt),
		VulnerabilityID: e.Details.VulnerabilityID, Source: e.Details.Source, SourceURL: e.Details.SourceURL,
		VendorSeverity: e.Details.VendorSeverity, VendorCreatedAt: time.Time(e.Details.VendorCreatedAt),
	}
	for _, p := range e.Details.Packages {
		f.Packages = append(f.Packages, VulnerablePackage(p))
	}
	if len(e.Resources) > 0 {
		f.Platform = e.Resources[0].Details.Image.Platform
	}
	return f
}
