package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	cw "github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"
)

// addDashboard declares the dashboard: first the graphs of API Gateway's own, for REST and HTTP
// APIs, then what only Postern has, then the functions and the table.
func (o *ObservabilityStack) addDashboard(s *Stacks, options Options) {
	minute := awscdk.Duration_Minutes(jsii.Number(1))
	sum := func(names ...string) []cw.IMetric { return gatewayMetrics("Sum", minute, names...) }
	latency := func(name string) []cw.IMetric {
		return []cw.IMetric{gatewayMetric(name, "p50", minute), gatewayMetric(name, "p90", minute), gatewayMetric(name, "p99", minute)}
	}
	dashboard := cw.NewDashboard(o.Stack, jsii.String("Dashboard"), &cw.DashboardProps{
		DashboardName: jsii.String(options.Name), PeriodOverride: cw.PeriodOverride_AUTO,
	})
	dashboard.AddWidgets(row(
		graph("API calls", sum("Count")...),
		graph("Latency (ms)", latency("Latency")...),
		graph("Integration latency (ms)", latency("IntegrationLatency")...),
	)...)
	dashboard.AddWidgets(row(
		graph("4xx errors", sum("4XXError", "4xx")...),
		graph("5xx errors", sum("5XXError", "5xx")...),
		graph("5xx in percent", faultPercent(minute)),
	)...)
	dashboard.AddWidgets(row(
		graph("Cache", sum("CacheHitCount", "CacheMissCount")...),
		graph("Data processed (bytes)", sum("DataProcessed")...),
		graph("Cold starts", sum("ColdStart")...),
	)...)
	dashboard.AddWidgets(row(
		graph("Refused by throttles and quotas", sum("ThrottledCount", "QuotaExceededCount")...),
		graph("Refused by authorizers", sum("UnauthorizedCount", "AccessDeniedCount", "AuthorizerErrorCount")...),
		graph("Failures of metering", sum("LeaseErrors", "LocalThrottleCount", "UncheckedQuotaCount", "ClosedQuotaCount", "LostUsageCount")...),
	)...)
	var invocations, errors, throttles, durations, concurrency []cw.IMetric
	for _, f := range s.functions() {
		invocations = append(invocations, f.Function.MetricInvocations(named(f, "Sum", minute)))
		errors = append(errors, f.Function.MetricErrors(named(f, "Sum", minute)))
		throttles = append(throttles, f.Function.MetricThrottles(named(f, "Sum", minute)))
		durations = append(durations, f.Function.MetricDuration(named(f, "p99", minute)))
		concurrency = append(concurrency, f.Function.Metric(jsii.String("ConcurrentExecutions"), named(f, "Maximum", minute)))
	}
	dashboard.AddWidgets(row(graph("Invocations", invocations...), graph("Failed invocations", errors...), graph("Refused by Lambda", throttles...))...)
	dashboard.AddWidgets(row(graph("Duration, p99 (ms)", durations...), graph("Environments at work", concurrency...),
		graph("Dead letters", s.ControlPlane.DeadLetters.MetricApproximateNumberOfMessagesVisible(nil)))...)
	dashboard.AddWidgets(row(
		graph("Table: capacity units", s.Data.Table.MetricConsumedReadCapacityUnits(nil), s.Data.Table.MetricConsumedWriteCapacityUnits(nil)),
		graph("Table: faults", tableMetric(s, "SystemErrors", minute), tableMetric(s, "ThrottledRequests", minute)),
		graph("Table: conditions that failed", cw.NewMetric(&cw.MetricProps{
			Namespace: jsii.String("AWS/DynamoDB"), MetricName: jsii.String("ConditionalCheckFailedRequests"), Statistic: jsii.String("Sum"), Period: minute,
			DimensionsMap: &map[string]*string{"TableName": s.Data.Table.TableName()},
		})),
	)...)
}

func gatewayMetrics(statistic string, period awscdk.Duration, names ...string) []cw.IMetric {
	var list []cw.IMetric
	for _, name := range names {
		list = append(list, gatewayMetric(name, statistic, period))
	}
	return list
}

func named(f *function, statistic string, period awscdk.Duration) *cw.MetricOptions {
	return &cw.MetricOptions{Label: jsii.String(f.ID), Statistic: jsii.String(statistic), Period: period}
}

// graph is a third of a row of 24 columns.
func graph(title string, metrics ...cw.IMetric) cw.IWidget {
	return cw.NewGraphWidget(&cw.GraphWidgetProps{Title: jsii.String(title), Left: &metrics, Width: jsii.Number(8), Height: jsii.Number(6)})
}

func row(widgets ...cw.IWidget) []cw.IWidget { return widgets }

func servicePrincipal(name string) awsiam.ServicePrincipal {
	return awsiam.NewServicePrincipal(jsii.String(name), nil)
}
