// Package dynamodblocal runs AWS's DynamoDB Local for tests.
//
// Floor 2, imported by tests alone. The program is installed by
// scripts/dynamodb-local/install.sh, which make test does.
package dynamodblocal
