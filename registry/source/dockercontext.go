package source

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/moby/client"
)

// defaultContext is what the Docker CLI calls the daemon at the usual place.
const defaultContext = "default"

// contextOptions reach the daemon of the Docker CLI's context: the one that DOCKER_CONTEXT names, or that docker context use has chosen. That
// is how Colima, Rancher Desktop, OrbStack and rootless Docker have their daemons found. There are none for the usual place, and where
// DOCKER_HOST is set, which comes first (https://docs.docker.com/engine/manage-resources/contexts/).
func contextOptions() ([]client.Opt, error) {
	if os.Getenv(client.EnvOverrideHost) != "" {
		return nil, nil
	}
	folder, err := dockerFolder()
	if err != nil {
		return nil, nil // without a home there is no choice to be found
	}
	name := cmp.Or(os.Getenv("DOCKER_CONTEXT"), currentContext(folder), defaultContext)
	if name == defaultContext {
		return nil, nil
	}
	id := sha256.Sum256([]byte(name))
	endpoint, err := contextEndpoint(folder, name, hex.EncodeToString(id[:]))
	if err != nil {
		return nil, fmt.Errorf("the Docker context %q: %w", name, err)
	}
	return endpoint, nil
}

// dockerFolder is where the Docker CLI keeps its configuration.
func dockerFolder() (string, error) {
	if folder := os.Getenv("DOCKER_CONFIG"); folder != "" {
		return folder, nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".docker"), err
}

// currentContext is the context that is chosen; empty where none is, or the configuration cannot be read: the Docker CLI goes on then too.
func currentContext(folder string) string {
	data, err := os.ReadFile(filepath.Join(folder, "config.json"))
	if err != nil {
		return ""
	}
	var config struct {
		CurrentContext string `json:"currentContext"`
	}
	if err := json.Unmarshal(data, &config); err != nil {
		return ""
	}
	return config.CurrentContext
}

// contextEndpoint reads where the daemon of a context is, and the certificates that are kept for it.
func contextEndpoint(folder, name, id string) ([]client.Opt, error) {
	data, err := os.ReadFile(filepath.Join(folder, "contexts", "meta", id, "meta.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("there is none of that name: docker context ls lists them")
	}
	if err != nil {
		return nil, err
	}
	var meta struct {
		Endpoints struct {
			Docker struct{ Host string } `json:"docker"`
		}
	}
	if err := json.Unmarshal(data, &meta); err != nil {
		return nil, fmt.Errorf("read it: %w", err)
	}
	host := meta.Endpoints.Docker.Host
	switch {
	case host == "":
		return nil, errors.New("it names no daemon")
	case strings.HasPrefix(host, "ssh://"):
		return nil, fmt.Errorf("%s is reached by a command of the Docker CLI: forward its socket, ssh -NL /tmp/docker.sock:/var/run/docker.sock HOST, and set DOCKER_HOST=unix:///tmp/docker.sock", withoutCredential(host))
	}
	options := []client.Opt{client.WithHost(withoutCredential(host))}
	files := filepath.Join(folder, "contexts", "tls", id, "docker")
	if _, err := os.Stat(files); err == nil {
		options = append(options, client.WithTLSClientConfig(certificate(files, "ca.pem"), certificate(files, "cert.pem"), certificate(files, "key.pem")))
	}
	return options, nil
}

// certificate is a file of a context; empty when it has none such.
func certificate(folder, name string) string {
	file := filepath.Join(folder, name)
	if _, err := os.Stat(file); err != nil {
		return ""
	}
	return file
}
