package main

import (
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	cw "github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// metricsNamespace is where the proxy's metrics are, with API Gateway's own names
// (shared/telemetry/metrics; AWS/ApiGateway itself cannot be written).
const metricsNamespace = "Postern"

// ObservabilityStack holds the dashboard, the alarms and the topic that tells of them.
type ObservabilityStack struct {
	Stack awscdk.Stack
	Topic awssns.Topic
}

func observabilityStack(name string) string { return name + "-observability" }

// NewObservabilityStack declares dashboard and alarms over everything that the other stacks run.
func NewObservabilityStack(app constructs.Construct, s *Stacks, options Options) *ObservabilityStack {
	stack := newStack(app, observabilityStack(options.Name), "Postern: dashboard and alarms")
	key := awskms.NewKey(stack, jsii.String("TopicKey"), &awskms.KeyProps{
		Description: jsii.String("Postern: alarms"), EnableKeyRotation: jsii.Bool(true), RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	// With the key of AWS, CloudWatch could not publish to an encrypted topic.
	key.GrantEncryptDecrypt(servicePrincipal("cloudwatch.amazonaws.com"))
	o := &ObservabilityStack{Stack: stack, Topic: awssns.NewTopic(stack, jsii.String("Alarms"), &awssns.TopicProps{
		DisplayName: jsii.String("Postern alarms"), EnforceSSL: jsii.Bool(true), MasterKey: key,
	})}
	for _, email := range options.Observability.Emails {
		o.Topic.AddSubscription(awssnssubscriptions.NewEmailSubscription(jsii.String(email), nil))
	}
	o.addAlarms(s, options.Observability)
	o.addDashboard(s, options)
	awscdk.NewCfnOutput(stack, jsii.String("AlarmTopic"), &awscdk.CfnOutputProps{
		Description: jsii.String("Topic that every alarm is published to"), Value: o.Topic.TopicArn(),
	})
	return o
}

// functions lists every function of the installation, in the order of the dashboard.
func (s *Stacks) functions() []*function {
	list := []*function{s.Gateway.Proxy, s.ControlPlane.ControlPlane}
	if s.WebSocket != nil {
		list = append(list, s.WebSocket.Connect, s.WebSocket.Route)
	}
	if s.Authorizer != nil {
		list = append(list, s.Authorizer.Authorizer)
	}
	return list
}

// alarm declares an alarm that is published to the topic.
func (o *ObservabilityStack) alarm(id, description string, metric cw.IMetric, threshold float64, periods int) {
	a := cw.NewAlarm(o.Stack, jsii.String(id), &cw.AlarmProps{
		AlarmDescription: jsii.String(description), Metric: metric, Threshold: jsii.Number(threshold), EvaluationPeriods: jsii.Number(periods),
		ComparisonOperator: cw.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD, TreatMissingData: cw.TreatMissingData_NOT_BREACHING,
	})
	a.AddAlarmAction(awscloudwatchactions.NewSnsAction(o.Topic))
}

// addAlarms declares the alarms: faults, latency, throttling, the table, and events that were given up.
func (o *ObservabilityStack) addAlarms(s *Stacks, options ObservabilityOptions) {
	minute := awscdk.Duration_Minutes(jsii.Number(1))
	o.alarm("Faults", "A share of the gateway's answers has a 5xx status", faultPercent(minute), float64(options.FaultPercent), 5)
	o.alarm("Slow", "The p99 of Latency is high", gatewayMetric("Latency", "p99", minute), float64(options.LatencyMillis), 5)
	o.alarm("LeasesFailing", "Throttles and quotas cannot reach the table and go by local limits", gatewayMetric("LeaseErrors", "Sum", minute), 1, 3)
	for _, f := range s.functions() {
		options := &cw.MetricOptions{Period: minute, Statistic: jsii.String("Sum")}
		o.alarm(f.ID+"Throttles", "Lambda refuses invocations: the concurrency is used up", f.Function.MetricThrottles(options), 1, 3)
		o.alarm(f.ID+"Errors", "Invocations fail", f.Function.MetricErrors(options), 1, 3)
	}
	for _, name := range []string{"SystemErrors", "ThrottledRequests"} {
		o.alarm("Table"+name, "DynamoDB: "+name, tableMetric(s, name, minute), 1, 3)
	}
	o.alarm("DeadLetters", "CloudFormation's events that the control plane never answered wait in the queue",
		s.ControlPlane.DeadLetters.MetricApproximateNumberOfMessagesVisible(&cw.MetricOptions{Period: minute, Statistic: jsii.String("Maximum")}), 1, 1)
}

// gatewayMetric is a metric over all APIs, which the proxy writes without dimensions.
func gatewayMetric(name, statistic string, period awscdk.Duration) cw.Metric {
	return cw.NewMetric(&cw.MetricProps{
		Namespace: jsii.String(metricsNamespace), MetricName: jsii.String(name), Statistic: jsii.String(statistic), Period: period,
	})
}

// faultPercent is the share of 5xx answers of all APIs, of both kinds and their different names.
func faultPercent(period awscdk.Duration) cw.IMetric {
	return cw.NewMathExpression(&cw.MathExpressionProps{
		Expression: jsii.String("100 * (FILL(rest, 0) + FILL(http, 0)) / count"), Label: jsii.String("5xx in percent"), Period: period,
		UsingMetrics: &map[string]cw.IMetric{
			"rest": gatewayMetric("5XXError", "Sum", period), "http": gatewayMetric("5xx", "Sum", period), "count": gatewayMetric("Count", "Sum", period),
		},
	})
}

// tableMetric sums a metric over the operations that the functions use.
func tableMetric(s *Stacks, name string, period awscdk.Duration) cw.IMetric {
	operations := []string{"GetItem", "BatchGetItem", "Query", "UpdateItem", "TransactWriteItems"}
	metrics := map[string]cw.IMetric{}
	expression := ""
	for i, operation := range operations {
		id := strings.ToLower(name) + strconv.Itoa(i) // unique in a graph
		if i > 0 {
			expression += " + "
		}
		expression += "FILL(" + id + ", 0)"
		metrics[id] = cw.NewMetric(&cw.MetricProps{
			Namespace: jsii.String("AWS/DynamoDB"), MetricName: jsii.String(name), Statistic: jsii.String("Sum"), Period: period,
			DimensionsMap: &map[string]*string{"TableName": s.Data.Table.TableName(), "Operation": jsii.String(operation)},
		})
	}
	return cw.NewMathExpression(&cw.MathExpressionProps{Expression: jsii.String(expression), Label: jsii.String(name), Period: period, UsingMetrics: &metrics})
}
