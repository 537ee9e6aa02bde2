package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// root is the folder of cdk.json, seen from infra/, where cdk.json starts this app.
const root = ".."

func main() {
	err := synthesize()
	if err != nil {
		// Before jsii.Close, which may print without ending its line.
		fmt.Fprintf(os.Stderr, "infra: %v\n", err)
	}
	jsii.Close()
	if err != nil {
		os.Exit(1)
	}
}

func synthesize() error {
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: outputFolder(os.Getenv("CDK_OUTDIR"))})
	values, _ := app.Node().GetAllContext(nil).(map[string]any)
	options, err := ReadOptions(values)
	if err != nil {
		return err
	}
	if _, err := NewStacks(app, root, options); err != nil {
		return err
	}
	app.Synth(nil)
	return nil
}

// outputFolder is where the CDK's command line expects the templates. It gives a path
// relative to its own folder, root, but cdk.json starts this process in infra/. Without
// the command line the choice is the CDK's.
func outputFolder(given string) *string {
	if given == "" {
		return nil
	}
	return jsii.String(belowRoot(root, given))
}

// belowRoot resolves a path that is relative to root.
func belowRoot(root, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(root, path)
}

// Stacks are the stacks of one installation; those that an option leaves out are nil.
type Stacks struct {
	Data          *DataStack
	Gateway       *GatewayStack
	ControlPlane  *ControlPlaneStack
	FrontDoor     *FrontDoorStack
	WebSocket     *WebSocketStack
	Authorizer    *AuthorizerStack
	Observability *ObservabilityStack
}

// NewStacks declares every stack. Paths in the options are relative to root.
func NewStacks(app constructs.Construct, root string, options Options) (*Stacks, error) {
	assets := Assets{Folder: belowRoot(root, options.Assets), Root: root, Architecture: options.Architecture}
	s := &Stacks{Data: NewDataStack(app, options)}
	var err error
	if s.Gateway, err = NewGatewayStack(app, s.Data, assets, options); err != nil {
		return nil, err
	}
	if s.ControlPlane, err = NewControlPlaneStack(app, s.Data, assets, options); err != nil {
		return nil, err
	}
	s.FrontDoor = NewFrontDoorStack(app, s.Gateway, options)
	if options.WebSocket.Enabled {
		if s.WebSocket, err = NewWebSocketStack(app, s.Data, assets, options); err != nil {
			return nil, err
		}
	}
	if options.Authorizer.Enabled {
		if s.Authorizer, err = NewAuthorizerStack(app, s.Data, assets, options); err != nil {
			return nil, err
		}
	}
	if options.Observability.Enabled {
		s.Observability = NewObservabilityStack(app, s, options)
	}
	return s, nil
}

// All lists the stacks that exist, in the order of their dependencies.
func (s *Stacks) All() []awscdk.Stack {
	list := []awscdk.Stack{s.Data.Stack, s.Gateway.Stack, s.ControlPlane.Stack}
	if s.FrontDoor != nil {
		list = append(list, s.FrontDoor.Stack)
	}
	if s.WebSocket != nil {
		list = append(list, s.WebSocket.Stack)
	}
	if s.Authorizer != nil {
		list = append(list, s.Authorizer.Stack)
	}
	if s.Observability != nil {
		list = append(list, s.Observability.Stack)
	}
	return list
}
