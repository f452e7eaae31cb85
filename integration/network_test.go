//go:build integration

package integration

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// network is a network namespace that nothing can leave, with an emulator at port 443 of loopback under names of its own. Clients
// in it reach the emulator as they would reach AWS.
type network struct {
	server      *process
	certificate string // file
}

// enter brings up loopback and the names, and becomes the program.
const enter = `ip link set lo up && mount --bind "$1" /etc/hosts && shift && exec "$@"`

func newNetwork(t *testing.T, names []string) network {
	t.Helper()
	dir := t.TempDir()
	hosts := filepath.Join(dir, "hosts")
	if err := os.WriteFile(hosts, []byte("127.0.0.1 localhost "+strings.Join(names, " ")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	certificate, key := makeCertificate(t, names)
	p, err := start(nil, "unshare", "--net", "--mount", "sh", "-c", enter, "sh", hosts,
		lab.hallmark, "emulator", "--addr", "127.0.0.1:443", "--data", filepath.Join(dir, "data"), "--tls-cert", certificate, "--tls-key", key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	err = p.ready(func() error {
		if !strings.Contains(p.out.String(), "https://127.0.0.1:443") {
			return errors.New("it does not serve yet")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return network{p, certificate}
}

// run runs a program in the network, as a user whose machine trusts the certificate and who has set no endpoint.
func (n network) run(t *testing.T, env []string, name string, args ...string) string {
	t.Helper()
	inside := append([]string{"--target", fmt.Sprint(n.server.cmd.Process.Pid), "--net", "--mount", "--root", "--wd", "--", name}, args...)
	env = append([]string{"AWS_CA_BUNDLE=" + n.certificate, "SSL_CERT_FILE=" + n.certificate, "AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-1"}, env...)
	return command{env: bareEnv(t.TempDir(), env)}.must(t, "nsenter", inside...)
}

// makeCertificate makes a certificate for the names that is its own authority.
func makeCertificate(t *testing.T, names []string) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		DNSNames:              names,
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	public, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return writePEM(t, "CERTIFICATE", public), writePEM(t, "PRIVATE KEY", secret)
}

func writePEM(t *testing.T, kind string, data []byte) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "tls.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
