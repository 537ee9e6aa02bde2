package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TableAPI is the part of the DynamoDB client that CreateTable uses.
type TableAPI interface {
	CreateTable(context.Context, *dynamodb.CreateTableInput, ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error)
	DescribeTable(context.Context, *dynamodb.DescribeTableInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error)
	UpdateTimeToLive(context.Context, *dynamodb.UpdateTimeToLiveInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateTimeToLiveOutput, error)
}

// tableWait is how long CreateTable waits for a new table.
const tableWait = 2 * time.Minute

// CreateTable makes the table, with on-demand billing and time to live, and
// returns when it can be used. It is for local use and for tests: in the cloud
// the table is a part of the infrastructure. A table of that name that exists
// already is an error.
func CreateTable(ctx context.Context, api TableAPI, table string) error {
	_, err := api.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:   &table,
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String(AttributePartition), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String(AttributeSort), AttributeType: types.ScalarAttributeTypeS},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String(AttributePartition), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String(AttributeSort), KeyType: types.KeyTypeRange},
		},
	})
	if err != nil {
		return fmt.Errorf("create table %s: %w", table, err)
	}
	if err := awaitTable(ctx, api, table); err != nil {
		return fmt.Errorf("wait for table %s: %w", table, err)
	}
	_, err = api.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName: &table,
		TimeToLiveSpecification: &types.TimeToLiveSpecification{
			AttributeName: aws.String(AttributeTTL), Enabled: aws.Bool(true),
		},
	})
	if err != nil {
		return fmt.Errorf("set time to live of table %s: %w", table, err)
	}
	return nil
}

func awaitTable(ctx context.Context, api TableAPI, table string) error {
	ctx, cancel := context.WithTimeout(ctx, tableWait)
	defer cancel()
	for attempt := 0; ; attempt++ {
		out, err := api.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &table})
		var missing *types.ResourceNotFoundException
		switch {
		case errors.As(err, &missing):
			// A new table may not be seen everywhere yet.
		case err != nil:
			return err
		case out.Table.TableStatus == types.TableStatusActive:
			return nil
		}
		if err := pause(ctx, attempt); err != nil {
			return err
		}
	}
}
