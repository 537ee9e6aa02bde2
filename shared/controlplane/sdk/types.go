package sdk

// Type is an SDK type as GetSdkTypes lists it (control-plane operations, 2.8).
type Type struct {
	ID, FriendlyName, Description string
	Properties                    []Property
	// Generate makes the library: the bytes of a ZIP archive, equal for equal input. It is nil
	// for a type that is known and cannot be made.
	Generate func(API) ([]byte, error)
}

// Property is a parameter of a generation.
type Property struct {
	Name, FriendlyName, Description string
	Required                        bool
	Default                         string // empty for none
}

// Types returns the SDK types in the order of their identifiers.
func Types() []Type {
	return []Type{
		{
			ID: "android", FriendlyName: "Android", Description: "Generates an Android SDK",
			Properties: []Property{
				{Name: "groupId", FriendlyName: "Group ID", Description: "The Maven group of the library", Required: true},
				{Name: "artifactId", FriendlyName: "Artifact ID", Description: "The name of the compiled archive", Required: true},
				{Name: "artifactVersion", FriendlyName: "Artifact version", Description: "The version of the compiled archive", Required: true},
				{Name: "invokerPackage", FriendlyName: "Invoker package", Description: "The package of the client classes", Required: true},
			},
		},
		{
			ID: "java", FriendlyName: "Java", Description: "Generates a Java SDK",
			Properties: []Property{
				{Name: "service.name", FriendlyName: "Service name", Description: "The name of the service, from which classes are named", Required: true},
				{Name: "java.package-name", FriendlyName: "Package name", Description: "The package of the library", Required: true},
				{Name: "java.build-system", FriendlyName: "Build system", Description: "The build system that the library is set up for"},
				{Name: "java.group-id", FriendlyName: "Group ID", Description: "The Maven group of the library"},
				{Name: "java.artifact-id", FriendlyName: "Artifact ID", Description: "The name of the compiled archive"},
				{Name: "java.artifact-version", FriendlyName: "Artifact version", Description: "The version of the compiled archive"},
			},
		},
		{ID: "javascript", FriendlyName: "JavaScript", Description: "Generates a JavaScript SDK without dependencies, for browsers and Node.js", Generate: JavaScript},
		{ID: "objectivec", FriendlyName: "iOS (Objective-C)", Description: "Generates an iOS SDK in Objective-C", Properties: classPrefix()},
		{
			ID: "ruby", FriendlyName: "Ruby", Description: "Generates a Ruby SDK",
			Properties: []Property{
				{Name: "service.name", FriendlyName: "Service name", Description: "The name of the service, from which classes are named", Required: true},
				{Name: "ruby.gem-name", FriendlyName: "Gem name", Description: "The name of the gem"},
				{Name: "ruby.gem-version", FriendlyName: "Gem version", Description: "The version of the gem"},
			},
		},
		{ID: "swift", FriendlyName: "iOS (Swift)", Description: "Generates an iOS SDK in Swift", Properties: classPrefix()},
	}
}

func classPrefix() []Property {
	return []Property{{Name: "classPrefix", FriendlyName: "Class prefix", Description: "The prefix of all class names", Required: true}}
}
