(function_declaration name: (_) @name parameters: (_) @signature return_type: (_) @result) @function
(method_definition name: (_) @name parameters: (_) @signature return_type: (_) @result) @method
(variable_declarator name: (identifier) @name value: (arrow_function parameters: (_) @signature return_type: (_) @result)) @function
(abstract_class_declaration name: (_) @name (class_heritage)? @bases) @class
(public_field_definition name: (_) @name type: (_)? @of value: (_)? @value) @attribute
(method_signature name: (_) @name parameters: (_) @signature return_type: (_)? @result) @method
(abstract_method_signature name: (_) @name parameters: (_) @signature return_type: (_)? @result) @method
(property_signature name: (_) @name type: (_)? @of) @attribute
(interface_declaration name: (_) @name (extends_type_clause)? @bases) @interface
(type_alias_declaration name: (_) @name value: (_) @value) @type
(enum_declaration name: (_) @name) @enum
(enum_body name: (_) @name @enumerator)
(enum_assignment name: (_) @name value: (_) @value) @enumerator
(internal_module name: (_) @name) @namespace
(module name: (_) @name) @namespace
(function_signature name: (_) @name parameters: (_) @signature return_type: (_)? @result) @function
(required_parameter (accessibility_modifier) pattern: (identifier) @name type: (_)? @of) @attribute

---
(type_identifier) @type
(nested_type_identifier name: (type_identifier) @type)
(class_heritage (extends_clause value: (identifier) @base))
(class_heritage (implements_clause (type_identifier) @base))
(extends_type_clause type: (type_identifier) @base)
(required_parameter pattern: (identifier) @local)
(optional_parameter pattern: (identifier) @local)
(type_parameter name: (type_identifier) @local)
