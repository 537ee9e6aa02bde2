package harness

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/controlplane"
	v2 "github.com/postern-gateway/postern/shared/controlplane/v2"
	"github.com/postern-gateway/postern/shared/store/dynamodb"
	"github.com/postern-gateway/postern/shared/store/dynamodb/dynamodblocal"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
	"github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// table is the name of the table of definitions.
const table = "postern"

// startTable starts functions/proxy on a table of DynamoDB Local, to which a control plane in this
// process deploys.
func startTable(t *testing.T, bin string, s *Suite, p *Place) (door, map[string]string) {
	t.Helper()
	address := dynamodblocal.Start(t)
	client := dynamodblocal.Client(address)
	if err := dynamodb.CreateTable(t.Context(), client, table); err != nil {
		t.Fatal(err)
	}
	db := dynamodb.New(client, table, dynamodb.Options{})
	var err error
	if p.credentials, err = s.addUsers(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	control := serveControl(t, db)
	p.control = control.URL
	ids := s.deploy(t, control.URL, p)
	environment := map[string]string{
		"POSTERN_VPC_LINKS": p.Fill(strings.Join(s.VPCLinks, ",")),
		"POSTERN_TABLE":     table, "AWS_ENDPOINT_URL_DYNAMODB": address,
		"POSTERN_SECRET_KEY": masterKey, "POSTERN_ACCOUNT_THROTTLE": s.AccountThrottle,
	}
	for name, value := range s.Environment {
		environment[name] = value
	}
	return serveProxy(t, bin, p, environment), ids
}

// serveControl serves the control plane of every kind of API on a store.
func serveControl(t *testing.T, db controlplane.Store) *httptest.Server {
	t.Helper()
	service := controlplane.New(controlplane.Config{Store: db, Account: Account, Region: Region})
	second := v2.New(v2.Config{Store: db, Account: Account, Region: Region, REST: service})
	mux, err := wire.NewMux([]wire.Service{apigateway.Service, apigatewayv2.Service}, append(service.Endpoints(), second.Endpoints()...)...)
	if err != nil {
		t.Fatal(err)
	}
	control := httptest.NewServer(mux)
	t.Cleanup(control.Close)
	return control
}
