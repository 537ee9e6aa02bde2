package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
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
	// Key encrypts the table; nil if that is a key of AWS.
	Key awskms.IKey
	// SecretKey holds the key that seals the secrets of access keys; nil without access keys.
	SecretKey awssecretsmanager.ISecret
}

func dataStack(name string) string { return name + "-data" }

// NewDataStack declares the table.
func NewDataStack(app constructs.Construct, options Options) *DataStack {
	stack := newStack(app, dataStack(options.Name), "Postern: definitions, snapshots, counters and connections")
	key := tableKey(stack, options)
	encryption := awsdynamodb.TableEncryption_AWS_MANAGED
	if key != nil {
		encryption = awsdynamodb.TableEncryption_CUSTOMER_MANAGED
	}
	table := awsdynamodb.NewTable(stack, jsii.String("Table"), &awsdynamodb.TableProps{
		PartitionKey:        &awsdynamodb.Attribute{Name: jsii.String(partitionKey), Type: awsdynamodb.AttributeType_STRING},
		SortKey:             &awsdynamodb.Attribute{Name: jsii.String(sortKey), Type: awsdynamodb.AttributeType_STRING},
		BillingMode:         awsdynamodb.BillingMode_PAY_PER_REQUEST,
		Encryption:          encryption,
		EncryptionKey:       key,
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
	return &DataStack{Stack: stack, Table: table, Key: key, SecretKey: secretKey(stack, options)}
}

// tableKey is the customer's key of the table, or nil.
func tableKey(stack awscdk.Stack, options Options) awskms.IKey {
	switch options.TableKey {
	case keyAWS:
		return nil
	case keyCreate:
		return awskms.NewKey(stack, jsii.String("TableKey"), &awskms.KeyProps{
			Description:       jsii.String("Postern: the table"),
			EnableKeyRotation: jsii.Bool(true),
			RemovalPolicy:     removalPolicy(options),
		})
	default:
		return awskms.Key_FromKeyArn(stack, jsii.String("TableKey"), jsii.String(options.TableKey))
	}
}

// secretKey is the secret from which the key that seals access keys is derived, or nil.
func secretKey(stack awscdk.Stack, options Options) awssecretsmanager.ISecret {
	switch options.SecretKey {
	case secretNone:
		return nil
	case secretCreate:
		return awssecretsmanager.NewSecret(stack, jsii.String("AccessKeys"), &awssecretsmanager.SecretProps{
			Description:          jsii.String("Postern: seals the secrets of access keys; a new value makes all of them unusable"),
			GenerateSecretString: &awssecretsmanager.SecretStringGenerator{PasswordLength: jsii.Number(64), ExcludePunctuation: jsii.Bool(true)},
			RemovalPolicy:        removalPolicy(options),
		})
	default:
		return awssecretsmanager.Secret_FromSecretCompleteArn(stack, jsii.String("AccessKeys"), jsii.String(options.SecretKey))
	}
}

// The patterns of the partition keys that the data plane writes.
var (
	// counterKeys are usage counters and token buckets.
	counterKeys = []string{"counter#*"}
	// cacheKeys are the answers that a stage's cache shares between environments.
	cacheKeys = []string{"cache#*"}
	// connectionKeys are the connections of WebSocket APIs.
	connectionKeys = []string{"connections#*"}
	// journalKeys are the store's own notes about values in chunks.
	journalKeys = []string{"~journal"}
)
