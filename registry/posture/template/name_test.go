package template_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/posture/template"
)

func TestNamesOfResources(t *testing.T) {
	for _, tt := range []struct{ name, logical, resource string }{
		{"api", "RepositoryApi", "api"},
		{"shop/api", "RepositoryShopApi", "shop_api"},
		{"shop-api", "RepositoryShopApi982d4486a936", "shop-api"},
		{"shop_api", "RepositoryShopApi985ba51331c8", "shop_api_985ba51331c8"},
		{"2048", "Repository2048", "_2048_bfa0ec8bdf29"},
		{"shop/2api", "RepositoryShop2api9e3fe7bdb788", "shop_2api"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff([]string{tt.logical, tt.resource}, []string{template.LogicalID(tt.name), template.ResourceName(tt.name)}); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}

// Names that differ in little keep apart, whatever else is in a template.
func TestNamesOfResourcesAreUniqueAndValid(t *testing.T) {
	logical, resource := map[string]string{}, map[string]string{}
	logicalForm, resourceForm := regexp.MustCompile(`^[A-Za-z0-9]{1,255}$`), regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)
	for _, name := range namesOf([]string{"a", "ab", "1", "b1"}, []string{"/", "-", ".", "_", "__", "--"}) {
		id, label := template.LogicalID(name), template.ResourceName(name)
		if !logicalForm.MatchString(id) || !resourceForm.MatchString(label) {
			t.Errorf("%q is called %q and %q", name, id, label)
		}
		if other, taken := logical[id]; taken {
			t.Errorf("%q and %q are both %q", name, other, id)
		}
		if other, taken := resource[label]; taken {
			t.Errorf("%q and %q are both %q", name, other, label)
		}
		logical[id], resource[label] = name, name
	}
}

// namesOf are the names of up to three words, with all separators between them, and two that are as long as ECR takes.
func namesOf(words, separators []string) []string {
	long := strings.Repeat("a", 127)
	names := append([]string{long + "/" + long + "/b", long + "/" + long + "/c"}, words...)
	for _, first := range words {
		for _, one := range separators {
			for _, second := range words {
				names = append(names, first+one+second)
				for _, two := range separators {
					for _, third := range words {
						names = append(names, first+one+second+two+third)
					}
				}
			}
		}
	}
	return names
}
