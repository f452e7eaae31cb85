package emulator_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry/emulator"
)

func TestImages(t *testing.T) {
	p := serveRepository(t, emulator.Repository{Name: "shop/api"})
	raw, d := p.image("shop/api", "one")
	p.put("shop/api", "v1", raw)
	index := p.marshal(ocispec.Index{MediaType: ocispec.MediaTypeImageIndex, Manifests: []ocispec.Descriptor{{MediaType: ocispec.MediaTypeImageManifest, Digest: digest.Digest(d), Size: int64(len(raw))}}})
	indexDigest := digest.FromBytes(index).String()
	p.clock.advance(1)
	p.put("shop/api", indexDigest, index)
	shop := func(more document) document {
		more["repositoryName"] = "shop/api"
		return more
	}

	list := p.must("ListImages", shop(document{}))
	want := document{"imageIds": []any{document{"imageDigest": d, "imageTag": "v1"}, document{"imageDigest": indexDigest}}}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("ListImages (-want +got):\n%s", diff)
	}
	untagged := p.must("ListImages", shop(document{"filter": document{"tagStatus": "UNTAGGED"}}))
	if diff := cmp.Diff(document{"imageIds": []any{document{"imageDigest": indexDigest}}}, untagged); diff != "" {
		t.Errorf("ListImages of untagged images (-want +got):\n%s", diff)
	}

	details := p.must("DescribeImages", shop(document{"imageIds": []document{{"imageTag": "v1"}}}))
	size := float64(len(`{"os":"linux","architecture":"amd64","word":"one"}`) + len("layer one"))
	want = document{"imageDetails": []any{document{
		"registryId": "123456789012", "repositoryName": "shop/api", "imageDigest": d, "imageTags": []any{"v1"}, "imageStatus": "ACTIVE", "imageSizeInBytes": size,
		"imagePushedAt": 1767323045.0, "imageManifestMediaType": ocispec.MediaTypeImageManifest, "artifactMediaType": ocispec.MediaTypeImageConfig,
	}}}
	if diff := cmp.Diff(want, details); diff != "" {
		t.Errorf("DescribeImages (-want +got):\n%s", diff)
	}

	batch := p.must("BatchGetImage", shop(document{"imageIds": []document{{"imageTag": "v1"}, {"imageTag": "v2"}, {"imageTag": "v1", "imageDigest": indexDigest}, {}}}))
	want = document{
		"images": []any{document{"registryId": "123456789012", "repositoryName": "shop/api", "imageId": document{"imageDigest": d, "imageTag": "v1"}, "imageManifest": string(raw), "imageManifestMediaType": ocispec.MediaTypeImageManifest}},
		"failures": []any{
			document{"imageId": document{"imageTag": "v2"}, "failureCode": "ImageNotFound", "failureReason": "Requested image not found"},
			document{"imageId": document{"imageTag": "v1", "imageDigest": indexDigest}, "failureCode": "ImageTagDoesNotMatchDigest", "failureReason": "The specified tag does not match the digest"},
			document{"imageId": document{}, "failureCode": "MissingDigestAndTag", "failureReason": "Invalid request parameters: both tag and digest cannot be null"},
		},
	}
	if diff := cmp.Diff(want, batch); diff != "" {
		t.Errorf("BatchGetImage (-want +got):\n%s", diff)
	}
}

func TestBatchDeleteImage(t *testing.T) {
	tests := []struct {
		name string
		id   document
		gone []string // tags and images that are no more
		kept []string
		code string // of the failure
	}{
		{"a tag among several goes alone", document{"imageTag": "v1"}, []string{"v1"}, []string{"v2", "one"}, ""},
		{"the last tag takes the image with it", document{"imageTag": "v3"}, []string{"v3", "two"}, []string{"v1"}, ""},
		{"an image goes with its tags", document{"imageDigest": "one"}, []string{"v1", "v2", "one"}, []string{"v3"}, ""},
		{"an image of an index stays", document{"imageDigest": "child"}, nil, []string{"child", "index"}, "ImageReferencedByManifestList"},
		{"an index goes and leaves its images", document{"imageDigest": "index"}, []string{"index"}, []string{"child"}, ""},
		{"what is not there cannot go", document{"imageTag": "v9"}, nil, []string{"v1"}, "ImageNotFound"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := serveRepository(t, emulator.Repository{Name: "shop/api"})
			digests := map[string]string{}
			for _, word := range []string{"one", "two", "child"} {
				raw, d := p.image("shop/api", word)
				digests[word] = d
				for _, tag := range map[string][]string{"one": {"v1", "v2"}, "two": {"v3"}}[word] {
					p.put("shop/api", tag, raw)
				}
			}
			index := p.marshal(ocispec.Index{MediaType: ocispec.MediaTypeImageIndex, Manifests: []ocispec.Descriptor{{MediaType: ocispec.MediaTypeImageManifest, Digest: digest.Digest(digests["child"])}}})
			digests["index"] = digest.FromBytes(index).String()
			p.put("shop/api", digests["index"], index)
			if word, named := test.id["imageDigest"].(string); named {
				test.id["imageDigest"] = digests[word]
			}
			out := p.must("BatchDeleteImage", document{"repositoryName": "shop/api", "imageIds": []document{test.id}})
			code := ""
			if failures := out["failures"].([]any); len(failures) > 0 {
				code = failures[0].(document)["failureCode"].(string)
			}
			if code != test.code {
				t.Errorf("BatchDeleteImage: failure %q, want %q", code, test.code)
			}
			for want, names := range map[int][]string{404: test.gone, 200: test.kept} {
				for _, name := range names {
					reference := name
					if d := digests[name]; d != "" {
						reference = d
					}
					if got := p.send("GET", "/v2/shop/api/manifests/"+reference, nil); got.Status != want {
						t.Errorf("%s: %d, want %d", name, got.Status, want)
					}
				}
			}
		})
	}
}

func TestLayerAvailability(t *testing.T) {
	p := serveRepository(t, emulator.Repository{Name: "shop/api"})
	here, absent := p.blob("shop/api", "here").Digest.String(), digest.FromString("absent").String()
	got := p.must("BatchCheckLayerAvailability", document{"repositoryName": "shop/api", "layerDigests": []string{here, absent}})
	want := document{"failures": []any{}, "layers": []any{
		document{"layerDigest": here, "layerAvailability": "AVAILABLE", "layerSize": 4.0, "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip"},
		document{"layerDigest": absent, "layerAvailability": "UNAVAILABLE"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("BatchCheckLayerAvailability (-want +got):\n%s", diff)
	}
}
