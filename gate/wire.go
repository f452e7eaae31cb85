package gate

// basic reads a finding of basic scanning
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanFinding.html).
func (p *parser) basic() (BasicFinding, error) {
	b := BasicFinding{Attributes: map[string]string{}}
	_, err := p.Object(func(name string) error {
		switch name {
		case "name":
			return p.text(&b.Name)
		case "description":
			return p.text(&b.Description)
		case "uri":
			return p.text(&b.URI)
		case "severity":
			return p.text(&b.Severity)
		case "attributes":
			_, err := p.Array(func() error {
				var key, value string
				err := p.texts(map[string]*string{"key": &key, "value": &value})
				b.Attributes[key] = value
				return err
			})
			return err
		}
		return p.Skip()
	})
	return b, err
}

// enhanced reads a finding of enhanced scanning
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_EnhancedImageScanFinding.html).
func (p *parser) enhanced() (EnhancedFinding, error) {
	var e EnhancedFinding
	_, err := p.Object(func(name string) (err error) {
		switch name {
		case "findingarn":
			e.ARN, err = p.Own()
			return err
		case "title":
			e.Title, err = p.Own()
			return err
		case "description":
			return p.text(&e.Description)
		case "severity":
			return p.text(&e.Severity)
		case "status":
			return p.text(&e.Status)
		case "score":
			e.Score, err = p.Number()
			return err
		case "scoredetails":
			return p.within("cvss", func() error { return p.texts(map[string]*string{"scoringvector": &e.ScoreVector}) })
		case "fixavailable":
			return p.text(&e.FixAvailable)
		case "exploitavailable":
			return p.text(&e.ExploitAvailable)
		case "firstobservedat":
			return p.time(&e.FirstObservedAt)
		case "packagevulnerabilitydetails":
			return p.details(&e)
		case "remediation":
			return p.within("recommendation", func() error {
				return p.texts(map[string]*string{"text": &e.Recommendation, "url": &e.RecommendationURL})
			})
		case "resources":
			return p.resources(&e)
		}
		return p.Skip()
	})
	return e, err
}

// details reads what a finding says of its vulnerability.
func (p *parser) details(e *EnhancedFinding) error {
	_, err := p.Object(func(name string) error {
		switch name {
		case "vulnerabilityid":
			return p.text(&e.VulnerabilityID)
		case "source":
			return p.text(&e.Source)
		case "sourceurl":
			return p.text(&e.SourceURL)
		case "vendorseverity":
			return p.text(&e.VendorSeverity)
		case "vendorcreatedat":
			return p.time(&e.VendorCreatedAt)
		case "cvss":
			return p.items(func() error {
				c, err := p.cvss()
				e.CVSS = append(e.CVSS, c)
				return err
			})
		case "relatedvulnerabilities":
			return p.items(func() error {
				related, err := p.Text()
				e.Related = append(e.Related, related)
				return err
			})
		case "vulnerablepackages":
			return p.items(func() error {
				v, err := p.vulnerable()
				e.Packages = append(e.Packages, v)
				return err
			})
		}
		return p.Skip()
	})
	return err
}

func (p *parser) cvss() (CVSS, error) {
	var c CVSS
	_, err := p.Object(func(name string) (err error) {
		switch name {
		case "basescore":
			c.Score, err = p.Number()
			return err
		case "scoringvector":
			return p.text(&c.Vector)
		case "version":
			return p.text(&c.Version)
		case "source":
			return p.text(&c.Source)
		}
		return p.Skip()
	})
	return c, err
}

func (p *parser) vulnerable() (VulnerablePackage, error) {
	var v VulnerablePackage
	_, err := p.Object(func(name string) (err error) {
		switch name {
		case "name":
			return p.text(&v.Name)
		case "version":
			return p.text(&v.Version)
		case "release":
			return p.text(&v.Release)
		case "epoch":
			v.Epoch, err = p.Int()
			return err
		case "arch":
			return p.text(&v.Arch)
		case "packagemanager":
			return p.text(&v.Manager)
		case "filepath":
			return p.text(&v.FilePath)
		case "fixedinversion":
			return p.text(&v.FixedInVersion)
		case "sourcelayerhash":
			return p.text(&v.SourceLayerHash)
		}
		return p.Skip()
	})
	return v, err
}

// resources reads the platform of the first resource.
func (p *parser) resources(e *EnhancedFinding) error {
	first := true
	return p.items(func() error {
		if !first {
			return p.Skip()
		}
		first = false
		return p.within("details", func() error {
			return p.within("awsecrcontainerimage", func() error { return p.texts(map[string]*string{"platform": &e.Platform}) })
		})
	})
}

// within reads one member of an object, and passes over the others.
func (p *parser) within(member string, read func() error) error {
	_, err := p.Object(func(name string) error {
		if name != member {
			return p.Skip()
		}
		return read()
	})
	return err
}

func (p *parser) items(each func() error) error {
	_, err := p.Array(each)
	return err
}
