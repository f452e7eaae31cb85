package template_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/registry/posture/template"
)

var update = flag.Bool("update", false, "rewrite the templates of testdata")

func TestTemplatesAreAsInTestdata(t *testing.T) {
	for _, tt := range goldenCases() {
		for format, ending := range map[template.Format]string{template.CloudFormation: ".yaml", template.Terraform: ".tf"} {
			t.Run(tt.name+" "+string(format), func(t *testing.T) {
				got := write(t, format, tt.repositories, tt.scan)
				file := filepath.Join("testdata", tt.name+ending)
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", file, diff)
				}
			})
		}
	}
}

func TestTemplatesAreReadBackAsTheyWere(t *testing.T) {
	for _, tt := range goldenCases() {
		for format, read := range readers() {
			t.Run(tt.name+" "+string(format), func(t *testing.T) {
				got := read(t, write(t, format, tt.repositories, tt.scan))
				if diff := cmp.Diff(normal(t, format, tt.repositories), got, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("settings (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestTerraformIsLaidOutAsItsFormatterDoes(t *testing.T) {
	for _, tt := range goldenCases() {
		t.Run(tt.name, func(t *testing.T) {
			got := write(t, template.Terraform, tt.repositories, tt.scan)
			if diff := cmp.Diff(string(hclwrite.Format([]byte(got))), got); diff != "" {
				t.Errorf("configuration (-formatted +written):\n%s", diff)
			}
		})
	}
}

// FuzzWrite holds that texts of any kind come back from a template as they went in.
func FuzzWrite(f *testing.F) {
	for _, text := range []string{
		"latest", "${a}", "%{if}", "$${a}", "$$${a}", "%%{b}", "$%{c}", `\"`, "a\nb", "  a ", "\t", "#", "- a", "yes", "~", "0x1f", "12:30:00", "a: b", "é", "\u0085", "\u2028", "\ufeff", "\x00\x7f", "*", "&a", "!b", "'", "\r\n", "😀",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		repositories := []template.Repository{odd(t, text)}
		for format, read := range readers() {
			got := read(t, write(t, format, repositories, nil))
			if diff := cmp.Diff(normal(t, format, repositories), got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s of %q (-want +got):\n%s", format, text, diff)
			}
		}
	})
}

// odd is a repository with a text wherever one of any kind can stand.
func odd(t *testing.T, text string) template.Repository {
	t.Helper()
	text = strings.ToValidUTF8(text, "?")
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return template.Existing(posture.Settings{
		Repository: registry.Repository{Name: "shop/api", Mutability: registry.ImmutableWithExclusion, Exclusions: []string{text}},
		Encryption: posture.Encryption{Type: "KMS", Key: "k" + text},
		Lifecycle:  `{"rules":[{"rulePriority":1,"description":` + string(quoted) + `}]}`,
		Access:     `{"Statement":[{"Condition":{"StringLike":{` + string(quoted) + `:[` + string(quoted) + `,1,true,null,{},[]]}}}]}`,
		Labels:     map[string]string{"k" + text: "v" + text},
	})
}

func TestWriteRefusesWhatIsNoJSON(t *testing.T) {
	for _, format := range []template.Format{template.CloudFormation, template.Terraform} {
		for name, r := range map[string]template.Repository{
			"lifecycle policy": {Name: "a", Lifecycle: `{"rules":`},
			"access policy":    {Name: "a", Access: `{} {}`},
		} {
			t.Run(string(format)+" "+name, func(t *testing.T) {
				if _, err := template.Write(format, []template.Repository{r}, nil); err == nil || !strings.Contains(err.Error(), `repository "a": `+name) {
					t.Errorf("error %v", err)
				}
			})
		}
	}
}

// A policy near the limit of ECR has no room for the spaces of its lines.
func TestLongPolicyStaysWithinTheLimit(t *testing.T) {
	rules := strings.Repeat(`{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":5},"action":{"type":"expire"}},`, 240)
	policy := `{"rules":[` + strings.TrimSuffix(rules, ",") + `]}`
	got := readCloudFormation(t, write(t, template.CloudFormation, []template.Repository{{Name: "shop/api", Lifecycle: policy}}, nil))
	if len(policy) > lifecycle.MaxLength || len(got[0].Lifecycle) > lifecycle.MaxLength {
		t.Errorf("a policy of %d characters has %d in the template", len(policy), len(got[0].Lifecycle))
	}
}

func TestExistingLeavesOutWhatAWSSets(t *testing.T) {
	want := map[string]string{"cost-center": "0042", "team": "yes", "empty": "", "note": "a: b # c\n- d"}
	if diff := cmp.Diff(want, existing().Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
}

func TestWantedTakesWhatIsDesired(t *testing.T) {
	none, yes := "", true
	for _, tt := range []struct {
		name    string
		desired posture.Desired
		want    template.Repository
	}{
		{"scanned on push", posture.Desired{Mutability: registry.Immutable, Scan: posture.ScanOnPush}, template.Repository{Name: "a", Mutability: registry.Immutable, ScanOnPush: &yes}},
		{"not judged by scanning", posture.Desired{Scan: posture.ScanOff}, template.Repository{Name: "a"}},
		{"of a key", posture.Desired{Scan: posture.ScanOff, Encryption: posture.KMS, Lifecycle: &none}, template.Repository{Name: "a", Encryption: posture.Encryption{Type: "KMS"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, template.Wanted("a", tt.desired)); diff != "" {
				t.Errorf("repository (-want +got):\n%s", diff)
			}
		})
	}
}

func write(t *testing.T, format template.Format, repositories []template.Repository, scan *posture.ScanRules) string {
	t.Helper()
	got, err := template.Write(format, repositories, scan)
	if err != nil {
		t.Fatal(err)
	}
	return got.Text
}
