package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate/policyfile"
	"github.com/hallmark-ci/hallmark/registry/emulator"
	"github.com/hallmark-ci/hallmark/registry/posture"
)

// runs types the commands of a block, with an empty repository shop/api, and compares what they print with testdata/docs/NAME.txt. The
// commands of before are typed first.
func runs(name string, before ...string) check {
	return func(t *testing.T, b block) {
		r := newReader(t)
		r.create(t, "shop/api")
		if len(before) > 0 {
			r.try(t, before)
		}
		got, file := r.try(t, commandsOf(b.text)), filepath.Join("testdata", "docs", name+".txt")
		if *update {
			writeFile(t, file, got, 0o644)
		}
		if diff := cmp.Diff(readFile(t, file), got); diff != "" {
			t.Errorf("%s:%d (-%s +printed):\n%s", b.file, b.line, file, diff)
		}
	}
}

// shows types the commands of a block that shows what they print.
func shows(t *testing.T, b block) {
	r := newReader(t)
	var commands []string
	for line := range strings.Lines(b.text) {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			commands = append(commands, strings.TrimSuffix(command, "\n"))
		}
	}
	if diff := cmp.Diff(b.text, r.try(t, commands)); diff != "" {
		t.Errorf("%s:%d (-shown +printed):\n%s", b.file, b.line, diff)
	}
}

// heldBy says that another test reads the block from its document.
func heldBy(file, test string) check {
	return func(t *testing.T, b block) {
		source := readFile(t, file)
		if !strings.Contains(source, "\nfunc "+test+"(t *testing.T) {") {
			t.Errorf("%s has no %s", file, test)
		}
		if name := filepath.Base(b.file); !strings.Contains(source, `"`+name+`"`) {
			t.Errorf("%s does not read %s", file, name)
		}
	}
}

// notRun says why a block cannot be run.
func notRun(reason string) check {
	return func(t *testing.T, b block) {
		if strings.Contains(b.text, "hallmark ") {
			t.Errorf("%s:%d runs hallmark, and is not tried: %s", b.file, b.line, reason)
		}
	}
}

// policy reads a policy for the gate.
func policy(t *testing.T, b block) {
	if _, err := policyfile.Effective(policyfile.Options{Own: policyfile.File{Name: b.file, Data: []byte(b.text)}, Now: time.Now()}); err != nil {
		t.Error(err)
	}
}

// wantedSettings reads the section posture of a configuration.
func wantedSettings(t *testing.T, b block) {
	if _, err := posture.ReadConfig(b.file, []byte(b.text)); err != nil {
		t.Error(err)
	}
}

// scenario reads a scenario of the emulator, beside the answers that documents speak of.
func scenario(t *testing.T, b block) {
	r := newReader(t)
	r.put(t, map[string]string{"scenario.yaml": b.text})
	read, err := emulator.ReadScenario(filepath.Join(r.dir, "scenario.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	e, err := emulator.New(emulator.Options{Scenario: read})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

// configuration has a push read the block as .hallmark.yaml, and wants the files that it names.
func configuration(t *testing.T, b block) {
	r := newReader(t)
	r.create(t, "shop/api")
	r.put(t, map[string]string{".hallmark.yaml": b.text})
	r.command(t, "hallmark", "push", "image.tar", "--repository", "shop/api")
	for _, named := range regexp.MustCompile(`(?m)^ +- [a-z]+=(\S+)$`).FindAllStringSubmatch(b.text, -1) {
		if _, err := os.Stat(filepath.Join(r.dir, named[1])); err != nil {
			t.Error(err)
		}
	}
}

// keysOf compares the keys of a document that is shown with those of what a command prints.
func keysOf(command string) check {
	return func(t *testing.T, b block) {
		r := newReader(t)
		r.create(t, "shop/api")
		cmd := exec.Command("bash", "-c", command+" --tag type=raw,value=latest 2>/dev/null")
		cmd.Dir, cmd.Env = r.dir, r.env
		printed, _ := cmd.Output() // its exit status is for what it finds
		var want, got any
		for text, into := range map[string]*any{b.text: &want, string(printed): &got} {
			if err := json.Unmarshal([]byte(text), into); err != nil {
				t.Fatalf("%v in %s", err, text)
			}
		}
		if diff := cmp.Diff(keys("", want), keys("", got)); diff != "" {
			t.Errorf("%s:%d (-shown +printed):\n%s", b.file, b.line, diff)
		}
	}
}

// keys are the paths of all keys in a document, each once.
func keys(path string, node any) []string {
	var all []string
	switch node := node.(type) {
	case map[string]any:
		for key, value := range node {
			all = append(append(all, path+"."+key), keys(path+"."+key, value)...)
		}
	case []any:
		for _, item := range node {
			all = append(all, keys(path+"[]", item)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// namesAFile wants the file that an editor is pointed at.
func namesAFile(t *testing.T, b block) {
	_, file, found := strings.Cut(strings.TrimSpace(b.text), "$schema=")
	if _, err := os.Stat(file); !found || err != nil {
		t.Error(err)
	}
}

// benchmarks, which take minutes, are only asked for the flags and cases that are shown. bench/counts is run for every change.
func benchmarks(t *testing.T, b block) {
	usage, err := exec.Command("bash", "bench/compare", "--help").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range commandsOf(b.text) {
		shown, _, _ := strings.Cut(command, "#")
		words := strings.Fields(shown)
		if _, err := os.Stat(words[0]); err != nil {
			t.Error(err)
		}
		for _, word := range words[1:] {
			if word != "--help" && !regexp.MustCompile(`^[0-9]+$`).MatchString(word) && !strings.Contains(string(usage), word) {
				t.Errorf("%s does not know %s", words[0], word)
			}
		}
	}
}

// predicate wants of a statement what is cut out of it, and the type that it is signed as. No signer runs here.
func predicate(t *testing.T, b block) {
	r := newReader(t)
	r.create(t, "shop/api")
	r.command(t, "hallmark", "push", "image.tar", "--repository", "shop/api", "--report", "svr=statement.json")
	var statement struct {
		PredicateType string
		Predicate     map[string]any
	}
	if err := json.Unmarshal([]byte(readFile(t, r.dir, "statement.json")), &statement); err != nil {
		t.Fatal(err)
	}
	if statement.Predicate == nil || !strings.Contains(b.text, "jq .predicate statement.json") || !strings.Contains(b.text, "--type "+statement.PredicateType+" ") {
		t.Errorf("the statement is of type %s, and the block is\n%s", statement.PredicateType, b.text)
	}
}
