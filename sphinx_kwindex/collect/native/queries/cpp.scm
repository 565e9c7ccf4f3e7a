; Definitions. What declarators name is worked out by the hook.
(namespace_definition name: (_) @name body: (_)) @namespace
(namespace_alias_definition name: (_) @name (_) @value .) @alias
(class_specifier name: (_) @name (base_class_clause)? @bases body: (_)) @class
(struct_specifier name: (_) @name (base_class_clause)? @bases body: (_)) @struct
(union_specifier name: (_) @name body: (_)) @union
(enum_specifier name: (_) @name base: (_)? @bases body: (_)) @enum
(enumerator name: (_) @name value: (_)? @value) @enumerator
(alias_declaration name: (_) @name type: (_) @value) @alias
(concept_definition name: (_) @name) @concept
(function_definition) @declaration
(declaration) @declaration
(field_declaration) @declaration
(type_definition) @typedef
(preproc_include) @import

; References
---
(comment) @comment
(template_declaration) @outer
(type_identifier) @type
(identifier) @name
(field_identifier) @member
(qualified_identifier) @qualified
(call_expression function: (identifier) @call)
(call_expression function: (template_function name: (identifier) @call))
(call_expression function: (field_expression field: (field_identifier) @call))
(call_expression function: (qualified_identifier name: (identifier) @call))
(call_expression function: (qualified_identifier name: (qualified_identifier name: (identifier) @call)))
(field_expression argument: (this) field: (field_identifier) @own)
(base_class_clause (type_identifier) @base)
(base_class_clause (template_type name: (type_identifier) @base))
(parameter_declaration declarator: (identifier) @local)
(optional_parameter_declaration declarator: (identifier) @local)
(pointer_declarator declarator: (identifier) @local)
(reference_declarator (identifier) @local)
(array_declarator declarator: (identifier) @local)
(init_declarator declarator: (identifier) @local)
(declaration declarator: (identifier) @local)
(for_range_loop declarator: (identifier) @local)
(structured_binding_declarator (identifier) @local)
(lambda_capture_specifier (identifier) @local)
(type_parameter_declaration (type_identifier) @local)
(optional_type_parameter_declaration name: (type_identifier) @local)
(variadic_type_parameter_declaration (type_identifier) @local)
(variadic_parameter_declaration declarator: (variadic_declarator (identifier) @local))
(preproc_params (identifier) @local)
