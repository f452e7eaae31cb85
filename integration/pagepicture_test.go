//go:build integration

package integration

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// TestPictureOfThePageIsThatOfToday holds docs/pictures/page.png against what Chromium draws of the page of a failed gate; -update draws it.
// Fonts differ from machine to machine a little: one pixel of ten may.
func TestPictureOfThePageIsThatOfToday(t *testing.T) {
	dir := t.TempDir()
	hallmark(t, 2, nil, "gate", "--from", ofProject(t, "testdata", "scenario", "critical.json"), "--report", "html="+filepath.Join(dir, "page.html"))
	shot := filepath.Join(dir, "page.png")
	command{env: append(os.Environ(), "HOME="+dir)}.must(t, "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--hide-scrollbars", "--window-size=1000,920", "--user-data-dir="+filepath.Join(dir, "profile"), "--screenshot="+shot, "file://"+filepath.Join(dir, "page.html"))
	picture := ofProject(t, "docs", "pictures", "page.png")
	if *update {
		data, err := os.ReadFile(shot)
		if err == nil {
			err = os.WriteFile(picture, data, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	want, got := readPNG(t, picture), readPNG(t, shot)
	if want.Bounds() != got.Bounds() {
		t.Fatalf("the picture is of %s, the page of %s", want.Bounds(), got.Bounds())
	}
	different, size := 0, want.Bounds().Size()
	for y := range size.Y {
		for x := range size.X {
			if want.At(x, y) != got.At(x, y) {
				different++
			}
		}
	}
	if different > size.X*size.Y/10 {
		t.Errorf("%d pixels of %d differ", different, size.X*size.Y)
	}
}

func readPNG(t *testing.T, file string) image.Image {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return picture
}
