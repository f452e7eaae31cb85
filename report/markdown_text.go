package report

import (
	"html"
	"net/url"
	"strconv"
	"strings"
)

// prose is foreign text in Markdown: it makes no markup, no HTML, no cell of a table, no link, and mentions nobody. Each character that
// could is written as a reference, which stays text; what follows @ and # is parted from it by a space of no width, since
// GitHub looks for mentions after that (https://github.com/jch/html-pipeline, as in
// https://github.com/renovatebot/renovate/blob/main/lib/util/markdown.ts).
func prose(text string) string {
	return escape(text, true)
}

// code is foreign text set as code, which no mention is looked for in, and that can be copied as it is. Nothing is nothing.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "<code>" + escape(text, false) + "</code>"
}

func escape(text string, mentions bool) string {
	text = strings.TrimSpace(Clean(text))
	var out strings.Builder
	start := 0 // of what has not been written yet
	for i := range len(text) {
		c := text[i]
		if !special(c, text[:i], text[i+1:]) {
			continue
		}
		out.WriteString(text[start:i] + "&#" + strconv.Itoa(int(c)) + ";")
		if mentions && (c == '@' || c == '#') {
			out.WriteString("&#8203;")
		}
		start = i + 1
	}
	if start == 0 {
		return text
	}
	out.WriteString(text[start:])
	return out.String()
}

// special says whether a character between two texts could mean something in Markdown or HTML. All that could are of one byte.
func special(c byte, before, after string) bool {
	switch c {
	case '\\', '`', '*', '_', '{', '}', '[', ']', '<', '>', '(', ')', '#', '!', '|', '~', '&', '"', '\'', '$', '@':
		return true
	case '-', '+', '=': // lists and headings
		return before == ""
	case ':': // addresses and emoji
		return after != "" && after[0] != ' '
	case '.': // numbered lists, and addresses without a scheme
		return strings.Trim(before, "0123456789") == "" && (after == "" || after[0] == ' ') ||
			len(before) >= 3 && strings.EqualFold(before[len(before)-3:], "www")
	default:
		return false
	}
}

// attribute is an address in a quoted attribute of HTML in a table's cell.
func attribute(address string) string {
	return strings.NewReplacer("|", "%7C", "`", "%60", "\n", "%0A", "\r", "%0D", " ", "%20").Replace(html.EscapeString(Clean(address)))
}

// webPage says whether an address may be linked to: nothing but http and https, which run nothing.
func webPage(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// page is where the commit can be seen, on the hosts whose form of it is known; else the source's own page, if it has one.
func (v Revision) page() string {
	u, err := url.Parse(v.Source)
	if err != nil || !webPage(v.Source) || v.Commit == "" {
		return ""
	}
	switch host := u.Hostname(); {
	case strings.Contains(host, "gitlab"):
		return v.Source + "/-/commit/" + v.Commit
	case strings.Contains(host, "bitbucket"):
		return v.Source + "/commits/" + v.Commit
	default: // GitHub, Gitea, Forgejo
		return v.Source + "/commit/" + v.Commit
	}
}
