package awsservices

import (
	"context"
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/postern-gateway/postern/shared/integration"
)

var (
	subnetID    = regexp.MustCompile(`<subnetId>(.*?)</subnetId>`)
	balancerARN = regexp.MustCompile(`<LoadBalancerArn>(.*?)</LoadBalancerArn>`)
	balancerDNS = regexp.MustCompile(`<DNSName>(.*?)</DNSName>`)
	listenerARN = regexp.MustCompile(`<ListenerArn>(.*?)</ListenerArn>`)
	targetARN   = regexp.MustCompile(`<TargetGroupArn>(.*?)</TargetGroupArn>`)
	vpcID       = regexp.MustCompile(`<vpcId>(.*?)</vpcId>`)
)

// The target of a private integration is found by its ARN.
func TestIntegrationTarget(t *testing.T) {
	m := startMoto(t)
	r := record(t, m)
	first := func(re *regexp.Regexp, text string) string {
		t.Helper()
		found := re.FindStringSubmatch(text)
		if found == nil {
			t.Fatalf("no %s in %s", re, text)
		}
		return found[1]
	}
	const elb = "2015-12-01"
	subnets := subnetID.FindAllStringSubmatch(m.query("ec2", "2016-11-15", "Action", "DescribeSubnets"), -1)
	if len(subnets) < 2 {
		t.Fatal("moto has no subnets")
	}
	balancer := m.query("elasticloadbalancing", elb, "Action", "CreateLoadBalancer", "Name", "pets", "Subnets.member.1", subnets[0][1], "Subnets.member.2", subnets[1][1])
	arn, name := first(balancerARN, balancer), first(balancerDNS, balancer)
	group := first(targetARN, m.query("elasticloadbalancing", elb, "Action", "CreateTargetGroup", "Name", "pets", "Protocol", "HTTP", "Port", "80",
		"VpcId", first(vpcID, m.query("ec2", "2016-11-15", "Action", "DescribeVpcs"))))
	listener := first(listenerARN, m.query("elasticloadbalancing", elb, "Action", "CreateListener", "LoadBalancerArn", arn, "Protocol", "HTTP", "Port", "8080",
		"DefaultActions.member.1.Type", "forward", "DefaultActions.member.1.TargetGroupArn", group))

	services := integration.NewServiceAPI(integration.ServiceAPIConfig{
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return own, nil }),
		Region:      "us-east-1",
		Getenv:      func(string) string { return r.URL },
	})
	links := integration.NewVPCLinks(nil, services, nil)
	for target, want := range map[string]string{arn: name + ":80", listener: name + ":8080"} {
		got, err := links.Address(t.Context(), integration.PrivateBackend{ConnectionID: "link", Target: target, Scheme: "http", Host: "pets.example.com"})
		if err != nil || got != want {
			t.Errorf("%s is at %q, want %q: %v", target, got, want, err)
		}
	}
}
