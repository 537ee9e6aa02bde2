"""The steps of boto3_lifecycle.py: per kind of resource the operations, their arguments and what
boto3 must return. In arguments <name> stands for a value that an earlier answer gave.

In an expectation, which an answer must equal, absent members included:

    "<id6>"       so many lower-case letters and digits      "<time>"      about now
    "<any>"       anything but an empty value                "<re:X>"      a string that X matches
    "<key=id10>"  the same as "<id10>", remembered as key    "..."         there may be more
    "~"           the last element of a list: these elements and no more, in any order
"""

from collections import namedtuple

Refusal = namedtuple("Refusal", "code message")

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
NLB = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/nlb/0123456789abcdef"
LAMBDA = ("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
          "arn:aws:lambda:us-east-1:123456789012:function:auth/invocations")
OPENAPI = """
openapi: 3.0.1
info: {title: imported, version: "1"}
paths:
  /pets:
    get:
      operationId: listPets
      responses: {"200": {description: OK}}
      x-amazon-apigateway-integration: {type: mock, responses: {default: {statusCode: "200"}}}
"""


def patch(*lines):
    """Makes patch operations of lines like "replace /name new name"; of copy the rest is from."""
    made = []
    for line in lines:
        op, path, *rest = line.split(" ", 2)
        made.append({"op": op, "path": path, **({"from" if op == "copy" else "value": rest[0]} if rest else {})})
    return made


API = {"restApiId": "<api>"}
PET = {**API, "resourceId": "<pets>", "httpMethod": "POST"}
PET200 = {**PET, "statusCode": "200"}
PROD = {**API, "stageName": "prod"}

NEW_API = ("create_rest_api", {"name": "pets"}, {
    "id": "<api=id10>", "name": "pets", "createdDate": "<time>", "apiKeySource": "HEADER", "disableExecuteApiEndpoint": False,
    "endpointConfiguration": {"types": ["EDGE"], "ipAddressType": "ipv4"}, "rootResourceId": "<root=id10>"})
NEW_PETS = ("create_resource", {**API, "parentId": "<root>", "pathPart": "pets"},
            {"id": "<pets=id6>", "parentId": "<root>", "pathPart": "pets", "path": "/pets"})
NEW_METHOD = ("put_method", {**PET, "authorizationType": "NONE"}, {"httpMethod": "POST", "authorizationType": "NONE", "apiKeyRequired": False})
NEW_IMPORTED = ("import_rest_api", {"body": OPENAPI}, {"id": "<api=id10>", "name": "imported", "version": "1", "...": 0})
NEW_DEPLOYMENT = ("create_deployment", PROD, {"id": "<deployment=id6>", "createdDate": "<time>"})

MOCK = {"type": "MOCK", "passthroughBehavior": "WHEN_NO_MATCH", "timeoutInMillis": 29000, "cacheNamespace": "<pets>", "cacheKeyParameters": []}
STAGE = {
    "stageName": "prod", "deploymentId": "<deployment>", "createdDate": "<time>", "lastUpdatedDate": "<time>", "methodSettings": {},
    "cacheClusterEnabled": False, "cacheClusterStatus": "NOT_AVAILABLE", "tracingEnabled": False}
SETTING = {
    "cacheDataEncrypted": False, "cacheTtlInSeconds": 300, "cachingEnabled": False, "dataTraceEnabled": False, "metricsEnabled": False,
    "requireAuthorizationForCacheControl": True, "throttlingBurstLimit": 5000, "throttlingRateLimit": 10000.0,
    "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER"}
