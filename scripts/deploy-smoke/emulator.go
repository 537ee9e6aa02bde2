package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// The account and region that the emulator plays.
const (
	account = "123456789012"
	region  = "us-east-1"
)

// emulator is a running moto_server.
type emulator struct {
	url     string
	process *exec.Cmd
}

// startEmulator starts moto_server on a free port and waits until it answers.
func startEmulator(ctx context.Context, logFile string) (*emulator, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("find a free port: %w", err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	listener.Close()
	log, err := os.Create(logFile)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	process := exec.CommandContext(ctx, "moto_server", "-H", "127.0.0.1", "-p", strconv.Itoa(port))
	process.Stdout, process.Stderr = log, log
	if err := process.Start(); err != nil {
		return nil, fmt.Errorf(`start moto_server (pip install "moto[server]==5.2.1"): %w`, err)
	}
	e := &emulator{url: "http://127.0.0.1:" + strconv.Itoa(port), process: process}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		response, err := http.Get(e.url + "/moto-api/data.json")
		if err == nil {
			response.Body.Close()
			return e, nil
		}
		if time.Now().After(deadline) {
			e.stop()
			return nil, fmt.Errorf("moto_server did not answer within a minute: %w", err)
		}
	}
}

func (e *emulator) stop() {
	e.process.Process.Kill()
	e.process.Wait()
}

// call sends a request of the JSON protocols, such as DynamoDB's with a target and
// Lambda's with a path, and decodes the answer. The emulator takes the service from the
// credential scope and does not check the signature.
func (e *emulator) call(ctx context.Context, service, method, path, target, body string, answer any) error {
	request, err := http.NewRequestWithContext(ctx, method, e.url+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", fmt.Sprintf(
		"AWS4-HMAC-SHA256 Credential=test/20260101/%s/%s/aws4_request, SignedHeaders=host, Signature=0", region, service))
	if target != "" {
		request.Header.Set("X-Amz-Target", target)
		request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s%s: status %d: %.300s", service, target, path, response.StatusCode, data)
	}
	return json.Unmarshal(data, answer)
}

// query sends a request of the query protocol, such as IAM's, and returns the XML.
func (e *emulator) query(ctx context.Context, service, form string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url+"/", strings.NewReader(form))
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", fmt.Sprintf(
		"AWS4-HMAC-SHA256 Credential=test/20260101/%s/%s/aws4_request, SignedHeaders=host, Signature=0", region, service))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: status %d: %.300s", service, form, response.StatusCode, data)
	}
	return string(data), err
}
