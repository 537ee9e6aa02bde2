package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
)

// FrontDoorStack holds what stands in front of the proxy. It does not exist when the function URL
// is the front door.
type FrontDoorStack struct {
	Stack awscdk.Stack
}

func frontDoorStack(name string) string { return name + "-frontdoor" }

// NewFrontDoorStack declares the front door, or returns nil if clients use the function URL.
func NewFrontDoorStack(app constructs.Construct, gateway *GatewayStack, options Options) *FrontDoorStack {
	if options.FrontDoor.Kind == doorURL {
		return nil
	}
	stack := newStack(app, frontDoorStack(options.Name), "Postern: the front door")
	switch options.FrontDoor.Kind {
	case doorCloudFront:
		cloudFrontDoor(stack, gateway, options)
	case doorALB:
		albDoor(stack, gateway, options)
	case doorAPIGateway:
		apiGatewayDoor(stack, gateway, options)
	}
	return &FrontDoorStack{Stack: stack}
}
