package source_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// inspected20 is what Docker 20.10 says of docker20.tar, without what is not read. Its store has the config's digest for an id.
const inspected20 = `{"Id":"` + string(config20) + `","RepoTags":["local/fx:1"],"Os":"linux","Architecture":"amd64",` +
	`"Config":{"Labels":{"org.opencontainers.image.source":"https://example.com/octo/app"}},"RootFS":{"Type":"layers","Layers":[` +
	`"sha256:ee18a5025778a6605f49f80945e2a016020a5ed6b0fc000a706e9217648aa205","sha256:3bcb21374d47b869be3ee608c7bee2fa8459505faa9913a921f250ce90a1fda1"]}}`

// Parts of what daemons with one store and the other say of themselves.
const (
	overlayInfo    = `{"Driver":"overlay2","DriverStatus":[["Backing Filesystem","extfs"],["Supports d_type","true"]]}`
	containerdInfo = `{"Driver":"overlayfs","DriverStatus":[["driver-type","io.containerd.snapshotter.v1"]]}`
)

// daemon serves the part of the Engine API that saves images, as Docker 20.10 and Podman answer it, for the one image local/fx:1.
// save writes the archive.
func daemon(t *testing.T, save http.HandlerFunc) (host string) {
	t.Helper()
	return daemonOf(t, inspected20, overlayInfo, save)
}

// daemonOf is a daemon that says other things. Without an info it allows nobody to ask for it.
func daemonOf(t *testing.T, inspected, info string, save http.HandlerFunc) (host string) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/_ping", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.41") })
	mux.HandleFunc("GET /v1.41/info", func(w http.ResponseWriter, _ *http.Request) {
		if info == "" {
			w.WriteHeader(http.StatusForbidden)
		}
		io.WriteString(w, info)
	})
	mux.HandleFunc("GET /v1.41/images/local/fx:1/json", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, inspected) })
	mux.HandleFunc("GET /v1.41/images/get", func(w http.ResponseWriter, r *http.Request) {
		if diff := cmp.Diff([]string{"local/fx:1"}, r.URL.Query()["names"]); diff != "" {
			t.Errorf("names asked for (-want +got):\n%s", diff)
		}
		w.Header().Set("Content-Type", "application/x-tar")
		save(w, r)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, `{"message":"No such image: `+strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/v1.41/images/"), "/json")+`"}`)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return "tcp://" + server.Listener.Addr().String()
}

func sends(data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.Write(data) }
}

func TestDaemonSavesAnImage(t *testing.T) {
	data := read(t, "testdata/archives/docker20.tar")
	t.Run("of the host in the environment", func(t *testing.T) {
		t.Setenv("DOCKER_HOST", daemon(t, sends(data)))
		if diff := cmp.Diff(docker20, look(t, open(t, "local/fx:1", source.Options{}))); diff != "" {
			t.Errorf("image (-want +got):\n%s", diff)
		}
	})
	t.Run("of the host in the options", func(t *testing.T) {
		t.Setenv("DOCKER_HOST", refusing(t))
		if diff := cmp.Diff(docker20, look(t, open(t, "docker:local/fx:1", source.Options{DockerHost: daemon(t, sends(data))}))); diff != "" {
			t.Errorf("image (-want +got):\n%s", diff)
		}
	})
}

// refusing is an address where nothing listens.
func refusing(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "tcp://" + l.Addr().String()
}

func TestDaemonErrors(t *testing.T) {
	data := read(t, "testdata/archives/docker20.tar")
	good := daemon(t, sends(data))
	for _, tt := range []struct {
		name, host, image, want string
		as                      any
	}{
		{"no such image", good, "local/fx:2", `the daemon has no image "local/fx:2"`, new(*source.NotFoundError)},
		{"a name that is none", good, "local/FX 1", `the daemon has no image "local/FX 1"`, new(*source.NotFoundError)},
		{"no socket", "unix:///nonexistent/docker.sock", "local/fx:1",
			"no Docker or Podman daemon: failed to connect to the docker API at unix:///nonexistent/docker.sock; check if the path is correct and if the daemon is running: dial unix /nonexistent/docker.sock: connect: no such file or directory",
			new(*source.DaemonError)},
		{"no address", "nonsense", "local/fx:1", "no Docker or Podman daemon: unable to parse docker host `nonsense`", new(*source.DaemonError)},
		{"a connection that is cut half way", daemon(t, cut(data[:len(data)/2])), "local/fx:1", `image "local/fx:1" of the daemon cannot be read to its end: unexpected EOF`, new(*source.FormatError)},
		{"an answer that is no archive", daemon(t, sends([]byte("content"))), "local/fx:1", `image "local/fx:1" of the daemon is not a tar archive`, new(*source.FormatError)},
		{"a fault of the daemon", daemon(t, fails), "local/fx:1", `save image "local/fx:1": Error response from daemon: no space left on device`, new(error)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := openError(t, "docker:"+tt.image, source.Options{DockerHost: tt.host})
			wantError(t, err, tt.want)
			if !errors.As(err, tt.as) {
				t.Errorf("Open: %T, want a %T", err, tt.as)
			}
		})
	}
	t.Run("no daemon", func(t *testing.T) {
		host := refusing(t)
		err := openError(t, "docker:local/fx:1", source.Options{DockerHost: host})
		wantError(t, err, "no Docker or Podman daemon: Cannot connect to the Docker daemon at "+host+". Is the docker daemon running?")
		if !errors.As(err, new(*source.DaemonError)) {
			t.Errorf("Open: %T, want a DaemonError", err)
		}
	})
}

// cut sends some bytes and breaks off the connection.
func cut(data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Write(data)
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

func fails(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusInternalServerError)
	io.WriteString(w, "no space left on device")
}

func TestDaemonStopsWhenTheContextEnds(t *testing.T) {
	data := read(t, "testdata/archives/docker20.tar")
	ctx, cancel := context.WithCancel(t.Context())
	host := daemon(t, func(w http.ResponseWriter, r *http.Request) {
		w.Write(data[:1024])
		http.NewResponseController(w).Flush()
		cancel()
		<-r.Context().Done()
	})
	dir := t.TempDir()
	image, err := source.Open(ctx, parse(t, "docker:local/fx:1"), source.Options{DockerHost: host, TempDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer image.Close()
	for range 2 { // while it is read, and before
		if err := image.Read(ctx, source.KeepAll(dir)); !errors.Is(err, context.Canceled) {
			t.Errorf("Read: %v, want that it was cancelled", err)
		}
		nothingLeft(t, dir)
	}
	if _, err := source.Open(ctx, parse(t, "docker:local/fx:1"), source.Options{DockerHost: host}); !errors.Is(err, context.Canceled) {
		t.Errorf("Open: %v, want that it was cancelled", err)
	}
}
