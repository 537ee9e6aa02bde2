// Package postern lets CDK apps in Go provision APIs of a Postern installation: one CloudFormation
// resource for an API of any size, which the installation's control-plane function creates,
// updates, rolls back and deletes.
//
//	api, err := postern.NewRestApi(stack, "Pets", &postern.RestApiProps{
//		ControlPlane: controlPlaneArn,                   // output ControlPlaneFunction of the installation
//		Definition:   "pets.yaml",                       // OpenAPI with x-amazon-apigateway-* extensions
//		Stage:        "prod",
//		Variables:    map[string]string{"backend": "pets"},
//		Throttle:     &postern.Throttle{RateLimit: 100, BurstLimit: 200},
//	})
//
// The definition travels as an asset, so the installation must be allowed to read the bucket of
// assets: context postern:controlplane.definitions. It imports the CDK only.
package postern
