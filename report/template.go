package report

// TemplateSchema names the version of the document of repo template. Fields are added, never renamed.
const TemplateSchema = "hallmark.template/v1"

// TemplateDocument is what repo template --output json prints.
type TemplateDocument struct {
	Schema       string               `json:"schema"`
	Format       string               `json:"format"`
	Repositories []TemplateRepository `json:"repositories"` // in the order of the arguments
	Template     string               `json:"template"`
}

// TemplateRepository is a repository, and what the template calls it.
type TemplateRepository struct {
	Name     string `json:"name"`
	Resource string `json:"resource"`
}
