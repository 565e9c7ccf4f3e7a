(class_declaration name: (_) @name superclass: (_)? @bases interfaces: (_)? @more) @class
(record_declaration name: (_) @name parameters: (_) @signature) @class
(interface_declaration name: (_) @name (extends_interfaces)? @bases) @interface
(annotation_type_declaration name: (_) @name) @interface
(enum_declaration name: (_) @name) @enum
(enum_constant name: (_) @name) @enumerator
(method_declaration type: (_) @result name: (_) @name parameters: (_) @signature) @method
(annotation_type_element_declaration name: (_) @name) @method
(constructor_declaration name: (_) @name parameters: (_) @signature) @method
(compact_constructor_declaration name: (_) @name) @method
(field_declaration type: (_) @of declarator: (variable_declarator name: (_) @name value: (_)? @value)) @attribute
(constant_declaration type: (_) @of declarator: (variable_declarator name: (_) @name value: (_)? @value)) @attribute
(lambda_expression) @closure
(import_declaration) @import

---
[(line_comment) (block_comment)] @comment
(identifier) @name
(type_identifier) @type
(field_access) @qualified
(scoped_type_identifier) @qualified
(method_invocation name: (identifier) @call)
(method_invocation object: (_) name: (identifier) @member)
(method_invocation object: (this) name: (identifier) @own)
(field_access object: (this) field: (identifier) @own)
(object_creation_expression type: (type_identifier) @call)
(superclass (type_identifier) @base)
(super_interfaces (type_list (type_identifier) @base))
(extends_interfaces (type_list (type_identifier) @base))
(formal_parameter name: (identifier) @local)
(spread_parameter (variable_declarator name: (identifier) @local))
(local_variable_declaration declarator: (variable_declarator name: (identifier) @local))
(catch_formal_parameter name: (identifier) @local)
(enhanced_for_statement name: (identifier) @local)
(resource name: (identifier) @local)
(lambda_expression parameters: (identifier) @local)
(inferred_parameters (identifier) @local)
(type_parameter (type_identifier) @local)
