package velocity

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

var speed = flag.Duration("speed", 0, "measure both engines, each workload for this time after as long a warm-up")

// workloads are what mapping templates mostly do: a short loop, API Gateway's own template that
// passes all parameters on, and a transformation of a long list.
func workloads() []testCase {
	var items []string
	for i := range 200 {
		items = append(items, fmt.Sprintf(`{"id":%d,"name":"item %d","price":%d.5,"tags":["a","b"],"stock":{"count":%d}}`, i, i, i, i%7))
	}
	return []testCase{
		{
			Name:     "10-item loop",
			Template: "[#foreach($i in $items)\n  {\"id\": $i.id, \"name\": \"$i.name\"}#if($foreach.hasNext),#end\n#end]",
			Context:  json.RawMessage(`{"items":[` + strings.Join(items[:10], ",") + `]}`),
		},
		{
			Name: "all parameters",
			Template: `#set($allParams = $params)
{
"body-json" : $body,
"params" : {
#foreach($type in $allParams.keySet())
    #set($params = $allParams.get($type))
"$type" : {
    #foreach($paramName in $params.keySet())
    "$paramName" : "$params.get($paramName).replace('"', '\"')"
        #if($foreach.hasNext),#end
    #end
}
    #if($foreach.hasNext),#end
#end
},
"stage-variables" : {
#foreach($key in $stageVariables.keySet())
"$key" : "$stageVariables.get($key)"
    #if($foreach.hasNext),#end
#end
},
"context" : {
    "account-id" : "$context.identity.accountId",
    "api-id" : "$context.apiId",
    "http-method" : "$context.httpMethod",
    "stage" : "$context.stage",
    "source-ip" : "$context.identity.sourceIp",
    "user-agent" : "$context.identity.userAgent",
    "request-id" : "$context.requestId",
    "resource-path" : "$context.resourcePath"
    }
}
`,
			Context: json.RawMessage(`{"body":"{\"a\":1}","params":{"path":{"id":"7","sub":"x"},"querystring":{"q":"a b","page":"2","sort":"asc"},` +
				`"header":{"Accept":"*/*","Host":"example.com","User-Agent":"curl/8","X-Forwarded-For":"192.0.2.1","X-Forwarded-Port":"443","X-Forwarded-Proto":"https"}},` +
				`"stageVariables":{"env":"prod","url":"example.com"},"context":{"apiId":"abc123","httpMethod":"GET","stage":"prod","requestId":"id","resourcePath":"/x","identity":{"accountId":"123456789012","sourceIp":"192.0.2.1","userAgent":"curl"}}}`),
		},
		{
			Name:     "200-item transform",
			Template: "{\"orders\": [\n#foreach($i in $items)\n#set($total = $i.price * $i.stock.count + 1)\n  {\n    \"sku\": \"SKU-$i.id\",\n    \"label\": \"$i.name.toUpperCase()\",\n#if($i.stock.count > 3)\n    \"state\": \"many\",\n#elseif($i.stock.count == 0)\n    \"state\": \"none\",\n#else\n    \"state\": \"few\",\n#end\n    \"total\": $total,\n    \"first\": \"$i.tags[0]\"\n  }#if($foreach.hasNext),#end\n\n#end\n]}",
			Context:  json.RawMessage(`{"items":[` + strings.Join(items, ",") + `]}`),
		},
	}
}

func TestTheWorkloadsRenderAlike(t *testing.T) {
	folder := installed(t)
	if folder == "" {
		t.Skip("Apache Velocity is not installed")
	}
	all := workloads()
	for i, r := range runReference[result](t, folder, all) {
		if got := render(t, all[i]); got != r {
			t.Errorf("%s: ours %+v, the reference %+v", all[i].Name, got, r)
		}
	}
}

// TestSpeed measures Apache Velocity, warm, and ours in one run. It proves nothing by itself:
// it prints.
func TestSpeed(t *testing.T) {
	if *speed == 0 {
		t.Skip("measures only with -speed")
	}
	folder := installed(t)
	if folder == "" {
		t.Fatal("Apache Velocity is not installed: run tests/velocity/java/install.sh")
	}
	all := workloads()
	type measured struct {
		Nanoseconds float64 `json:"nanoseconds"`
	}
	theirs := runReference[measured](t, folder, all, fmt.Sprint(speed.Seconds()))
	for i, c := range all {
		measure(t, c)
		ours := measure(t, c)
		fmt.Printf("%-20s Apache Velocity %8.1f us, ours %8.1f us, ratio %.2f\n", c.Name, theirs[i].Nanoseconds/1000, ours/1000, ours/theirs[i].Nanoseconds)
	}
}

func measure(t testing.TB, c testCase) float64 {
	template, err := vtl.Compile(c.Template, vtl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	vars := variables(t, c.Context)
	var buf []byte
	count := 0
	start := time.Now()
	for ; time.Since(start) < *speed; count++ {
		if buf, err = template.Render(context.Background(), buf[:0], vars); err != nil {
			t.Fatal(err)
		}
	}
	return float64(time.Since(start)) / float64(count)
}

func BenchmarkRender(b *testing.B) {
	for _, c := range workloads() {
		b.Run(c.Name, func(b *testing.B) {
			template, err := vtl.Compile(c.Template, vtl.Options{})
			if err != nil {
				b.Fatal(err)
			}
			vars := variables(b, c.Context)
			var buf []byte
			b.ReportAllocs()
			for b.Loop() {
				if buf, err = template.Render(context.Background(), buf[:0], vars); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
