# With enhanced scanning, the scanning rules of the registry decide for all of
# its repositories. They are not in here, since this replaces all of them:
# aws_ecr_registry_scanning_configuration
# They are now, with enhanced scanning:
#   CONTINUOUS_SCAN: shop/*, base
#   SCAN_ON_PUSH: *

terraform {
  required_version = ">= 1.5.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.8.0"
    }
  }
}

import {
  to = aws_ecr_repository.shop_api
  id = "shop/api"
}

resource "aws_ecr_repository" "shop_api" {
  name                 = "shop/api"
  image_tag_mutability = "MUTABLE_WITH_EXCLUSION"

  image_tag_mutability_exclusion_filter {
    filter      = "v*"
    filter_type = "WILDCARD"
  }

  image_scanning_configuration {
    scan_on_push = false
  }

  encryption_configuration {
    encryption_type = "AES256"
  }

  tags = {
    "cost-center" = "0042"
    empty         = ""
    note          = "a: b # c\n- d"
    team          = "yes"
  }
}

import {
  to = aws_ecr_lifecycle_policy.shop_api
  id = "shop/api"
}

resource "aws_ecr_lifecycle_policy" "shop_api" {
  repository = aws_ecr_repository.shop_api.name
  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "no: \"yes\" #1 $${a} %%{b} \u0024\u0024{c} 100%"
        selection = {
          tagStatus   = "any"
          countType   = "imageCountMoreThan"
          countNumber = 5
        }
        action = {
          type = "expire"
        }
      },
    ]
  })
}

import {
  to = aws_ecr_repository_policy.shop_api
  id = "shop/api"
}

resource "aws_ecr_repository_policy" "shop_api" {
  repository = aws_ecr_repository.shop_api.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "on"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Condition = {
          Null = {
            "aws:PrincipalTag/team" = false
          }
          StringEquals = {
            "aws:PrincipalTag/team" = "$${aws:ResourceTag/team}"
          }
        }
      },
    ]
  })
}
