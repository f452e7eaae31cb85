package tagger

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// scpForm is the short form of an SSH remote: user@host:path.
var scpForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:[A-Za-z0-9._-]+@)?([A-Za-z0-9.-]+):([^/].*|/[^/].*)$`)
})

// SourceURL is the address of a repository for people: https, without credentials, SSH's port and .git. A remote that has no
// such address, a path or file://, gives nothing.
func SourceURL(remote string) string {
	remote = strings.TrimSpace(remote)
	u, err := url.Parse(remote)
	if err != nil || u.Host == "" || !strings.Contains(remote, "://") {
		parts := scpForm().FindStringSubmatch(remote)
		if parts == nil || strings.Contains(remote, "://") || len(parts[1]) == 1 { // one letter is a Windows drive
			return ""
		}
		u = &url.URL{Host: parts[1], Path: "/" + strings.TrimPrefix(parts[2], "/")}
	}
	host := u.Host
	switch u.Scheme {
	case "file":
		return ""
	case "ssh", "git+ssh", "ssh+git", "git":
		host = u.Hostname() // its port is not the web's
	}
	path := strings.TrimSuffix(strings.TrimRight(u.Path, "/"), ".git")
	if host == "" || path == "" {
		return ""
	}
	return (&url.URL{Scheme: "https", Host: host, Path: path}).String()
}
