// Run runs a command to its end and tells what it took: seconds, the most memory that it and its children held at once, the most
// temporary disk, and seconds of processor time. It changes nothing about the command.
//
//	run --result FILE [--temp DIR]… [--with PID] COMMAND [ARG…]
//
// FILE gets one line of the four numbers, in bytes and seconds, parted by tabs. The exit status is the command's.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
)

func main() {
	status, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "run:", err)
		status = 125
	}
	os.Exit(status)
}

func run(args []string) (status int, err error) {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	result := flags.String("result", "", "`FILE` that gets the numbers")
	var watch Watch
	flags.Func("temp", "`DIR` of temporary files to watch (repeatable)", func(dir string) error {
		watch.Temp = append(watch.Temp, dir)
		return nil
	})
	flags.Func("with", "`PID` of a service that works for the command (repeatable)", func(pid string) error {
		id, err := strconv.Atoi(pid)
		watch.With = append(watch.With, id)
		return err
	})
	if err := flags.Parse(args); err != nil {
		return 0, err
	}
	if flags.NArg() == 0 || *result == "" {
		return 0, errors.New("want --result FILE and a command")
	}
	cmd := exec.Command(flags.Arg(0), flags.Args()[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	took, err := watch.Run(cmd)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, err
	}
	line := fmt.Sprintf("%.3f\t%d\t%d\t%.2f\n", took.Wall.Seconds(), took.Memory, took.Disk, took.CPU.Seconds())
	return cmd.ProcessState.ExitCode(), os.WriteFile(*result, []byte(line), 0o644)
}
