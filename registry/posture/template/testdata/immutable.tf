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
  name                 = "shop/api"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }
}
