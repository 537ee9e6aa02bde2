package integration

import "strings"

// endpointRule is how a service's endpoint departs from the rule {service}.{region}.{domain},
// signed under the service's own name. Empty members do not.
type endpointRule struct {
	host    string
	signing string
	// global services have one endpoint without a region, signed for us-east-1.
	global bool
}

// endpointRules are those of the service models, by name with subdomain or by service alone.
var endpointRules = map[string]endpointRule{
	"agreement-marketplace":           {signing: "aws-marketplace"},
	"api.tunneling.iot":               {signing: "IoTSecuredTunneling"},
	"appconfigdata":                   {signing: "appconfig"},
	"appstream2":                      {signing: "appstream"},
	"appsync-api":                     {signing: "appsync"},
	"bedrock-agent":                   {signing: "bedrock"},
	"bedrock-agent-runtime":           {signing: "bedrock"},
	"bedrock-agentcore-control":       {signing: "bedrock-agentcore"},
	"bedrock-data-automation":         {signing: "bedrock"},
	"bedrock-runtime":                 {signing: "bedrock"},
	"cassandra-streams":               {signing: "cassandra"},
	"cloudfront":                      {global: true},
	"cloudhsmv2":                      {signing: "cloudhsm"},
	"contact-lens":                    {signing: "connect"},
	"data-signer":                     {signing: "signer"},
	"data.iotevents":                  {signing: "ioteventsdata"},
	"data.jobs.iot":                   {signing: "iot-jobs-data"},
	"deployment-marketplace":          {signing: "aws-marketplace"},
	"discovery-marketplace":           {signing: "aws-marketplace"},
	"ecr":                             {host: "api.ecr"},
	"email":                           {signing: "ses"},
	"forecastquery":                   {signing: "forecast"},
	"iam":                             {global: true},
	"identity-chime":                  {signing: "chime"},
	"ivsrealtime":                     {signing: "ivs"},
	"mail-manager":                    {signing: "ses"},
	"marketplace":                     {signing: "aws-marketplace"},
	"media-pipelines-chime":           {signing: "chime"},
	"meetings-chime":                  {signing: "chime"},
	"memory-db":                       {signing: "memorydb"},
	"messaging-chime":                 {signing: "chime"},
	"migrationhub-config":             {signing: "mgh"},
	"mobiletargeting":                 {host: "pinpoint"},
	"models-v2-lex":                   {signing: "lex"},
	"oidc":                            {signing: "sso-oauth"},
	"participant.connect":             {signing: "execute-api"},
	"personalize-events":              {signing: "personalize"},
	"personalize-runtime":             {signing: "personalize"},
	"pinpoint":                        {signing: "mobiletargeting"},
	"portal.sso":                      {signing: "awsssoportal"},
	"reporting-marketplace":           {signing: "aws-marketplace"},
	"route53":                         {global: true},
	"runtime-v2-lex":                  {signing: "lex"},
	"sagemaker":                       {host: "api.sagemaker"},
	"servicecatalog-appregistry":      {signing: "servicecatalog"},
	"sms-voice.pinpoint":              {signing: "sms-voice"},
	"voice-chime":                     {signing: "chime"},
	"waf":                             {global: true},
	"bedrock-data-automation-runtime": {signing: "bedrock"},
}

// endpoint fills in where the service of a URI is and what its requests are signed for.
func (u *ServiceURI) endpoint() {
	name := u.Service
	if u.Subdomain != "" {
		name = u.Subdomain + "." + u.Service
	}
	rule, known := endpointRules[name]
	if !known {
		rule = endpointRules[u.Service]
		if u.Subdomain != "" {
			rule.host = "" // it is the subdomain that leads the way
		}
	}
	host := name
	if rule.host != "" {
		host = rule.host
	}
	u.SigningName, u.SigningRegion = u.Service, u.Region
	switch {
	case rule.signing != "":
		u.SigningName = rule.signing
	case u.Service == "iot" && u.Subdomain != "" && u.Subdomain != "api":
		u.SigningName = "iotdata" // {account's prefix}-ats.iot, data.iot
	}
	domain := partitionDomain(u.Partition)
	if rule.global {
		u.Host = host + "." + domain
		if u.Partition == "aws" {
			u.SigningRegion = "us-east-1"
		}
	} else {
		u.Host = host + "." + u.Region + "." + domain
	}
	u.variable = endpointVariable(name, u.Service)
	if u.SigningName == "iotdata" {
		u.variable = "AWS_ENDPOINT_URL_IOT_DATA_PLANE"
	}
	u.json, u.isJSON = jsonProtocols[name]
	u.version = queryVersions[name]
	u.isS3 = u.Service == "s3"
}

// partitionDomain returns the domain of a partition's endpoints.
func partitionDomain(partition string) string {
	switch partition {
	case "aws-cn":
		return "amazonaws.com.cn"
	case "aws-iso":
		return "c2s.ic.gov"
	case "aws-iso-b":
		return "sc2s.sgov.gov"
	case "aws-eusc":
		return "amazonaws.eu"
	}
	return "amazonaws.com"
}

// endpoints finds what replaces the services' own endpoints.
type endpoints struct {
	getenv func(string) string
}

// override returns the base address that AWS_ENDPOINT_URL_{SERVICE} or AWS_ENDPOINT_URL gives, or
// "" if the service's own endpoint serves.
func (e endpoints) override(u *ServiceURI) string {
	if e.getenv == nil {
		return ""
	}
	address := e.getenv(u.variable)
	if address == "" {
		address = e.getenv("AWS_ENDPOINT_URL")
	}
	return strings.TrimRight(address, "/")
}
