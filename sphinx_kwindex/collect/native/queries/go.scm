(type_spec name: (_) @name type: (struct_type)) @struct
(type_spec name: (_) @name type: (interface_type)) @interface
(type_spec name: (_) @name type: [(type_identifier) (qualified_type) (generic_type) (pointer_type) (array_type) (slice_type) (map_type) (channel_type) (function_type) (parenthesized_type)] @value) @type
(type_alias name: (_) @name type: (_) @value) @type
(field_declaration name: (_) @name type: (_) @of) @attribute
(struct_type (field_declaration_list (field_declaration !name type: (type_identifier) @name) @attribute))
(method_elem name: (_) @name parameters: (_) @signature result: (_)? @result) @method
(function_declaration name: (_) @name parameters: (_) @signature result: (_)? @result) @function
(method_declaration receiver: (parameter_list (parameter_declaration type: (_) @owner)) name: (_) @name parameters: (_) @signature result: (_)? @result) @method
(const_spec name: (identifier) @name type: (_)? @of value: (_)? @value) @constant
(var_spec name: (identifier) @name type: (_)? @of value: (_)? @value) @data
(func_literal) @closure
(import_spec) @import

---
(comment) @comment
(identifier) @name
(type_identifier) @type
(field_identifier) @member
(selector_expression) @qualified
(qualified_type) @qualified
(call_expression function: (identifier) @call)
(call_expression function: (selector_expression field: (field_identifier) @call))
(parameter_declaration name: (identifier) @local)
(variadic_parameter_declaration name: (identifier) @local)
(type_parameter_declaration name: (identifier) @local)
(short_var_declaration left: (expression_list (identifier) @local))
(range_clause left: (expression_list (identifier) @local))
(var_spec name: (identifier) @local)
(const_spec name: (identifier) @local)
