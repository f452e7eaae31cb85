package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// columns are those of the terminal that pictures show.
const columns = 80

// onTerminal runs a program on a terminal and gives all that it wrote there.
func onTerminal(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	master, slave, err := openTerminal()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	if err := errors.Join(cmd.Start(), slave.Close()); err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(master)
	if err != nil && !errors.Is(err, syscall.EIO) { // what reading gives when nobody has the other end any more
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out)
}

// openTerminal makes a terminal of 80 columns and 24 lines (pty(7)).
func openTerminal() (master, slave *os.File, err error) {
	if master, err = os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		return nil, nil, err
	}
	var unlocked, number int32
	size := [4]uint16{24, columns}
	for _, request := range []struct {
		what uintptr
		with unsafe.Pointer
	}{{syscall.TIOCSPTLCK, unsafe.Pointer(&unlocked)}, {syscall.TIOCGPTN, unsafe.Pointer(&number)}, {syscall.TIOCSWINSZ, unsafe.Pointer(&size)}} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, master.Fd(), request.what, uintptr(request.with)); errno != 0 {
			return nil, nil, errors.Join(fmt.Errorf("ioctl %#x: %w", request.what, errno), master.Close())
		}
	}
	if slave, err = os.OpenFile("/dev/pts/"+strconv.Itoa(int(number)), os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		return nil, nil, errors.Join(err, master.Close())
	}
	return master, slave, nil
}

// span is a run of characters in one style, which is what stands between ESC [ and m.
type span struct{ style, text string }

// control is a sequence that changes what comes after it or what is there (ECMA-48).
var control = regexp.MustCompile(`^\x1b\[([0-9;?]*)([A-Za-z])`)

// screen is what is left to see of what a program wrote, without the lengths of lines: a terminal would break them at its edge. It knows the
// sequences that the program uses: colours, up, and erasing to the end.
func screen(t *testing.T, out string) [][]span {
	t.Helper()
	lines, at, style := [][]span{nil}, 0, ""
	for out != "" {
		c := control.FindStringSubmatch(out)
		if c == nil {
			end := max(strings.IndexAny(out[1:], "\x1b\r\n")+1, 1)
			if !strings.ContainsAny(out[1:], "\x1b\r\n") {
				end = len(out)
			}
			switch text := out[:end]; out[0] {
			case '\r':
				out = out[1:]
			case '\n':
				if at++; at == len(lines) {
					lines = append(lines, nil)
				}
				out = out[1:]
			default:
				lines[at] = append(lines[at], span{style, text})
				out = out[end:]
			}
			continue
		}
		switch out = out[len(c[0]):]; c[2] {
		case "m":
			style = strings.TrimPrefix(c[1], "0")
		case "A":
			up, _ := strconv.Atoi(c[1]) // without a number it is one
			at = max(at-max(up, 1), 0)
		case "J":
			lines = append(lines[:at], nil)
		default:
			t.Fatalf("the terminal does not know %q", c[0])
		}
	}
	return lines
}
