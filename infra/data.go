package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// The attributes that the store's items have in common.
const (
	partitionKey = "pk"
	sortKey      = "sk"
	// ttlAttribute holds the expiry as seconds since 1970.
	ttlAttribute = "ttl"
)

// DataStack holds the state: one table for definitions, snapshots, stage pointers,
// counters, connections and cache entries (architecture, section 5).
type DataStack struct {
	Stack awscdk.Stack
	Table awsdynamodb.Table
}

func dataStack(name string) string { return name + "-data" }

// NewDataStack declares the table.
func NewDataStack(app constructs.Construct, options Options) *DataStack {
	stack := newStack(app, dataStack(options.Name), "Postern: definitions, snapshots, counters and connections")
	table := awsdynamodb.NewTable(stack, jsii.String("Table"), &awsdynamodb.TableProps{
		PartitionKey:        &awsdynamodb.Attribute{Name: jsii.String(partitionKey), Type: awsdynamodb.AttributeType_STRING},
		SortKey:             &awsdynamodb.Attribute{Name: jsii.String(sortKey), Type: awsdynamodb.AttributeType_STRING},
		BillingMode:         awsdynamodb.BillingMode_PAY_PER_REQUEST,
		Encryption:          awsdynamodb.TableEncryption_AWS_MANAGED,
		TimeToLiveAttribute: jsii.String(ttlAttribute),
		PointInTimeRecoverySpecification: &awsdynamodb.PointInTimeRecoverySpecification{
			PointInTimeRecoveryEnabled: jsii.Bool(true),
			RecoveryPeriodInDays:       jsii.Number(options.RecoveryDays),
		},
		DeletionProtection: jsii.Bool(options.Retain),
		RemovalPolicy:      removalPolicy(options),
	})
	awscdk.NewCfnOutput(stack, jsii.String("TableName"), &awscdk.CfnOutputProps{
		Description: jsii.String("Table with the state of every API"),
		Value:       table.TableName(),
	})
	return &DataStack{Stack: stack, Table: table}
}

// counterKeys are the patterns of the partition keys that the data plane adds to: usage
// counters and token buckets.
var counterKeys = []string{"counter#*"}
