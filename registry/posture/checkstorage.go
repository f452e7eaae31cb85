package posture

import (
	"fmt"
	"strings"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// encryption judges how layers are encrypted where that is asked for. Nothing can change it.
func encryption(s Settings, d Desired) Check {
	if why, hidden := s.Unseen[PartRepository]; hidden {
		return unseen(CheckEncryption, why)
	}
	found := "encrypted with " + s.Encryption.Type
	if s.Encryption.Key != "" {
		found += ", key " + s.Encryption.Key
	}
	if s.Encryption.Type == "" {
		return unseen(CheckEncryption, "how it is encrypted was not told")
	}
	check := Check{Name: CheckEncryption, State: OK, Found: []string{found}}
	if d.Encryption == KMS && !strings.HasPrefix(s.Encryption.Type, "KMS") {
		check.State, check.Why = Drift, "who may use the key of KMS cannot be told apart from who may pull, and the key cannot be withdrawn"
		check.Found = append(check.Found, "it cannot be changed: make another repository and copy the images")
		check.Mend = &Mend{
			Command:        "aws ecr create-repository --repository-name NEW-NAME --encryption-configuration encryptionType=KMS",
			CloudFormation: "EncryptionConfiguration: {EncryptionType: KMS}",
			Terraform:      `encryption_configuration { encryption_type = "KMS" }`,
		}
	}
	return check
}

// Quotas (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html), and the share of one that is worth a word. That of
// images can be raised.
const (
	maxTags   = 1000
	maxImages = lifecycle.MaxKept
	near      = 80 // percent
)

// tagQuota judges the image that has the most tags.
func tagQuota(s Settings) Check {
	if why, hidden := s.Unseen[PartImages]; hidden {
		return unseen(CheckTags, why)
	}
	most := lifecycle.Image{}
	for _, i := range s.Images {
		if len(i.Tags) > len(most.Tags) {
			most = i
		}
	}
	check := Check{Name: CheckTags, State: OK, Found: []string{fmt.Sprintf("at most %s on an image, of %d", count(len(most.Tags), "tag"), maxTags)}}
	if len(most.Tags)*100 >= maxTags*near {
		check.State, check.Why = Drift, "an image takes no more tags than that: the push that adds one is refused"
		check.Found[0] += ", on " + most.Digest
		check.Mend = &Mend{Command: "aws ecr batch-delete-image --repository-name " + quoteArgument(s.Name) + " --image-ids imageTag=TAG"}
	}
	return check
}

// imageQuota judges how many images there are.
func imageQuota(s Settings) Check {
	if why, hidden := s.Unseen[PartImages]; hidden {
		return unseen(CheckImages, why)
	}
	n := len(s.Images)
	check := Check{Name: CheckImages, State: OK, Found: []string{fmt.Sprintf("%s, of %d", count(n, "image"), maxImages)}}
	if n*100 >= maxImages*near {
		check.State, check.Why = Drift, "a repository takes no more images than that: the next push is refused"
		check.Mend = &Mend{
			Command:        applying(s.Name) + " --lifecycle FILE",
			CloudFormation: "LifecyclePolicy: {LifecyclePolicyText: '" + policyShape + "'}",
			Terraform:      "aws_ecr_lifecycle_policy",
		}
	}
	return check
}
