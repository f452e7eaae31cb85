package tagger_test

import "testing"

func TestTagOutranked(t *testing.T) {
	tests := []struct {
		name, rule, flavor, tag string
		names                   []string
		want                    string
	}{
		{"a higher version of the line", "type=semver,pattern={{major}}", "", "1", []string{"v1.5.0", "v1.6.0"}, "v1.6.0"},
		{"a higher version of another line", "type=semver,pattern={{major}}", "", "1", []string{"v2.0.0"}, ""},
		{"a lower version of the line", "type=semver,pattern={{major}}.{{minor}}", "", "1.4", []string{"v1.4.8"}, ""},
		{"the same version", "type=semver,pattern={{major}}", "", "1", []string{"v1.4.9"}, ""},
		{"a pre-release does not count", "type=semver,pattern={{major}}", "", "1", []string{"v1.5.0-rc.1"}, ""},
		{"what is no version does not count", "type=semver,pattern={{major}}", "", "1", []string{"nightly", "1", "20260101"}, ""},
		{"names of images with the rule's prefix", "type=semver,pattern={{major}},prefix=app-", "", "app-1", []string{"app-1.5.0"}, "app-1.5.0"},
		{"latest follows every release", "type=semver,pattern={{version}}", "latest=auto", "latest", []string{"v2.0.0"}, "v2.0.0"},
		{"latest follows names of images with the rule's prefix", "type=semver,pattern={{version}},prefix=app-", "latest=auto", "latest", []string{"app-1.5.0"}, "app-1.5.0"},
		{"latest written down follows the run's version", "type=semver,pattern={{version}}\ntype=raw,value=latest", "", "latest", []string{"v2.0.0"}, "v2.0.0"},
		{"a Git tag of the same part", "type=semver,pattern={{major}},tag-prefix=app/", "", "1", []string{"app/v1.5.0"}, "app/v1.5.0"},
		{"a Git tag of another part", "type=semver,pattern={{major}},tag-prefix=app/", "latest=auto", "latest", []string{"web/v1.5.0"}, ""},
		{"pep440 in its own order", "type=pep440,pattern={{major}}", "", "1", []string{"1.4.10rc1", "1.4.10", "1.10"}, "1.10"},
		{"a match that gives the same name", `type=match,pattern=v(\d),group=1`, "", "1", []string{"v1.4.8", "v2.0.0", "v1.5.0", "1.9.0"}, "v1.5.0"},
		{"latest of a match", `type=match,pattern=v(.*),group=1`, "latest=auto", "latest", []string{"v1.5.0"}, "v1.5.0"},
		{"latest without a version is never outranked", "type=raw,value=latest", "", "latest", []string{"v2.0.0"}, ""},
		{"a full version is never outranked", "type=semver,pattern={{version}}", "", "1.4.9", []string{"v2.0.0"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, _, err := derive(t, tagged("v1.4.9", "app/v1.4.9"), test.rule, test.flavor)
			if err != nil {
				t.Fatal(err)
			}
			for _, tag := range d.Tags {
				if tag.String() != test.tag {
					continue
				}
				if got, _ := tag.Outranked(test.names); got != test.want {
					t.Errorf("%s.Outranked(%q) = %q, want %q", tag, test.names, got, test.want)
				}
				return
			}
			t.Errorf("no tag %q in %v", test.tag, d.Tags)
		})
	}
}
