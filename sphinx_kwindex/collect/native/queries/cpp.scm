; Beside what C has, too.
(field_declaration_list (declaration) @declaration)
(template_declaration (declaration) @declaration)
(friend_declaration (declaration) @declaration)
(namespace_definition name: (_) @name body: (_)) @namespace
(namespace_alias_definition name: (_) @name (_) @value .) @alias
(class_specifier name: (_) @name (base_class_clause)? @bases body: (_)) @class
(struct_specifier name: (_) @name (base_class_clause)? @bases body: (_)) @struct
(enum_specifier name: (_) @name base: (_)? @bases body: (_)) @enum
(alias_declaration name: (_) @name type: (_) @value) @alias
(concept_definition name: (_) @name) @concept

---
(template_declaration) @outer
(qualified_identifier) @qualified
(call_expression function: (template_function name: (identifier) @call))
(call_expression function: (qualified_identifier name: (identifier) @call))
(call_expression function: (qualified_identifier name: (qualified_identifier name: (identifier) @call)))
(field_expression argument: (this) field: (field_identifier) @own)
(base_class_clause (type_identifier) @base)
(base_class_clause (template_type name: (type_identifier) @base))
(optional_parameter_declaration declarator: (identifier) @local)
(reference_declarator (identifier) @local)
; In a block, `Guard guard(mutex);` declares no function.
(compound_statement (declaration declarator: (function_declarator declarator: (identifier) @local)))
(case_statement (declaration declarator: (function_declarator declarator: (identifier) @local)))
(for_range_loop declarator: (identifier) @local)
(structured_binding_declarator (identifier) @local)
(lambda_capture_specifier (identifier) @local)
(type_parameter_declaration (type_identifier) @local)
(optional_type_parameter_declaration name: (type_identifier) @local)
(variadic_type_parameter_declaration (type_identifier) @local)
(variadic_parameter_declaration declarator: (variadic_declarator (identifier) @local))
