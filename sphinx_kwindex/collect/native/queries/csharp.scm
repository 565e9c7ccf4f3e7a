(namespace_declaration name: (_) @name) @namespace
(file_scoped_namespace_declaration name: (_) @name) @room
(class_declaration name: (_) @name (base_list)? @bases) @class
(record_declaration name: (_) @name (base_list)? @bases) @class
(struct_declaration name: (_) @name (base_list)? @bases) @struct
(interface_declaration name: (_) @name (base_list)? @bases) @interface
(enum_declaration name: (_) @name) @enum
(enum_member_declaration name: (_) @name value: (_)? @value) @enumerator
(delegate_declaration name: (_) @name parameters: (_) @value) @type
(method_declaration returns: (_) @result name: (_) @name parameters: (_) @signature) @method
(constructor_declaration name: (_) @name parameters: (_) @signature) @method
(property_declaration type: (_) @of name: (_) @name) @property
(event_declaration type: (_) @of name: (_) @name) @attribute
(event_field_declaration (variable_declaration type: (_) @of (variable_declarator name: (_) @name))) @attribute
(field_declaration (variable_declaration type: (_) @of (variable_declarator name: (_) @name))) @attribute
(local_function_statement name: (_) @name parameters: (_) @signature) @function
(lambda_expression) @closure
(using_directive) @import

---
(comment) @comment
(identifier) @name
(member_access_expression) @qualified
(invocation_expression function: (identifier) @call)
(invocation_expression function: (member_access_expression name: (identifier) @call))
(object_creation_expression type: (identifier) @call)
(base_list (identifier) @base)
(parameter name: (identifier) @local)
(variable_declaration (variable_declarator name: (identifier) @local))
(foreach_statement left: (identifier) @local)
(catch_declaration name: (identifier) @local)
(type_parameter name: (identifier) @local)
