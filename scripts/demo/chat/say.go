package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// say is the room's Lambda function: it posts a message to everybody with one signed call.
func say(ctx context.Context, e events.APIGatewayWebsocketProxyRequest) (events.APIGatewayProxyResponse, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+os.Getenv("CHAT_ADDRESS")+path(e.RequestContext.APIID, e.RequestContext.Stage)+"/@connections", strings.NewReader(e.Body))
	if err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	sum := sha256.Sum256([]byte(e.Body))
	if err := v4.NewSigner().SignHTTP(ctx, keys, r, hex.EncodeToString(sum[:]), "execute-api", "us-east-1", time.Now()); err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return events.APIGatewayProxyResponse{}, fmt.Errorf("@connections answers %s", res.Status)
	}
	return events.APIGatewayProxyResponse{StatusCode: http.StatusOK}, nil
}
