package snapshot

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Domain is the document of a public custom domain name: which stage serves which base path.
type Domain struct {
	// Name is in lower case; "*." may stand for its first label.
	Name string `json:"name"`
	// RoutingMode is BASE_PATH_MAPPING_ONLY, ROUTING_RULE_ONLY or
	// ROUTING_RULE_THEN_BASE_PATH_MAPPING (domains and edge, 5.1).
	RoutingMode string `json:"routingMode"`
	// MutualTLS says that clients must show a certificate.
	MutualTLS bool            `json:"mutualTls,omitempty"`
	Mappings  []DomainMapping `json:"mappings,omitempty"`
}

// DomainMapping sends the requests below a base path to an API.
type DomainMapping struct {
	// BasePath has no slash at either end; empty is the one that catches the rest.
	BasePath string `json:"basePath,omitempty"`
	APIID    string `json:"apiId"`
	// Stage is empty when the path segment after the base path names it.
	Stage string `json:"stage,omitempty"`
}

// EncodeDomain returns the stored form of a domain document.
func EncodeDomain(d Domain) ([]byte, error) {
	b, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("encode domain %s: %w", d.Name, err)
	}
	return b, nil
}

// DecodeDomain reads the stored form of a domain document.
func DecodeDomain(b []byte) (Domain, error) {
	var d Domain
	if err := json.Unmarshal(b, &d); err != nil {
		return Domain{}, fmt.Errorf("decode domain document: %w", err)
	}
	return d, nil
}

// EncodeDomains returns the stored form of the list of all domain names that have a document. The
// list lets a data plane tell a name that nobody owns without asking the store for it.
func EncodeDomains(names []string) ([]byte, error) {
	b, err := json.Marshal(names)
	if err != nil {
		return nil, fmt.Errorf("encode the list of domains: %w", err)
	}
	return b, nil
}

// DecodeDomains reads the stored form of the list of domain names.
func DecodeDomains(b []byte) ([]string, error) {
	var names []string
	if err := json.Unmarshal(b, &names); err != nil {
		return nil, fmt.Errorf("decode the list of domains: %w", err)
	}
	return names, nil
}

// DomainKey is where the document of a domain is kept in the store.
func DomainKey(domain string) (partition, sort string) { return domainsPartition, "domain#" + domain }

// DomainsKey is where the list of domain names is kept in the store.
func DomainsKey() (partition, sort string) { return domainsPartition, "names" }

const domainsPartition = "serve-domains"

const (
	maxDomainLength = 255
	maxLabelLength  = 63
)

// CustomDomainName tells whether name, in lower case, can be that of a custom domain: labels of
// letters, digits and hyphens (domains and edge, 3). Addresses, names of one label and names that
// the service gives out itself cannot. "*" is allowed as the whole first label.
func CustomDomainName(name string) bool {
	if len(name) > maxDomainLength || strings.HasSuffix(name, ".amazonaws.com") || strings.HasSuffix(name, ".on.aws") {
		return false
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return false
	}
	labels := strings.Split(strings.TrimPrefix(name, "*."), ".")
	return len(labels) > 1 && !slices.ContainsFunc(labels, func(l string) bool { return !label(l) })
}

func label(s string) bool {
	if s == "" || len(s) > maxLabelLength || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
