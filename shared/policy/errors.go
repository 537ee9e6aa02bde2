package policy

import "fmt"

// Texts with which IAM refuses documents.
const (
	reasonSyntax       = "Syntax errors in policy."
	reasonPrincipal    = "Policy document should not specify a principal."
	reasonActions      = "Policy statement must contain actions."
	reasonResources    = "Policy statement must contain resources."
	reasonSidUnique    = "Statement IDs (SID) in a single policy must be unique."
	reasonSidAlphabet  = "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
	reasonVendor       = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
	reasonColon        = "Actions/Condition can contain only one colon."
	reasonBadPrincipal = "Invalid principal in policy"
)

// Error says why a document is no policy.
type Error struct {
	// Path leads to the element at fault, such as "Statement[0].Condition.Bool"; it is empty for
	// the document as a whole.
	Path string
	// Reason is IAM's own text where that is known, followed by what is wrong.
	Reason string
}

// Error gives the path and the reason.
func (e *Error) Error() string {
	if e.Path == "" {
		return "policy document: " + e.Reason
	}
	return "policy document: " + e.Path + ": " + e.Reason
}

func refuse(path, format string, args ...any) error {
	return &Error{path, fmt.Sprintf(format, args...)}
}

// syntax is a refusal that IAM words in one sentence, whatever the fault.
func syntax(path, format string, args ...any) error {
	return &Error{path, reasonSyntax + " " + fmt.Sprintf(format, args...)}
}
