package accesskey

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// AWSSecrets reads secrets that AWS keeps. It is safe for concurrent use.
type AWSSecrets struct {
	Credentials aws.CredentialsProvider
	// Region is where KMS is asked; a secret's own Region is in its ARN.
	Region string
	// Endpoints replace the services' own addresses by service name ("secretsmanager", "kms").
	Endpoints map[string]string
	// Client makes the calls; nil is http.DefaultClient.
	Client *http.Client
}

// kmsPrefix starts a master key that KMS has encrypted.
const kmsPrefix = "kms:"

// minMasterSecret is how long a secret has to be for a master key to be derived from it.
const minMasterSecret = 32

// MasterKey returns the master key that a setting names: MasterKeyBytes in base64; "kms:" and the
// base64 of such a key as KMS has encrypted it (a data key, for example); or the ARN of a secret in
// Secrets Manager, which holds the key in base64 or at least 32 random characters, from which it
// is derived.
func (a AWSSecrets) MasterKey(ctx context.Context, setting string) ([]byte, error) {
	if blob, ok := strings.CutPrefix(setting, kmsPrefix); ok {
		var out struct{ Plaintext []byte }
		err := a.call(ctx, "kms", a.Region, "TrentService.Decrypt", map[string]string{"CiphertextBlob": blob}, &out)
		return out.Plaintext, err
	}
	if !isSecretARN(setting) {
		return ParseMasterKey(setting)
	}
	text, err := a.Secret(ctx, setting)
	if err != nil {
		return nil, err
	}
	if key, err := ParseMasterKey(text); err == nil {
		return key, nil
	}
	if len(text) < minMasterSecret {
		return nil, fmt.Errorf("the secret %s has less than %d characters", setting, minMasterSecret)
	}
	return hkdf.Key(sha256.New, []byte(text), nil, "postern access keys", MasterKeyBytes)
}

// CheckMasterKey tells what is wrong with a setting as far as it can be told without asking AWS.
func CheckMasterKey(setting string) error {
	if blob, ok := strings.CutPrefix(setting, kmsPrefix); ok {
		if _, err := base64.StdEncoding.DecodeString(blob); err != nil || blob == "" {
			return errors.New("what follows kms: must be a ciphertext in base64")
		}
		return nil
	}
	if isSecretARN(setting) {
		return nil
	}
	_, err := ParseMasterKey(setting)
	return err
}

func isSecretARN(s string) bool {
	return strings.HasPrefix(s, "arn:") && strings.Contains(s, ":secretsmanager:") && strings.Count(s, ":") == 6
}

// Secret returns the text of a secret in Secrets Manager.
func (a AWSSecrets) Secret(ctx context.Context, arn string) (string, error) {
	if !isSecretARN(arn) {
		return "", fmt.Errorf("%q is not the ARN of a secret in Secrets Manager", arn)
	}
	var out struct{ SecretString string }
	err := a.call(ctx, "secretsmanager", strings.Split(arn, ":")[3], "secretsmanager.GetSecretValue", map[string]string{"SecretId": arn}, &out)
	if err == nil && out.SecretString == "" {
		err = errors.New("the secret " + arn + " holds no text")
	}
	return out.SecretString, err
}

// maxSecretAnswer bounds what is read of an answer, in bytes.
const maxSecretAnswer = 1 << 20

func (a AWSSecrets) call(ctx context.Context, service, region, target string, in, out any) error {
	fail := func(err error) error { return fmt.Errorf("call %s: %w", target, err) }
	body, err := json.Marshal(in)
	if err != nil {
		return fail(err)
	}
	endpoint := a.Endpoints[service]
	if endpoint == "" {
		endpoint = "https://" + service + "." + region + ".amazonaws.com"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(endpoint, "/")+"/", bytes.NewReader(body))
	if err != nil {
		return fail(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", target)
	creds, err := a.Credentials.Retrieve(ctx)
	if err != nil {
		return fail(fmt.Errorf("get credentials: %w", err))
	}
	digest := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, creds, r, hex.EncodeToString(digest[:]), service, region, time.Now()); err != nil {
		return fail(fmt.Errorf("sign: %w", err))
	}
	client := a.Client
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(r)
	if err != nil {
		return fail(err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxSecretAnswer))
	if err != nil {
		return fail(err)
	}
	if res.StatusCode != http.StatusOK {
		var refusal struct {
			Type    string `json:"__type"`
			Message string `json:"message"`
		}
		// A body that is no JSON has no message to tell; the status stands for itself.
		_ = json.Unmarshal(answer, &refusal)
		return fail(fmt.Errorf("status %d %s %s", res.StatusCode, refusal.Type, refusal.Message))
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fail(errors.New("the answer is not as expected"))
	}
	return nil
}

// EndpointsOf reads AWSSecrets.Endpoints from the variables that every AWS SDK honours.
func EndpointsOf(getenv func(string) string) map[string]string {
	return map[string]string{
		"secretsmanager": cmp.Or(getenv("AWS_ENDPOINT_URL_SECRETS_MANAGER"), getenv("AWS_ENDPOINT_URL")),
		"kms":            cmp.Or(getenv("AWS_ENDPOINT_URL_KMS"), getenv("AWS_ENDPOINT_URL")),
	}
}
