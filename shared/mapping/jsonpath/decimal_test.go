package jsonpath

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// What the documentation of java.math.BigDecimal gives as the texts of [unscaled, scale].
func TestDecimalText(t *testing.T) {
	for text, want := range map[string]string{
		"123": "123", "-123": "-123", "123e1": "1.23E+3", "123e3": "1.23E+5", "12.3": "12.3", "0.00123": "0.00123", "12.3e-8": "1.23E-7",
		"-12.3e-10": "-1.23E-9", "0": "0", "0.00": "0.00", "-0": "0", "0e7": "0E+7", ".5": "0.5", "5.": "5", "+1": "1", "007": "7",
	} {
		d, ok := parseDecimal(text)
		if !ok || d.String() != want {
			t.Errorf("%s is %s, want %s", text, d, want)
		}
	}
	for _, text := range []string{"", ".", "-", "1e", "e1", "1 ", " 1", "1_0", "0x1", "NaN", "1e99999999999"} {
		if d, ok := parseDecimal(text); ok {
			t.Errorf("%q was read as %s", text, d)
		}
	}
}

func TestDecimalsCompareAsRationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`-?[0-9]{1,5}(\.[0-9]{1,5})?(e-?[0-9])?`)
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		x, okX := new(big.Rat).SetString(a)
		y, okY := new(big.Rat).SetString(b)
		d, okD := parseDecimal(a)
		o, okO := parseDecimal(b)
		if !okX || !okY || !okD || !okO {
			t.Fatalf("%s or %s was not read", a, b)
		}
		if got, want := d.compare(o), x.Cmp(y); got != want {
			t.Fatalf("compare %s and %s: %d, want %d", a, b, got, want)
		}
		whole := new(big.Int).Quo(x.Num(), x.Denom())
		if got := d.intValue(); got != int32(new(big.Int).And(whole, big.NewInt(1<<32-1)).Int64()) {
			t.Fatalf("%s is the int %d", a, got)
		}
		if again, ok := parseDecimal(d.String()); !ok || again != d {
			t.Fatalf("%s became %s", a, d)
		}
	})
}
