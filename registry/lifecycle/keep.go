package lifecycle

import "fmt"

// MaxKept is the most images that KeepLast takes: the quota of images of a repository
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html).
const MaxKept = 100_000

// KeepLast is the text of a policy that keeps the last n images with a tag, and those without for 14 days: an image has no tag while it waits
// for its verdict. What runs counts among the n like any other.
func KeepLast(n int) string {
	return fmt.Sprintf(`{
  "rules": [
    {
      "rulePriority": 1,
      "description": "images without a tag go after 14 days",
      "selection": {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14},
      "action": {"type": "expire"}
    },
    {
      "rulePriority": 2,
      "description": "the last %d images with a tag stay",
      "selection": {"tagStatus": "tagged", "tagPatternList": ["*"], "countType": "imageCountMoreThan", "countNumber": %[1]d},
      "action": {"type": "expire"}
    }
  ]
}
`, n)
}
