package tagger

import "testing"

func TestCompilePattern(t *testing.T) {
	tests := []struct{ name, pattern, text, want string }{
		{"a plain one", `v(\d+)`, "v12", "v12"},
		{"one with flags", `/^V(\d)$/ig`, "v1", "v1"},
		{"a slash inside", `/a\/b/`, "a/b", "a/b"},
		{"a letter that needs no escape", `\a\z\_\Q`, "az_Q", "az_Q"},
		{"a bracket in a class", `[[a]+`, "[a[", "[a["},
		{"a class that ends at its first bracket", `[[:x]]`, ":]", ":]"},
		{"a class of nothing", `x[]|y`, "y", "y"},
		{"a class of everything", "a[^]b", "a\nb", "a\nb"},
		{"a backspace in a class", `[\b]`, "\b", "\b"},
		{"a code point", `\u0041\u{42}\x43\cJ`, "ABC\n", "ABC\n"},
		{"a named group", `(?<year>\d{4})`, "2024", "2024"},
		{"a category", `\p{L}+`, "日", "日"},
		{"the end is the end", `a$`, "a\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			re, err := compilePattern(whole(test.pattern))
			if err != nil {
				t.Fatal(err)
			}
			if got := re.FindString(test.text); got != test.want {
				t.Errorf("compilePattern(%q) finds %q in %q, want %q", test.pattern, got, test.text, test.want)
			}
		})
	}
}
