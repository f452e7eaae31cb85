package main

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/hallmark-ci/hallmark/gate"
)

// What is written is an answer as far as the gate is concerned: whole, and of as many findings as asked for.
func TestAnswersAreWhole(t *testing.T) {
	for _, image := range []Image{{Findings: 100, Platforms: 3, Pages: 7}, {Findings: 100, Platforms: 3, Pages: 7, Shared: true}, {Findings: 0, Platforms: 1, Pages: 2}} {
		t.Run(fmt.Sprint(image), func(t *testing.T) {
			var all gate.Collection
			answers := image.Answers()
			for _, answer := range answers {
				data, err := json.Marshal(answer)
				if err != nil {
					t.Fatal(err)
				}
				parsed, err := gate.ParseAnswers(data)
				if err != nil {
					t.Fatal(err)
				}
				if err := all.Add(parsed[0]); err != nil {
					t.Fatal(err)
				}
			}
			scan, listed := all.Scan(), 0
			for _, platform := range scan.Platforms {
				if problem := platform.Problem(); problem != "" || !platform.Counted() {
					t.Errorf("%s: %q", platform.Digest, problem)
				}
				for _, n := range platform.Listed {
					listed += n
				}
			}
			if listed != image.Findings || len(scan.Platforms) != image.Platforms || len(answers) != image.Pages {
				t.Errorf("%d findings of %d platforms on %d pages", listed, len(scan.Platforms), len(answers))
			}
		})
	}
}
