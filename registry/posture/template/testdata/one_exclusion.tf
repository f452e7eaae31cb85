# With enhanced scanning, the scanning rules of the registry decide for all of
# its repositories. They are not in here, since this replaces all of them:
# aws_ecr_registry_scanning_configuration

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.8.0"
    }
  }
}

resource "aws_ecr_repository" "shop_api" {
  # checkov:skip=CKV_AWS_51: immutable but for the tags of its filters
  name                 = "shop/api"
  image_tag_mutability = "IMMUTABLE_WITH_EXCLUSION"

  image_tag_mutability_exclusion_filter {
    filter      = "latest"
    filter_type = "WILDCARD"
  }

  image_scanning_configuration {
    scan_on_push = true
  }
}
