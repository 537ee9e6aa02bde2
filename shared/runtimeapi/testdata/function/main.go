// Command function is the Lambda function of the tests. An event says what it
// does; the variable INIT says how its init phase goes.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	Do   string `json:"do"`
	Text string `json:"text"`
	Ms   int    `json:"ms"`
	Size int    `json:"size"`
}

func main() {
	switch os.Getenv("INIT") {
	case "exit":
		fmt.Println("cannot reach the database")
		os.Exit(7)
	case "hang":
		fmt.Println("still looking")
		time.Sleep(time.Minute)
	case "report":
		report()
	}
	if os.Getenv("MODE") == "protocol" {
		misuse()
		return
	}
	lambda.StartWithOptions(handle, lambda.WithEnableSIGTERM(func() {
		fmt.Println("goodbye")
		os.Exit(0)
	}))
}

func report() {
	url := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/init/error"
	response, err := http.Post(url, "application/json", strings.NewReader(`{"errorType":"Config.Missing","errorMessage":"TABLE is not set"}`))
	if err != nil {
		panic(err)
	}
	fmt.Println("init error:", response.StatusCode)
	os.Exit(1)
}

func handle(ctx context.Context, raw json.RawMessage) (any, error) {
	var in event
	if err := json.Unmarshal(raw, &in); err != nil {
		return raw, nil
	}
	switch in.Do {
	case "describe":
		return describe(ctx), nil
	case "pid":
		return os.Getpid(), nil
	case "child":
		// A descendant that would outlive its parent.
		child := exec.Command("sleep", "60")
		if err := child.Start(); err != nil {
			return nil, err
		}
		return []int{os.Getpid(), child.Process.Pid}, nil
	case "sleep":
		time.Sleep(time.Duration(in.Ms) * time.Millisecond)
		return os.Getpid(), nil
	case "exit":
		os.Exit(in.Size)
	case "panic":
		panic(in.Text)
	case "error":
		return nil, errors.New(in.Text)
	case "print":
		fmt.Println(in.Text)
		fmt.Fprint(os.Stderr, "to stderr\n")
		return "printed", nil
	case "large":
		return strings.Repeat("x", in.Size), nil
	case "stream":
		return stream(in, nil), nil
	case "stream-error":
		return stream(in, errors.New("broke while streaming")), nil
	case "stream-exit":
		return stream(in, errExit), nil
	case "stream-hang":
		return stream(in, errHang), nil
	case "stream-endless":
		return &http200{Reader: endless{}}, nil
	case "stream-raw":
		return &http200{Reader: strings.NewReader(in.Text)}, nil
	}
	return raw, nil
}

func describe(ctx context.Context) map[string]any {
	lc, _ := lambdacontext.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	variables := map[string]string{}
	for _, name := range []string{
		"AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_REGION",
		"AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "LAMBDA_TASK_ROOT", "_HANDLER", "TZ",
		"AWS_EXECUTION_ENV", "_X_AMZN_TRACE_ID", "TABLE", "BASE",
	} {
		variables[name] = os.Getenv(name)
	}
	dir, _ := os.Getwd()
	return map[string]any{
		"requestId": lc.AwsRequestID, "arn": lc.InvokedFunctionArn, "custom": lc.ClientContext.Custom,
		"remainingMs": time.Until(deadline).Milliseconds(), "variables": variables, "dir": dir,
	}
}

var (
	errExit = errors.New("exit")
	errHang = errors.New("hang")
)

// stream responds with text, a piece per word and ms between them, and ends in
// the given way.
func stream(in event, end error) any {
	reader, writer := io.Pipe()
	go func() {
		for word := range strings.FieldsSeq(in.Text) {
			_, _ = io.WriteString(writer, word)
			time.Sleep(time.Duration(in.Ms) * time.Millisecond)
		}
		_, _ = io.CopyN(writer, endless{}, int64(in.Size))
		switch end {
		case errExit:
			time.Sleep(50 * time.Millisecond)
			os.Exit(3)
		case errHang:
			time.Sleep(time.Minute)
		}
		_ = writer.CloseWithError(end)
	}()
	return &events.LambdaFunctionURLStreamingResponse{
		StatusCode: 201,
		Headers:    map[string]string{"Content-Type": "text/plain"},
		Cookies:    []string{"a=1", "b=2"},
		Body:       reader,
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// http200 is a response of the HTTP content type whose bytes are the reader's.
type http200 struct{ io.Reader }

func (*http200) ContentType() string {
	return "application/vnd.awslambda.http-integration-response"
}

func (*http200) MarshalJSON() ([]byte, error) { return nil, errors.New("not JSON") }
