package tagger

import (
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // rows name zones that a machine may not have

	"github.com/google/go-cmp/cmp"
)

func TestFormatMoment(t *testing.T) {
	data, err := os.ReadFile("testdata/moment.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		at, err := time.Parse(time.RFC3339, row[0])
		if err != nil {
			t.Fatal(err)
		}
		zone, err := loadZone(row[1])
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(row[3], formatMoment(at.In(zone), row[2])); diff != "" {
			t.Errorf("formatMoment(%s in %s, %q) (-want +got):\n%s", row[0], row[1], row[2], diff)
		}
	}
}

func TestLoadZoneRefuses(t *testing.T) {
	for _, name := range []string{"", "Local", "local", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "Asia/Tokio"} {
		if zone, err := loadZone(name); err == nil {
			t.Errorf("loadZone(%q) = %s", name, zone)
		}
	}
}

// Whatever a format holds, a date is written, and no format makes much of little.
func FuzzFormatMoment(f *testing.F) {
	for _, format := range []string{"", "YYYY-MM-DD", "[a[b]", `\\`, "LLLLL", "gggggGGGGG", "DDDDo", "\xff"} {
		f.Add(format, int64(1577836800))
	}
	f.Fuzz(func(t *testing.T, format string, seconds int64) {
		at := time.Unix(seconds%253402300800, 0).UTC() // to the year 9999
		if got := formatMoment(at, format); len(got) > 50*(len(format)+1) {
			t.Errorf("formatMoment(%s, %q) has %d bytes", at, format, len(got))
		}
	})
}
