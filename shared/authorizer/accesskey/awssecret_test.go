package accesskey_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
)

const secretARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:postern-AbCdEf"

func TestMasterKey(t *testing.T) {
	key := bytes.Repeat([]byte{7}, accesskey.MasterKeyBytes)
	text := base64.StdEncoding.EncodeToString(key)
	secret := text
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in map[string]string
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		auth := r.Header.Get("Authorization")
		switch target := r.Header.Get("X-Amz-Target"); {
		case target == "secretsmanager.GetSecretValue" && in["SecretId"] == secretARN && strings.Contains(auth, "/eu-central-1/secretsmanager/aws4_request"):
			_ = json.NewEncoder(w).Encode(map[string]string{"SecretString": secret})
		case target == "TrentService.Decrypt" && in["CiphertextBlob"] == "YmxvYg==" && strings.Contains(auth, "/us-east-1/kms/aws4_request"):
			_ = json.NewEncoder(w).Encode(map[string]string{"Plaintext": text})
		default:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprint(w, `{"__type":"ResourceNotFoundException","message":"no such thing"}`)
		}
	}))
	defer service.Close()
	a := accesskey.AWSSecrets{
		Credentials: static{}, Region: "us-east-1",
		Endpoints: map[string]string{"secretsmanager": service.URL, "kms": service.URL},
	}
	for _, setting := range []string{text, secretARN, "kms:YmxvYg=="} {
		if got, err := a.MasterKey(t.Context(), setting); err != nil || !bytes.Equal(got, key) {
			t.Errorf("%s: %x, %v", setting, got, err)
		}
		if err := accesskey.CheckMasterKey(setting); err != nil {
			t.Errorf("%s: %v", setting, err)
		}
	}
	secret = strings.Repeat("x", 32)
	if got, err := a.MasterKey(t.Context(), secretARN); err != nil || len(got) != accesskey.MasterKeyBytes {
		t.Errorf("derived: %x, %v", got, err)
	}
	secret = "short"
	for _, setting := range []string{secretARN, secretARN + "x", "kms:eA==", "short", ""} {
		if _, err := a.MasterKey(t.Context(), setting); err == nil {
			t.Errorf("%q is taken", setting)
		}
	}
	for _, setting := range []string{"kms:", "kms:*", "short", text + "="} {
		if accesskey.CheckMasterKey(setting) == nil {
			t.Errorf("%q is taken", setting)
		}
	}
}

// static are credentials that never change.
type static struct{}

func (static) Retrieve(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
}
