package source_test

import (
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// colima is the folder of the context "colima": the SHA-256 of its name, as the Docker CLI has it.
const colima = "f24fd3749c1368328e2b149bec149cb6795619f244c5b584e844961215dadd16"

// dockerHome is a configuration of the Docker CLI, which the environment names.
func dockerHome(t *testing.T, files map[string]string) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, variable := range []string{"DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "DOCKER_API_VERSION"} {
		t.Setenv(variable, "")
	}
	t.Setenv("DOCKER_CONFIG", folder)
}

func daemonAPI() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/_ping", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.41") })
	mux.HandleFunc("GET /v1.41/version", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, dockerVersion) })
	return mux
}

func metaOf(host string) string {
	return fmt.Sprintf(`{"Name":"colima","Metadata":{"Description":"colima"},"Endpoints":{"docker":{"Host":%q,"SkipTLSVerify":false}}}`, host)
}

func TestDaemonIsThatOfTheDockerContext(t *testing.T) {
	server := httptest.NewServer(daemonAPI())
	t.Cleanup(server.Close)
	host := "tcp://" + server.Listener.Addr().String()
	meta := "contexts/meta/" + colima + "/meta.json"
	for _, tt := range []struct{ name, config, context string }{
		{name: "chosen by docker context use", config: `{"auths":{},"currentContext":"colima"}`},
		{name: "named by DOCKER_CONTEXT", config: `{"currentContext":"other"}`, context: "colima"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dockerHome(t, map[string]string{"config.json": tt.config, meta: metaOf(host)})
			t.Setenv("DOCKER_CONTEXT", tt.context)
			got, err := source.AskDaemon(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(source.Engine{Name: "Docker", Version: "28.1.1", Host: host}, got); diff != "" {
				t.Errorf("AskDaemon (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDaemonOfADockerContextIsTrustedByItsCertificates(t *testing.T) {
	server := httptest.NewTLSServer(daemonAPI())
	t.Cleanup(server.Close)
	ca := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	dockerHome(t, map[string]string{
		"config.json":                               `{"currentContext":"colima"}`,
		"contexts/meta/" + colima + "/meta.json":    metaOf("tcp://" + server.Listener.Addr().String()),
		"contexts/tls/" + colima + "/docker/ca.pem": ca,
	})
	if _, err := source.AskDaemon(t.Context(), ""); err != nil {
		t.Error(err)
	}
}

func TestDockerHostComesBeforeTheContext(t *testing.T) {
	server := httptest.NewServer(daemonAPI())
	t.Cleanup(server.Close)
	dockerHome(t, map[string]string{"config.json": `{"currentContext":"gone"}`})
	host := "tcp://" + server.Listener.Addr().String()
	t.Setenv("DOCKER_HOST", host)
	got, err := source.AskDaemon(t.Context(), "")
	if err != nil || got.Host != host {
		t.Errorf("AskDaemon: %+v, %v", got, err)
	}
}

func TestDockerContextThatLeadsNowhere(t *testing.T) {
	meta := "contexts/meta/" + colima + "/meta.json"
	for _, tt := range []struct{ name, meta, want string }{
		{"is not there", "", `no Docker or Podman daemon: the Docker context "colima": there is none of that name: docker context ls lists them`},
		{"names no daemon", `{"Endpoints":{}}`, `no Docker or Podman daemon: the Docker context "colima": it names no daemon`},
		{"is no JSON", `{`, `no Docker or Podman daemon: the Docker context "colima": read it: unexpected end of JSON input`},
		{
			"is reached by SSH", metaOf("ssh://someone:secret@build.example.com"),
			`no Docker or Podman daemon: the Docker context "colima": ssh://build.example.com is reached by a command of the Docker CLI: ` +
				`forward its socket, ssh -NL /tmp/docker.sock:/var/run/docker.sock HOST, and set DOCKER_HOST=unix:///tmp/docker.sock`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"config.json": `{"currentContext":"colima"}`}
			if tt.meta != "" {
				files[meta] = tt.meta
			}
			dockerHome(t, files)
			_, err := source.AskDaemon(t.Context(), "")
			var none *source.DaemonError
			if !errors.As(err, &none) {
				t.Fatalf("AskDaemon: %v", err)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}
