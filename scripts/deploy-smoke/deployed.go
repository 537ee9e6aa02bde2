package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// deployed is a function as the emulator holds it.
type deployed struct {
	FunctionName string
	Role         string
	Runtime      string
	Handler      string
	CodeSize     int64
	Environment  struct{ Variables map[string]string }
}

func listFunctions(ctx context.Context, moto *emulator) ([]deployed, error) {
	var list struct{ Functions []deployed }
	err := moto.call(ctx, "lambda", http.MethodGet, "/2015-03-31/functions/", "", "", &list)
	return list.Functions, err
}

// find returns the function of a stack.
func find(functions []deployed, stack string) (deployed, error) {
	for _, f := range functions {
		if strings.HasPrefix(f.FunctionName, stack+"-") {
			return f, nil
		}
	}
	return deployed{}, fmt.Errorf("no function of stack %s", stack)
}

// assetOf returns bucket and key of the only function's asset in a stack's template.
func assetOf(assembly, stack string) (bucket, key string, err error) {
	data, err := os.ReadFile(filepath.Join(assembly, stack+".template.json"))
	if err != nil {
		return "", "", err
	}
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties struct {
				Code struct {
					S3Bucket any
					S3Key    string
				}
			}
		}
	}
	if err := json.Unmarshal(data, &template); err != nil {
		return "", "", err
	}
	for _, r := range template.Resources {
		if r.Type == "AWS::Lambda::Function" {
			return "cdk-localhost-assets-" + account + "-" + region, r.Properties.Code.S3Key, nil
		}
	}
	return "", "", errors.New("the template has no function")
}

// unpack fetches an asset from the emulator's bucket and extracts it. The executable has to be the one
// that was built, byte by byte.
func (s *smoke) unpack(ctx context.Context, assembly, stack, function string) (string, error) {
	bucket, key, err := assetOf(assembly, stack)
	if err != nil {
		return "", err
	}
	content, err := s.moto.object(ctx, http.MethodGet, bucket, key, nil)
	if err != nil {
		return "", err
	}
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return "", fmt.Errorf("asset %s: %w", key, err)
	}
	folder, err := os.MkdirTemp(s.folder, function+"-")
	if err != nil {
		return "", err
	}
	for _, file := range archive.File {
		if err := extract(file, folder); err != nil {
			return "", fmt.Errorf("asset %s: %w", key, err)
		}
	}
	got, err := os.ReadFile(filepath.Join(folder, "bootstrap"))
	if err != nil {
		return "", err
	}
	want, err := os.ReadFile(filepath.Join(s.assets, function, "bootstrap"))
	if err != nil {
		return "", err
	}
	if !bytes.Equal(got, want) {
		return "", fmt.Errorf("the executable in asset %s is not the one that was built", key)
	}
	fmt.Printf("ok  asset of %s (%d bytes zipped, the executable as it was built)\n", function, len(content))
	return folder, nil
}

func extract(file *zip.File, folder string) error {
	if !filepath.IsLocal(file.Name) {
		return fmt.Errorf("%q leaves the folder", file.Name)
	}
	path := filepath.Join(folder, file.Name)
	if file.FileInfo().IsDir() {
		return os.MkdirAll(path, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	from, err := file.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	content, err := io.ReadAll(from)
	if err != nil {
		return err
	}
	// The archive's permissions are what Lambda would apply: the executable has to be one.
	return os.WriteFile(path, content, file.Mode().Perm())
}

// object reads or writes an object of the emulator's S3.
func (e *emulator) object(ctx context.Context, method, bucket, key string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, e.url+"/"+bucket+"/"+key, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/"+region+"/s3/aws4_request, SignedHeaders=host, Signature=0")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s s3://%s/%s: status %d: %.200s", method, bucket, key, response.StatusCode, content)
	}
	return content, err
}
