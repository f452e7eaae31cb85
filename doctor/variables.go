package doctor

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Variables are the names of those that say where requests go.
func Variables() []string { return append(proxies(), endpoints()...) }

func proxies() []string {
	return []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"}
}

func endpoints() []string {
	return []string{
		"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_ECR", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_INSPECTOR2",
		"AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_CA_BUNDLE",
	}
}

// variables checks what leads requests elsewhere than to AWS's own addresses.
func variables(set []Variable) []Check {
	return []Check{variablesOf("proxy", "none is set", proxies(), set), variablesOf("endpoint", "AWS's own", endpoints(), set)}
}

func variablesOf(name, none string, names []string, set []Variable) Check {
	check := Check{Name: name, Status: OK}
	var found []string
	for _, v := range set {
		if !slices.Contains(names, v.Name) {
			continue
		}
		text, problem := v.shown()
		if problem != "" {
			check.Status, check.Mend = Warning, problem
		}
		found = append(found, v.Name+"="+text)
	}
	check.Found = strings.Join(found, ", ")
	if len(found) == 0 {
		check.Found = none
	}
	return check
}

// shown is the value as it may be shown: of an address nothing but where it is, since it may have a password in it.
func (v Variable) shown() (text, problem string) {
	if !strings.HasPrefix(v.Name, "AWS_ENDPOINT_URL") && !strings.HasSuffix(strings.ToLower(v.Name), "p_proxy") && !strings.HasSuffix(strings.ToLower(v.Name), "ps_proxy") {
		return v.Value, ""
	}
	at, err := url.Parse(v.Value)
	if err == nil && at.Host == "" {
		at, err = url.Parse("//" + v.Value) // a proxy may be named without a scheme
	}
	if err != nil || at.Host == "" {
		return "…", v.Name + " is no address"
	}
	text = (&url.URL{Scheme: at.Scheme, Host: at.Host}).String()
	if at.Scheme == "http" && strings.HasPrefix(v.Name, "AWS_") && !isLoopback(at.Hostname()) {
		problem = fmt.Sprintf("%s is not encrypted: write https://%s", v.Name, at.Host)
	}
	return strings.TrimPrefix(text, "//"), problem
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}