KEY = {"id": "<key>", "name": "k", "enabled": True, "createdDate": "<time>", "lastUpdatedDate": "<time>", "stageKeys": []}
NEW_KEY = ("create_api_key", {"name": "k", "enabled": True}, {**KEY, "id": "<key=id10>", "value": "<value=re:[A-Za-z0-9]{40}>"})
PLAN_KEY = {"id": "<key>", "name": "k", "type": "API_KEY", "value": "<value>"}
REGIONAL = {"domainName": "api.example.com", "regionalCertificateArn": CERTIFICATE, "endpointConfiguration": {"types": ["REGIONAL"]}}
NEW_DOMAIN = ("create_domain_name", REGIONAL, {
    **REGIONAL, "endpointConfiguration": {"types": ["REGIONAL"], "ipAddressType": "ipv4"}, "regionalDomainName": "<any>",
    "regionalHostedZoneId": "<any>", "domainNameStatus": "AVAILABLE", "securityPolicy": "TLS_1_2", "...": 0})

LIFECYCLES = {
    "REST API": [
        NEW_API,
        ("get_rest_api", API, {**NEW_API[2], "id": "<api>", "rootResourceId": "<root>"}),
        ("update_rest_api", {**API, "patchOperations": patch("replace /name cats", "add /binaryMediaTypes/image~1png", "replace /description d")}, {
            **NEW_API[2], "id": "<api>", "rootResourceId": "<root>", "name": "cats", "description": "d", "binaryMediaTypes": ["image/png"], "tags": {}}),
        ("put_rest_api", {**API, "mode": "overwrite", "body": OPENAPI}, {"id": "<api>", "rootResourceId": "<root>", "tags": {}, "version": "1", "...": 0}),
        ("get_resources", API, {"items": [{"id": "<root>", "path": "/"},
                                          {"id": "<id6>", "parentId": "<root>", "pathPart": "pets", "path": "/pets", "resourceMethods": {"GET": {}}}, "~"]}),
        ("get_rest_apis", {"limit": 1}, {"items": [{"id": "<api>", "...": 0}]}),
        ("put_rest_api", {**API, "body": "{"}, Refusal("BadRequestException", "Invalid OpenAPI input.")),
        ("delete_rest_api", API, {}),
        ("get_rest_api", API, Refusal("NotFoundException", "Invalid API identifier specified 123456789012:<api>")),
    ],
    "resource": [
        NEW_API, NEW_PETS,
        ("update_resource", {**API, "resourceId": "<pets>", "patchOperations": patch("replace /pathPart {pet+}")},
         {"id": "<pets>", "parentId": "<root>", "pathPart": "{pet+}", "path": "/{pet+}"}),
        ("get_resource", {**API, "resourceId": "<pets>"}, {"id": "<pets>", "parentId": "<root>", "pathPart": "{pet+}", "path": "/{pet+}"}),
        ("create_resource", {**API, "parentId": "<root>", "pathPart": "{x}"},
         Refusal("BadRequestException", "A sibling ({pet+}) of this resource already has a variable path part -- only one is allowed")),
        ("delete_resource", {**API, "resourceId": "<pets>"}, {}),
        ("get_resource", {**API, "resourceId": "<pets>"}, Refusal("NotFoundException", "Invalid Resource identifier specified")),
    ],
    "method, integration and their responses": [
        NEW_API, NEW_PETS, NEW_METHOD,
        ("update_method", {**PET, "patchOperations": patch("add /requestParameters/method.request.header.X true", "replace /operationName o")},
         {**NEW_METHOD[2], "operationName": "o", "requestParameters": {"method.request.header.X": True}}),
        ("put_method_response", PET200, {"statusCode": "200"}),
        ("update_method_response", {**PET200, "patchOperations": patch("add /responseModels/application~1json Empty")},
         {"statusCode": "200", "responseModels": {"application/json": "Empty"}}),
        ("get_method_response", PET200, {"statusCode": "200", "responseModels": {"application/json": "Empty"}}),
        ("put_integration", {**PET, "type": "MOCK"}, MOCK),
        ("update_integration", {**PET, "patchOperations": patch('add /requestTemplates/application~1json {"statusCode":200}', "replace /timeoutInMillis 100")},
         {**MOCK, "timeoutInMillis": 100, "requestTemplates": {"application/json": '{"statusCode":200}'}}),
        ("put_integration_response", {**PET200, "responseTemplates": {"application/json": "{}"}}, {"statusCode": "200", "responseTemplates": {"application/json": "{}"}}),
        ("update_integration_response", {**PET200, "patchOperations": patch("replace /selectionPattern 2..")},
         {"statusCode": "200", "selectionPattern": "2..", "responseTemplates": {"application/json": "{}"}}),
        ("get_integration", PET, {**MOCK, "timeoutInMillis": 100, "requestTemplates": {"application/json": '{"statusCode":200}'}, "integrationResponses": {
            "200": {"statusCode": "200", "selectionPattern": "2..", "responseTemplates": {"application/json": "{}"}}}}),
        ("test_invoke_method", PET, {
            "status": 200, "body": "{}", "headers": {"Content-Type": "application/json"}, "multiValueHeaders": {"Content-Type": ["application/json"]},
            "latency": "<any>", "log": "<re:Execution log for request .* : Method completed with status: 200\n>"}),
        ("delete_integration_response", PET200, {}),
        ("get_integration_response", PET200, Refusal("NotFoundException", "Invalid Response status code specified")),
        ("delete_integration", PET, {}),
        ("get_integration_response", PET200, Refusal("NotFoundException", "Invalid Integration identifier specified")),
        ("delete_method_response", PET200, {}),
        ("get_method", PET, {**NEW_METHOD[2], "operationName": "o", "requestParameters": {"method.request.header.X": True}}),
        ("delete_method", PET, {}),
        ("get_method", PET, Refusal("NotFoundException", "Invalid Method identifier specified")),
    ],
    "model": [
        NEW_API,
        ("create_model", {**API, "name": "Pet", "contentType": "application/json", "schema": '{"type":"object"}'},
         {"id": "<model=id6>", "name": "Pet", "contentType": "application/json", "schema": '{"type":"object"}'}),
        ("update_model", {**API, "modelName": "Pet", "patchOperations": patch('replace /schema {"type":"array"}')},
         {"id": "<model>", "name": "Pet", "contentType": "application/json", "schema": '{"type":"array"}'}),
        ("get_model", {**API, "modelName": "Pet"}, {"id": "<model>", "name": "Pet", "contentType": "application/json", "schema": '{"type":"array"}'}),
        ("get_model_template", {**API, "modelName": "Error"}, {"value": r"<re:#set\(\$inputRoot = \$input\.path\('\$'\)\)\s.*\"message\".*>"}),
        ("get_models", API, {"items": [{"name": "Pet", "...": 0}, {"name": "Empty", "...": 0}, {"name": "Error", "...": 0}, "~"]}),
        ("delete_model", {**API, "modelName": "Pet"}, {}),
        ("get_model", {**API, "modelName": "Pet"}, Refusal("NotFoundException", "Invalid model name specified: Pet")),
    ],
    "request validator": [
        NEW_API,
        ("create_request_validator", {**API, "name": "v"}, {"id": "<v=id6>", "name": "v", "validateRequestBody": False, "validateRequestParameters": False}),
        ("update_request_validator", {**API, "requestValidatorId": "<v>", "patchOperations": patch("replace /validateRequestBody true")},
         {"id": "<v>", "name": "v", "validateRequestBody": True, "validateRequestParameters": False}),
        ("get_request_validators", API, {"items": [{"id": "<v>", "name": "v", "validateRequestBody": True, "validateRequestParameters": False}]}),
        ("delete_request_validator", {**API, "requestValidatorId": "<v>"}, {}),
        ("get_request_validator", {**API, "requestValidatorId": "<v>"}, Refusal("NotFoundException", "Invalid Request Validator identifier specified")),
    ],
    "authorizer": [
        NEW_API,
        ("create_authorizer", {**API, "name": "a", "type": "REQUEST", "authorizerUri": LAMBDA, "identitySource": "method.request.header.X,context.httpMethod"},
         {"id": "<a=id6>", "name": "a", "type": "REQUEST", "authorizerUri": LAMBDA, "identitySource": "method.request.header.X,context.httpMethod", "...": 0}),
        ("update_authorizer", {**API, "authorizerId": "<a>", "patchOperations": patch("replace /name b", "replace /authorizerResultTtlInSeconds 0")},
         {"id": "<a>", "name": "b", "type": "REQUEST", "authorizerUri": LAMBDA, "authorizerResultTtlInSeconds": 0, "...": 0}),
        ("get_authorizers", API, {"items": [{"id": "<a>", "name": "b", "...": 0}]}),
        ("get_authorizer", {**API, "authorizerId": "<a>"}, {"id": "<a>", "name": "b", "...": 0}),
        ("delete_authorizer", {**API, "authorizerId": "<a>"}, {}),
        ("get_authorizers", API, {"items": []}),
    ],
    "gateway response": [
        NEW_API,
        ("put_gateway_response", {**API, "responseType": "DEFAULT_4XX", "responseParameters": {"gatewayresponse.header.X": "'x'"}, "responseTemplates": {"text/plain": "no"}},
         {"responseType": "DEFAULT_4XX", "responseParameters": {"gatewayresponse.header.X": "'x'"}, "responseTemplates": {"text/plain": "no"}, "defaultResponse": False}),
        ("update_gateway_response", {**API, "responseType": "DEFAULT_4XX", "patchOperations": patch("replace /statusCode 499")},
         {"responseType": "DEFAULT_4XX", "statusCode": "499", "responseParameters": {"gatewayresponse.header.X": "'x'"}, "responseTemplates": {"text/plain": "no"}, "defaultResponse": False}),
        ("get_gateway_response", {**API, "responseType": "DEFAULT_4XX"}, {"responseType": "DEFAULT_4XX", "statusCode": "499", "...": 0}),
        ("delete_gateway_response", {**API, "responseType": "DEFAULT_4XX"}, {}),
        ("delete_gateway_response", {**API, "responseType": "DEFAULT_4XX"}, Refusal("NotFoundException", "Gateway response type not defined on api")),
    ],
    "documentation part and version": [
        NEW_IMPORTED,
        ("create_documentation_part", {**API, "location": {"type": "PATH_PARAMETER", "path": "/pets/{id}", "method": "GET", "name": "id"}, "properties": '{"a":1}'},
         {"id": "<part=id6>", "location": {"type": "PATH_PARAMETER", "path": "/pets/{id}", "method": "GET", "name": "id"}, "properties": '{"a":1}'}),
        ("update_documentation_part", {**API, "documentationPartId": "<part>", "patchOperations": patch("replace /properties {}")}, {"id": "<part>", "properties": "{}", "...": 0}),
        ("get_documentation_parts", {**API, "type": "PATH_PARAMETER"}, {"items": [{"id": "<part>", "properties": "{}", "...": 0}]}),
        ("create_documentation_version", {**API, "documentationVersion": "1"}, {"version": "1", "createdDate": "<time>"}),
        ("update_documentation_version", {**API, "documentationVersion": "1", "patchOperations": patch("replace /description d")}, {"version": "1", "createdDate": "<time>", "description": "d"}),
        ("get_documentation_versions", API, {"items": [{"version": "1", "createdDate": "<time>", "description": "d"}]}),
        ("delete_documentation_version", {**API, "documentationVersion": "1"}, {}),
        ("get_documentation_versions", API, {"items": []}),
        ("delete_documentation_part", {**API, "documentationPartId": "<part>"}, {}),
        ("get_documentation_part", {**API, "documentationPartId": "<part>"}, Refusal("NotFoundException", "Invalid Documentation part identifier specified")),
    ],
    "deployment and stage": [
        NEW_IMPORTED, NEW_DEPLOYMENT,
        ("get_stage", PROD, STAGE),
        ("update_stage", {**PROD, "patchOperations": patch("replace /variables/a 1", "replace /*/*/metrics/enabled true", "replace /canarySettings/percentTraffic 12.5")},
         {**STAGE, "variables": {"a": "1"}, "methodSettings": {"*/*": {**SETTING, "metricsEnabled": True}},
          "canarySettings": {"percentTraffic": 12.5, "deploymentId": "<deployment>", "useStageCache": False}}),
        ("update_stage", {**PROD, "patchOperations": patch("remove /canarySettings", "remove /*/*", "remove /variables/a")}, STAGE),
        ("get_stages", API, {"item": [STAGE]}),
        ("create_deployment", {**API, "description": "spare"}, {"id": "<spare=id6>", "createdDate": "<time>", "description": "spare"}),
        ("update_deployment", {**API, "deploymentId": "<spare>", "patchOperations": patch("replace /description used")}, {"id": "<spare>", "createdDate": "<time>", "description": "used"}),
        ("create_stage", {**API, "stageName": "test", "deploymentId": "<spare>", "tracingEnabled": True, "description": "t"},
         {**STAGE, "stageName": "test", "deploymentId": "<spare>", "tracingEnabled": True, "description": "t"}),
        ("delete_deployment", {**API, "deploymentId": "<spare>"}, Refusal("BadRequestException", "Active stages pointing to this deployment must be moved or deleted")),
        ("delete_stage", {**API, "stageName": "test"}, {}),
        ("delete_deployment", {**API, "deploymentId": "<spare>"}, {}),
        ("get_deployments", API, {"items": [{"id": "<deployment>", "createdDate": "<time>"}]}),
    ],
    "stage caches, export and SDK": [
        NEW_IMPORTED, NEW_DEPLOYMENT,
        ("flush_stage_cache", PROD, {}),
        ("flush_stage_authorizers_cache", PROD, {}),
        ("get_export", {**PROD, "exportType": "swagger", "accepts": "application/yaml"},
         {"contentType": "application/octet-stream", "contentDisposition": "<re:attachment; filename=.+>", "body": "<re:.*swagger: [\"']2\\.0[\"'].*/pets.*>"}),
        ("get_sdk_types", {}, {"items": [{"id": i, "...": 0} for i in ("java", "javascript", "android", "objectivec", "swift", "ruby")] + ["~"]}),
        ("get_sdk_type", {"id": "javascript"}, {"id": "javascript", "friendlyName": "<any>", "...": 0}),
        ("get_sdk", {**PROD, "sdkType": "javascript"},
         {"contentType": "application/octet-stream", "contentDisposition": "<re:attachment; filename=.+>", "body": "<re:PK.*>"}),
    ],
    "API key": [
        NEW_KEY,
        ("get_api_key", {"apiKey": "<key>", "includeValue": True}, {**KEY, "value": "<value>"}),
        ("get_api_keys", {"nameQuery": "k"}, {"items": [KEY]}),
        ("update_api_key", {"apiKey": "<key>", "patchOperations": patch("replace /enabled false", "replace /description d")}, {**KEY, "enabled": False, "description": "d", "...": 0}),
        ("create_api_key", {"value": "short"}, Refusal("BadRequestException", "API Key value should be at least 20 characters")),
        ("import_api_keys", {"format": "csv", "body": "Name,key\nimported,abcdefghij0123456789\n"}, {"ids": ["<imported=id10>"], "...": 0}),
        ("get_api_key", {"apiKey": "<imported>"}, {**KEY, "id": "<imported>", "name": "imported"}),
        ("delete_api_key", {"apiKey": "<imported>"}, {}),
        ("delete_api_key", {"apiKey": "<key>"}, {}),
        ("get_api_keys", {}, {"items": []}),
    ],
    "usage plan, its keys and usage": [
        NEW_IMPORTED, NEW_DEPLOYMENT, NEW_KEY,
        ("create_usage_plan", {"name": "p", "quota": {"limit": 10, "period": "DAY"}}, {"id": "<plan=id6>", "name": "p", "apiStages": [], "quota": {"limit": 10, "offset": 0, "period": "DAY"}}),
        ("update_usage_plan", {"usagePlanId": "<plan>", "patchOperations": patch("add /apiStages <api>:prod", "replace /throttle/rateLimit 2.5", "replace /throttle/burstLimit 5")},
         {"id": "<plan>", "name": "p", "apiStages": [{"apiId": "<api>", "stage": "prod"}], "quota": {"limit": 10, "offset": 0, "period": "DAY"}, "throttle": {"rateLimit": 2.5, "burstLimit": 5}, "...": 0}),
        ("create_usage_plan_key", {"usagePlanId": "<plan>", "keyId": "<key>", "keyType": "API_KEY"}, PLAN_KEY),
        ("get_usage_plan_key", {"usagePlanId": "<plan>", "keyId": "<key>"}, PLAN_KEY),
        ("get_usage_plan_keys", {"usagePlanId": "<plan>", "nameQuery": "k"}, {"items": [PLAN_KEY]}),
        ("update_usage", {"usagePlanId": "<plan>", "keyId": "<key>", "patchOperations": patch("replace /remaining 3")},
         {"usagePlanId": "<plan>", "startDate": "<start=any>", "endDate": "<end=any>", "items": {"<key>": [[0, 3]]}}),
        ("get_usage", {"usagePlanId": "<plan>", "startDate": "<start>", "endDate": "<end>"}, {"usagePlanId": "<plan>", "startDate": "<start>", "endDate": "<end>", "items": {"<key>": [[0, 3]]}}),
        ("delete_usage_plan_key", {"usagePlanId": "<plan>", "keyId": "<key>"}, {}),
        ("get_usage_plan_keys", {"usagePlanId": "<plan>"}, {"items": []}),
        ("update_usage_plan", {"usagePlanId": "<plan>", "patchOperations": patch("remove /apiStages <api>:prod")}, {"id": "<plan>", "apiStages": [], "...": 0}),
        ("delete_usage_plan", {"usagePlanId": "<plan>"}, {}),
        ("get_usage_plan", {"usagePlanId": "<plan>"}, Refusal("NotFoundException", "Invalid Usage Plan ID specified")),
    ],
    "client certificate": [
        ("generate_client_certificate", {"tags": {"k": "v"}}, {"clientCertificateId": "<c=id6>", "pemEncodedCertificate": "<pem=re:-----BEGIN CERTIFICATE-----.*>",
                                                               "createdDate": "<time>", "expirationDate": "<any>", "tags": {"k": "v"}}),
        ("update_client_certificate", {"clientCertificateId": "<c>", "patchOperations": patch("replace /description d")}, {"clientCertificateId": "<c>", "description": "d", "...": 0}),
        ("get_client_certificate", {"clientCertificateId": "<c>"}, {"clientCertificateId": "<c>", "description": "d", "pemEncodedCertificate": "<pem>", "...": 0}),
        ("delete_client_certificate", {"clientCertificateId": "<c>"}, {}),
        ("get_client_certificates", {}, {"items": []}),
    ],
    "domain name, mapping and access association": [
        NEW_API, NEW_DOMAIN,
        ("update_domain_name", {"domainName": "api.example.com", "patchOperations": patch("replace /endpointConfiguration/ipAddressType dualstack")},
         {"domainName": "api.example.com", "endpointConfiguration": {"types": ["REGIONAL"], "ipAddressType": "dualstack"}, "...": 0}),
        ("create_base_path_mapping", {"domainName": "api.example.com", "restApiId": "<api>"}, {"basePath": "(none)", "restApiId": "<api>"}),
        ("update_base_path_mapping", {"domainName": "api.example.com", "basePath": "(none)", "patchOperations": patch("replace /basepath v1")}, {"basePath": "v1", "restApiId": "<api>"}),
        ("get_base_path_mapping", {"domainName": "api.example.com", "basePath": "v1"}, {"basePath": "v1", "restApiId": "<api>"}),
        ("delete_base_path_mapping", {"domainName": "api.example.com", "basePath": "v1"}, {}),
        ("get_base_path_mappings", {"domainName": "api.example.com"}, {"items": []}),
        ("create_domain_name", {"domainName": "p.example.com", "certificateArn": CERTIFICATE, "endpointConfiguration": {"types": ["PRIVATE"]}},
         {"domainName": "p.example.com", "domainNameId": "<pid=any>", "domainNameArn": "<arn=re:arn:aws:apigateway:us-east-1:123456789012:/domainnames/p.example.com\\+.+>", "...": 0}),
        ("create_domain_name_access_association", {"domainNameArn": "<arn>", "accessAssociationSourceType": "VPCE", "accessAssociationSource": "vpce-0123456789abcdef0"},
         {"domainNameAccessAssociationArn": "<association=any>", "domainNameArn": "<arn>", "accessAssociationSourceType": "VPCE", "accessAssociationSource": "vpce-0123456789abcdef0"}),
        ("get_domain_name_access_associations", {}, {"items": [{"domainNameAccessAssociationArn": "<association>", "domainNameArn": "<arn>", "...": 0}]}),
        ("delete_domain_name_access_association", {"domainNameAccessAssociationArn": "<association>"}, {}),
        ("delete_domain_name", {"domainName": "p.example.com", "domainNameId": "<pid>"}, {}),
        ("delete_domain_name", {"domainName": "api.example.com"}, {}),
        ("get_domain_names", {}, {"items": []}),
    ],
    "VPC link": [
        ("create_vpc_link", {"name": "l", "targetArns": [NLB]}, {"id": "<l=id6>", "name": "l", "targetArns": [NLB], "status": "<re:PENDING|AVAILABLE>", "...": 0}),
        ("update_vpc_link", {"vpcLinkId": "<l>", "patchOperations": patch("replace /name m", "replace /description d")}, {"id": "<l>", "name": "m", "description": "d", "targetArns": [NLB], "...": 0}),
        ("get_vpc_link", {"vpcLinkId": "<l>"}, {"id": "<l>", "name": "m", "...": 0}),
        ("get_vpc_links", {}, {"items": [{"id": "<l>", "...": 0}]}),
        ("delete_vpc_link", {"vpcLinkId": "<l>"}, {}),
        ("update_vpc_link", {"vpcLinkId": "nosuch", "patchOperations": patch("replace /name x")}, Refusal("NotFoundException", "Invalid Vpc Link identifier specified")),
    ],
    "account": [
        ("get_account", {}, {"apiKeyVersion": "<any>", "features": ["UsagePlans"], "throttleSettings": {"burstLimit": 5000, "rateLimit": 10000.0}}),
        ("update_account", {"patchOperations": patch("replace /cloudwatchRoleArn arn:aws:iam::123456789012:role/logs")},
         {"cloudwatchRoleArn": "arn:aws:iam::123456789012:role/logs", "apiKeyVersion": "<any>", "features": ["UsagePlans"], "throttleSettings": {"burstLimit": 5000, "rateLimit": 10000.0}}),
    ],
    "tags": [
        NEW_IMPORTED, NEW_DEPLOYMENT,
        *[step for arn in ("arn:aws:apigateway:us-east-1::/restapis/<api>", "arn:aws:apigateway:us-east-1::/restapis/<api>/stages/prod") for step in (
            ("tag_resource", {"resourceArn": arn, "tags": {"a": "1", "b": "2"}}, {}),
            ("untag_resource", {"resourceArn": arn, "tagKeys": ["a"]}, {}),
            ("get_tags", {"resourceArn": arn}, {"tags": {"b": "2"}}))],
        ("get_stage", PROD, {**STAGE, "tags": {"b": "2"}}),
    ],
}
