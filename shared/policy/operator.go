package policy

import "strings"

// operator is a condition operator without prefix and suffix.
type operator struct {
	name    string
	negated bool
	build   builder
}

// builder compiles the values of a condition. variables tells whether the document's version has
// policy variables.
type builder func(values []string, variables bool) (test, error)

// operators lists every condition operator but Null (IAM user guide, condition operators).
var operators = [...]operator{
	{"StringEquals", false, stringEquals},
	{"StringNotEquals", true, stringEquals},
	{"StringEqualsIgnoreCase", false, stringEqualsFold},
	{"StringNotEqualsIgnoreCase", true, stringEqualsFold},
	{"StringLike", false, stringLike},
	{"StringNotLike", true, stringLike},
	{"NumericEquals", false, numeric(equal)},
	{"NumericNotEquals", true, numeric(equal)},
	{"NumericLessThan", false, numeric(less)},
	{"NumericLessThanEquals", false, numeric(lessOrEqual)},
	{"NumericGreaterThan", false, numeric(greater)},
	{"NumericGreaterThanEquals", false, numeric(greaterOrEqual)},
	{"DateEquals", false, date(equal)},
	{"DateNotEquals", true, date(equal)},
	{"DateLessThan", false, date(less)},
	{"DateLessThanEquals", false, date(lessOrEqual)},
	{"DateGreaterThan", false, date(greater)},
	{"DateGreaterThanEquals", false, date(greaterOrEqual)},
	{"Bool", false, boolean},
	{"BinaryEquals", false, binary},
	{"IpAddress", false, address},
	{"NotIpAddress", true, address},
	{"ArnEquals", false, arnLike},
	{"ArnLike", false, arnLike},
	{"ArnNotEquals", true, arnLike},
	{"ArnNotLike", true, arnLike},
}

const (
	nullOperator   = "Null"
	suffixIfExists = "IfExists"
)

// readOperator takes an operator's name apart. Its case does not matter. It answers nil if there
// is no such operator; for Null, which has neither prefix nor suffix, the builder is nil.
func readOperator(name string) (*operator, setOperator, bool) {
	if strings.EqualFold(name, nullOperator) {
		return &operator{name: nullOperator}, noSet, false
	}
	set := noSet
	if prefix, rest, ok := strings.Cut(name, ":"); ok {
		switch {
		case strings.EqualFold(prefix, "ForAllValues"):
			set = forAllValues
		case strings.EqualFold(prefix, "ForAnyValue"):
			set = forAnyValue
		default:
			return nil, set, false
		}
		name = rest
	}
	ifExists := false
	if cut := len(name) - len(suffixIfExists); cut > 0 && strings.EqualFold(name[cut:], suffixIfExists) {
		name, ifExists = name[:cut], true
	}
	for i := range operators {
		if strings.EqualFold(operators[i].name, name) {
			return &operators[i], set, ifExists
		}
	}
	return nil, set, ifExists
}
