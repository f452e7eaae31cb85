//go:build integration

package integration

import (
	"os"
	"strings"
	"testing"
)

// ecrProfile leaves out what ECR does not offer: other digests than SHA-256, content with a subject, foreign layers.
var ecrProfile = []string{
	"OCI_DATA_SHA512=false", "OCI_API_REFERRER=false", "OCI_DATA_SUBJECT=false", "OCI_DATA_SUBJECT_MISSING=false",
	"OCI_DATA_SUBJECT_LIST=false", "OCI_DATA_NONDISTRIBUTABLE=false",
}

// TestEmulatorConforms runs the conformance program of the OCI distribution specification against the emulator.
func TestEmulatorConforms(t *testing.T) {
	for _, repository := range []string{"conformance/one", "conformance/two"} {
		createRepository(t, lab.ecr, repository, "MUTABLE")
	}
	results := t.TempDir()
	env := append(os.Environ(), "OCI_REGISTRY="+lab.ecr, "OCI_TLS=disabled", "OCI_RESULTS_DIR="+results,
		"OCI_REPO1=conformance/one", "OCI_REPO2=conformance/two", "OCI_USERNAME=AWS", "OCI_PASSWORD="+password(t, lab.ecr))
	o, err := command{dir: results, env: append(env, ecrProfile...)}.run("conformance")
	if err != nil || o.code != 0 {
		t.Fatalf("conformance: exit status %d, %v\n%s%s", o.code, err, o.stdout, o.stderr)
	}
	_, rest, _ := strings.Cut(o.stdout, "OCI Conformance Result")
	summary, _, _ := strings.Cut(rest, "API conformance")
	t.Log("OCI Conformance Result" + strings.TrimSpace(summary))
}
