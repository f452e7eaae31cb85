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

resource "aws_ecr_lifecycle_policy" "shop_api" {
  repository = aws_ecr_repository.shop_api.name
  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "images without a tag go after 14 days"
        selection = {
          tagStatus   = "untagged"
          countType   = "sinceImagePushed"
          countUnit   = "days"
          countNumber = 14
        }
        action = {
          type = "expire"
        }
      },
      {
        rulePriority = 2
        description  = "the last 30 images with a tag stay"
        selection = {
          tagStatus      = "tagged"
          tagPatternList = ["*"]
          countType      = "imageCountMoreThan"
          countNumber    = 30
        }
        action = {
          type = "expire"
        }
      },
    ]
  })
}

resource "aws_ecr_repository" "shop-api" {
  name                 = "shop-api"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }
}

resource "aws_ecr_lifecycle_policy" "shop-api" {
  repository = aws_ecr_repository.shop-api.name
  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "images without a tag go after 14 days"
        selection = {
          tagStatus   = "untagged"
          countType   = "sinceImagePushed"
          countUnit   = "days"
          countNumber = 14
        }
        action = {
          type = "expire"
        }
      },
      {
        rulePriority = 2
        description  = "the last 30 images with a tag stay"
        selection = {
          tagStatus      = "tagged"
          tagPatternList = ["*"]
          countType      = "imageCountMoreThan"
          countNumber    = 30
        }
        action = {
          type = "expire"
        }
      },
    ]
  })
}
