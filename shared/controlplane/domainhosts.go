package controlplane

import (
	"crypto/sha256"
	"fmt"
	"math/big"
	"strings"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// cloudFrontZone is the hosted zone of all CloudFront distributions.
const cloudFrontZone = "Z2FDTNDATAQYW2"

// regionalZones are the hosted zones of the regional endpoints of API Gateway (AWS General
// Reference, API Gateway endpoints). The map is never changed.
var regionalZones = map[string]string{
	"us-east-1":      "Z1UJRXOUMOOFQ8",
	"us-east-2":      "ZOJJZC49E0EPZ",
	"us-west-1":      "Z2MUQ32089INYE",
	"us-west-2":      "Z2OJLYMUO9EFXC",
	"af-south-1":     "Z2DHW2332DAMTN",
	"ap-east-1":      "Z3FD1VL90ND7K5",
	"ap-south-1":     "Z3VO1THU9YC4UR",
	"ap-northeast-1": "Z1YSHQZHG15GKL",
	"ap-northeast-2": "Z20JF4UZKIW1U8",
	"ap-southeast-1": "ZL327KTPIQFUL",
	"ap-southeast-2": "Z2RPCDW04V8134",
	"ca-central-1":   "Z19DQILCV0OWEC",
	"eu-central-1":   "Z1U9ULNL0V5AJ3",
	"eu-north-1":     "Z3UWIKFBOOGXPP",
	"eu-south-1":     "Z3BT4WSQ9TDYZV",
	"eu-south-2":     "Z02499852UI5HEQ5JVWX3",
	"eu-west-1":      "ZLY8HYME6SFDD",
	"eu-west-2":      "ZJ5UAJN8Y3Z2Q",
	"eu-west-3":      "Z3KY65QIEKYHQQ",
	"me-central-1":   "Z08780021BKYYY8U0YHTV",
	"me-south-1":     "Z20ZBPC0SS8806",
	"sa-east-1":      "ZCMLWB8V5SYIT",
	"us-gov-east-1":  "Z3SE9ATJYCRCZJ",
	"us-gov-west-1":  "Z1K6XKP9SAGWDV",
}

// giveHosts sets the names that DNS records of a domain point to. They follow from account, region
// and domain, so that a domain that is created again keeps them.
func (s *Service) giveHosts(d *apigateway.DomainName) {
	d.RegionalDomainName, d.RegionalHostedZoneId, d.DistributionDomainName, d.DistributionHostedZoneId = nil, nil, nil, nil
	if has(d, apigateway.EndpointTypeRegional) {
		d.RegionalDomainName = ptr(fmt.Sprintf("d-%s.execute-api.%s.amazonaws.com", s.derive("regional", rowIDOf(d), 10), s.cfg.Region))
		zone, ok := regionalZones[s.cfg.Region]
		if !ok {
			zone = "Z" + strings.ToUpper(s.derive("zone", "", 13))
		}
		d.RegionalHostedZoneId = &zone
	}
	if has(d, apigateway.EndpointTypeEdge) {
		d.DistributionDomainName = ptr("d" + s.derive("distribution", rowIDOf(d), 13) + ".cloudfront.net")
		d.DistributionHostedZoneId = ptr(cloudFrontZone)
	}
}

// derive makes lower-case letters and digits of a name, always the same.
func (s *Service) derive(purpose, name string, length int) string {
	digest := sha256.Sum256([]byte(strings.Join([]string{s.cfg.Account, s.cfg.Region, purpose, name}, "/")))
	text := new(big.Int).SetBytes(digest[:]).Text(len(idAlphabet))
	// The number of a digest with leading zeros is shorter.
	return (text + strings.Repeat("0", length))[:length]
}
