; What C and C++ have in common. What declarators name is worked out by the hook.
(union_specifier name: (_) @name body: (_)) @union
(enumerator name: (_) @name value: (_)? @value) @enumerator
(function_definition) @declaration
; Not those in blocks, which are local.
(translation_unit (declaration) @declaration)
(declaration_list (declaration) @declaration)
(linkage_specification (declaration) @declaration)
(ERROR (declaration) @declaration)
(field_declaration) @declaration
(type_definition) @typedef
(preproc_include) @import

---
(comment) @comment
(type_identifier) @type
(identifier) @name
(field_identifier) @member
(call_expression function: (identifier) @call)
(call_expression function: (field_expression field: (field_identifier) @call))
(parameter_declaration declarator: (identifier) @local)
(pointer_declarator declarator: (identifier) @local)
(array_declarator declarator: (identifier) @local)
(init_declarator declarator: (identifier) @local)
(declaration declarator: (identifier) @local)
(preproc_params (identifier) @local)
