package source_test

import (
	"archive/tar"
	"bytes"
	"path/filepath"
	"testing"

	"github.com/hallmark-ci/hallmark/registry/source"
)

func TestDockerArchivesThatAreWrong(t *testing.T) {
	base, config := legacy(t, []byte("one"), []byte("two"))
	changed := func(change func(b bundle)) bundle {
		b := bundle{}
		for name, content := range base {
			b[name] = content
		}
		change(b)
		return b
	}
	file := config.Encoded() + ".json"
	image := savedImage{Config: file, RepoTags: []string{"shop/api:1"}, Layers: []string{"a/layer.tar", "b/layer.tar"}}
	with := func(content string) func(bundle) { return func(b bundle) { b[file] = []byte(content) } }
	link := func(name, target string, typeflag byte) tar.Header {
		return tar.Header{Typeflag: typeflag, Name: name, Linkname: target}
	}
	for _, tt := range []struct {
		name   string
		bundle bundle
		more   []tar.Header
		want   string
	}{
		{"a broken manifest.json", changed(func(b bundle) { b["manifest.json"] = []byte("[{") }), nil, "has a manifest.json that cannot be read: unexpected end of JSON input"},
		{"an empty manifest.json", changed(func(b bundle) { b["manifest.json"] = nil }), nil, "has a manifest.json that cannot be read: unexpected end of JSON input"},
		{"a manifest.json without images", changed(func(b bundle) { b.saved(t) }), nil, "has an empty manifest.json"},
		{"a huge manifest.json", changed(func(b bundle) { b["manifest.json"] = make([]byte, 4<<20+1) }), nil,
			"holds no image that can be used: manifest.json has 4194305 bytes, and 4194304 are the most it may have"},
		{"two images", changed(func(b bundle) {
			b.saved(t, image, savedImage{Config: "other.json", RepoTags: []string{"shop/web:1", "shop/web:2"}})
		}), nil, "holds several images, save one of them alone: shop/api:1, shop/web:1, shop/web:2"},
		{"two images without names", changed(func(b bundle) { b.saved(t, savedImage{Config: "one.json"}, savedImage{Config: "two.json"}) }), nil,
			"holds several images, save one of them alone: one.json, two.json"},
		{"no config", changed(func(b bundle) { delete(b, file) }), nil, `is incomplete: find "` + file + `": file does not exist`},
		{"a config without a name", changed(func(b bundle) { b.saved(t, savedImage{}) }), nil, `is incomplete: find "": file does not exist`},
		{"no layer", changed(func(b bundle) { delete(b, "b/layer.tar") }), nil, `is incomplete: find "b/layer.tar": file does not exist`},
		{"fewer layers than diffIDs", changed(func(b bundle) { b.saved(t, savedImage{Config: file, Layers: []string{"a/layer.tar"}}) }), nil,
			"holds no image that can be used: 1 layers where the config names 2"},
		{"a config that is no JSON", changed(with("{")), nil, "holds no image that can be used: read config: unexpected end of JSON input"},
		{"a config of something else", changed(with("{}")), nil, "holds no image that can be used: read config: it names no platform, so this is no image"},
		{"a platform that cannot be", changed(with(`{"os":"linux/amd64\n","architecture":"amd64"}`)), nil,
			`holds no image that can be used: read config: platform "linux/amd64\n/amd64/" cannot be`},
		{"a diffID of an unknown kind", changed(with(`{"os":"linux","architecture":"amd64","rootfs":{"diff_ids":["md5:d41d8cd98f00b204e9800998ecf8427e"]}}`)), nil,
			`holds no image that can be used: read config: layer "md5:d41d8cd98f00b204e9800998ecf8427e": unsupported digest algorithm`},
		{"links that lead in a circle", changed(func(b bundle) { delete(b, "a/layer.tar") }),
			[]tar.Header{link("a/layer.tar", "../c/layer.tar", tar.TypeSymlink), link("c/layer.tar", "a/layer.tar", tar.TypeLink)},
			`has links that lead in a circle from "a/layer.tar"`},
		{"a link that leads out of the archive", changed(func(b bundle) { delete(b, "a/layer.tar") }),
			[]tar.Header{link("a/layer.tar", "../../../etc/hostname", tar.TypeSymlink)}, `is incomplete: find "a/layer.tar": file does not exist`},
		{"a link to an absolute name", changed(func(b bundle) { delete(b, "a/layer.tar"); b["a/etc/hostname"] = []byte("one") }),
			[]tar.Header{link("a/layer.tar", "/etc/hostname", tar.TypeSymlink)}, `is incomplete: find "a/layer.tar": file does not exist`},
		{"two links of one name", changed(func(b bundle) { delete(b, "b/layer.tar") }),
			[]tar.Header{link("b/layer.tar", "a/layer.tar", tar.TypeLink), link("b/layer.tar", "c/layer.tar", tar.TypeLink)}, `holds two files named "b/layer.tar"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			reference := tt.bundle.archive(t, tt.more...)
			wantFormatError(t, openError(t, reference, source.Options{}), reference[len("archive:"):]+" "+tt.want)
			for _, held := range []int64{0, 1} {
				options := source.HandOver(source.Options{Stdin: bytes.NewReader(tt.bundle.tar(t, tt.more...))}, held)
				wantFormatError(t, openError(t, "-", options), "stdin "+tt.want)
			}
		})
	}
}

func TestTwoFilesOfOneName(t *testing.T) {
	b, _ := legacy(t, []byte("one"))
	for name, content := range map[string]string{"of one size": "two", "of two sizes": "three"} {
		t.Run(name, func(t *testing.T) {
			other := bundle{"a/layer.tar": []byte(content)}
			data := append(b.tar(t)[:len(b.tar(t))-1024], other.tar(t)...)
			for _, held := range []int64{0, 1} {
				options := source.HandOver(source.Options{Stdin: bytes.NewReader(data)}, held)
				wantFormatError(t, openError(t, "-", options), `stdin holds two files named "a/layer.tar"`)
			}
			file := write(t, filepath.Join(t.TempDir(), "image.tar"), data)
			wantFormatError(t, openError(t, file, source.Options{}), file+` holds two files named "a/layer.tar"`)
		})
	}
}
