package cli

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/registry/emulator"
)

func (p *program) emulatorCommand() *cli.Command {
	return &cli.Command{
		Name:  "emulator",
		Usage: "serve an ECR on this machine, API and registry at one address",
		Description: "Any ECR client works against it: set AWS_ENDPOINT_URL_ECR to the address it prints, with any\n" +
			"AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION.",
		Flags: append([]cli.Flag{
			textFlag(categoryImage, "addr", "127.0.0.1:5100", "`HOST:PORT` to listen at"),
			textFlag(categoryImage, "data", "", "`DIR` to keep repositories in (default: a temporary one)"),
			textFlag(categoryImage, "scenario", "", "`FILE` that says how it answers"),
			textFlag(categoryImage, "at", "", "carry lifecycle policies out as of this `TIME`, a second after a push: a date, RFC 3339, or +30d"),
			textFlag(categoryImage, "tls-cert", "", "serve TLS with this certificate `FILE`"),
			textFlag(categoryImage, "tls-key", "", "key `FILE` of the certificate"),
		}, outputFlags()...),
		Action: p.command(p.emulator),
	}
}

func (p *program) emulator(c *cli.Context) error {
	if c.Args().Present() {
		return &UsageError{Problem: fmt.Sprintf("unexpected argument %q", c.Args().First()), Hint: "a scenario is given by --scenario FILE"}
	}
	options, err := p.emulatorOptions(c)
	if err != nil {
		return err
	}
	config, err := serverTLS(c.String("tls-cert"), c.String("tls-key"))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.String("addr"))
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	e, err := emulator.New(options)
	if err != nil {
		return err
	}
	defer e.Close()
	scheme := "http"
	if config != nil {
		scheme, listener = "https", tls.NewListener(listener, config)
	}
	address := scheme + "://" + listener.Addr().String()
	p.say.Say("serving ECR at %s; stop it with Ctrl-C", address)
	p.say.Say("use it with: export AWS_ENDPOINT_URL_ECR=%s AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test", address)
	if _, err := fmt.Fprintln(p.Out, address); err != nil {
		return fmt.Errorf("write address: %w", err)
	}
	return e.Serve(c.Context, listener)
}

// emulatorOptions reads how the emulator answers.
func (p *program) emulatorOptions(c *cli.Context) (emulator.Options, error) {
	options := emulator.Options{Data: c.String("data")}
	var err error
	if options.Scenario, err = readScenario(c.String("scenario")); err != nil {
		return options, err
	}
	if c.Bool("verbose") {
		options.Log = p.Err
	}
	now := p.clock()
	at, err := evaluationTime(c.String("at"), now)
	if options.Ahead = at.Sub(now); err == nil && options.Ahead < 0 {
		err = &UsageError{Problem: "--at is " + quote(c.String("at")) + ", which is past", Hint: "images are pushed now: name a time to come, such as +30d"}
	}
	return options, err
}

func serverTLS(cert, key string) (*tls.Config, error) {
	if cert == "" && key == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, &UsageError{Problem: fmt.Sprintf("load TLS certificate: %v", err), Hint: "--tls-cert and --tls-key go together"}
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}

func readScenario(file string) (*emulator.Scenario, error) {
	if file == "" {
		return nil, nil
	}
	scenario, err := emulator.ReadScenario(file)
	if err != nil {
		return nil, &UsageError{Problem: err.Error()}
	}
	return scenario, nil
}

// embedEmulator starts an emulator in this process, for one run, and points the run at it.
func (p *program) embedEmulator(ctx context.Context, ask *pushAsk) (stop func(), err error) {
	scenario, err := readScenario(ask.emulator.Text)
	if err != nil {
		return nil, err
	}
	e, err := emulator.New(emulator.Options{Scenario: scenario})
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := e.Serve(ctx, listener); err != nil {
			p.say.Warn("emulator: %v", err)
		}
	}()
	ask.host = "" // a trial run of a push to any registry goes here
	ask.api = ecr.Options{Endpoint: "http://" + listener.Addr().String(), AccessKeyID: "emulator", SecretAccessKey: "emulator", Region: "us-east-1"}
	p.say.Say("emulated ECR at %s, gone when this run ends", listener.Addr())
	return func() { cancel(); <-done; e.Close() }, nil
}
