# A REST API with one MOCK method, deployed to the stage "prod" of a local Postern.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40"
    }
  }
}

variable "control_plane" {
  description = "URL of the control plane: --control of the local process."
  type        = string
  default     = "http://127.0.0.1:8081"
}

provider "aws" {
  region     = "us-east-1"
  access_key = "test" # --access-key of the local process
  secret_key = "test" # --secret-key

  # Postern is neither STS nor the metadata service, which the provider would ask otherwise.
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true

  endpoints {
    apigateway = var.control_plane
  }
}

resource "aws_api_gateway_rest_api" "pets" {
  name        = "pets"
  description = "Made by Terraform"

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_resource" "pet" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  parent_id   = aws_api_gateway_rest_api.pets.root_resource_id
  path_part   = "{pet}"
}

resource "aws_api_gateway_method" "get_pet" {
  rest_api_id   = aws_api_gateway_rest_api.pets.id
  resource_id   = aws_api_gateway_resource.pet.id
  http_method   = "GET"
  authorization = "NONE"

  request_parameters = {
    "method.request.path.pet" = true
  }
}

resource "aws_api_gateway_integration" "get_pet" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  resource_id = aws_api_gateway_resource.pet.id
  http_method = aws_api_gateway_method.get_pet.http_method
  type        = "MOCK"

  request_templates = {
    "application/json" = jsonencode({ statusCode = 200 })
  }
}

resource "aws_api_gateway_method_response" "ok" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  resource_id = aws_api_gateway_resource.pet.id
  http_method = aws_api_gateway_method.get_pet.http_method
  status_code = "200"
}

resource "aws_api_gateway_integration_response" "ok" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  resource_id = aws_api_gateway_resource.pet.id
  http_method = aws_api_gateway_method.get_pet.http_method
  status_code = aws_api_gateway_method_response.ok.status_code

  response_templates = {
    "application/json" = "{\"pet\":\"$input.params('pet')\"}"
  }

  depends_on = [aws_api_gateway_integration.get_pet]
}

resource "aws_api_gateway_deployment" "pets" {
  rest_api_id = aws_api_gateway_rest_api.pets.id

  # A deployment is a snapshot: a change of the definition needs a new one.
  triggers = {
    definition = sha1(jsonencode([
      aws_api_gateway_resource.pet,
      aws_api_gateway_method.get_pet,
      aws_api_gateway_integration.get_pet,
      aws_api_gateway_method_response.ok,
      aws_api_gateway_integration_response.ok,
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "prod" {
  rest_api_id   = aws_api_gateway_rest_api.pets.id
  deployment_id = aws_api_gateway_deployment.pets.id
  stage_name    = "prod"

  variables = {
    shelter = "north"
  }
}

output "url" {
  description = "Where the local data plane serves the stage."
  value       = "http://${aws_api_gateway_rest_api.pets.id}.execute-api.localhost:8080/${aws_api_gateway_stage.prod.stage_name}/tom"
}
