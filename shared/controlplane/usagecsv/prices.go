package usagecsv

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/postern-gateway/postern/shared/metering/usage"
)

// Prices is a price table. The zero Prices charges nothing.
type Prices struct {
	Currency string           `json:"currency"`
	Default  Price            `json:"default"`
	Plans    map[string]Price `json:"plans"`
}

// Price is what a plan costs.
type Price struct {
	PerMillionRequests float64 `json:"perMillionRequests"`
	PerGigabyte        float64 `json:"perGigabyte"`
}

// ParsePrices reads a price table. Members that it does not know are errors.
func ParsePrices(document []byte) (Prices, error) {
	var p Prices
	d := json.NewDecoder(bytes.NewReader(document))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return Prices{}, fmt.Errorf("price table: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Prices{}, errors.New("price table: something follows the document")
	}
	if p.Currency == "" {
		return Prices{}, errors.New("price table: currency is missing")
	}
	for name, price := range p.Plans {
		if price.PerMillionRequests < 0 || price.PerGigabyte < 0 {
			return Prices{}, fmt.Errorf("price table: plans.%s: a price must not be negative", name)
		}
	}
	if p.Default.PerMillionRequests < 0 || p.Default.PerGigabyte < 0 {
		return Prices{}, errors.New("price table: default: a price must not be negative")
	}
	return p, nil
}

// LoadPrices reads what a setting says: the document itself, which starts with a brace, or else the
// name of a file that has it. Empty is no table.
func LoadPrices(setting string) (Prices, error) {
	if setting == "" {
		return Prices{}, nil
	}
	if strings.HasPrefix(strings.TrimSpace(setting), "{") {
		return ParsePrices([]byte(setting))
	}
	document, err := os.ReadFile(setting)
	if err != nil {
		return Prices{}, fmt.Errorf("price table: %w", err)
	}
	return ParsePrices(document)
}

// cost is that of a row, in the currency.
func (p *Prices) cost(r *usage.Row) float64 {
	price, ok := p.Plans[r.PlanID]
	if !ok {
		price = p.Default
	}
	return float64(r.Served())*price.PerMillionRequests/1e6 + float64(r.ResponseBytes)*price.PerGigabyte/1e9
}
