; What JavaScript and TypeScript have in common.
(class_declaration name: (_) @name (class_heritage)? @bases) @class
(class name: (_) @name (class_heritage)? @bases) @class
(function_declaration name: (_) @name parameters: (_) @signature) @function
(generator_function_declaration name: (_) @name parameters: (_) @signature) @function
(arguments (function_expression name: (_) @name parameters: (_) @signature) @function)
(call_expression function: (function_expression name: (_) @name parameters: (_) @signature) @function)
(parenthesized_expression (function_expression name: (_) @name parameters: (_) @signature) @function)
(method_definition name: (_) @name parameters: (_) @signature) @method
(variable_declarator name: (identifier) @name value: [(function_expression parameters: (_) @signature) (generator_function parameters: (_) @signature)]) @function
(variable_declarator name: (identifier) @name value: (arrow_function parameters: (_) @signature)) @function
(variable_declarator name: (identifier) @name value: (arrow_function parameter: (_) @signature)) @function
(lexical_declaration kind: "const" (variable_declarator name: (identifier) @name value: (_) @value) @constant)
(lexical_declaration kind: "let" (variable_declarator name: (identifier) @name value: (_)? @value) @data)
(variable_declaration (variable_declarator name: (identifier) @name value: (_)? @value) @data)
(pair key: [(property_identifier) (string)] @name value: [(function_expression parameters: (_) @signature) (arrow_function parameters: (_) @signature) (generator_function parameters: (_) @signature)]) @method
(variable_declarator value: (object (pair key: (property_identifier) @name value: [(string) (number) (object) (array) (true) (false) (null) (identifier) (call_expression) (new_expression) (template_string) (regex) (member_expression)] @value) @attribute))
(assignment_expression left: (identifier) @name right: [(function_expression parameters: (_) @signature) (arrow_function parameters: (_) @signature) (generator_function parameters: (_) @signature)]) @function
(assignment_expression
  left: (member_expression object: (member_expression object: (_) @owner property: (property_identifier) @_prototype) property: (property_identifier) @name)
  right: [(function_expression parameters: (_) @signature) (arrow_function parameters: (_) @signature) (generator_function parameters: (_) @signature)]
  (#eq? @_prototype "prototype")) @method
(assignment_expression
  left: (member_expression object: (_) @_owner property: (property_identifier) @name)
  right: [(function_expression parameters: (_) @signature) (arrow_function parameters: (_) @signature) (generator_function parameters: (_) @signature)]
  (#match? @_owner "^(module\\.exports|exports|module|this|self)$")) @method
(assignment_expression
  left: (member_expression object: [(identifier) (member_expression)] @owner property: (property_identifier) @name)
  right: [(function_expression parameters: (_) @signature) (arrow_function parameters: (_) @signature) (generator_function parameters: (_) @signature)]
  (#not-match? @owner "(^(module|exports|this|self)$|exports$|prototype$|[^A-Za-z0-9_$.])")) @method
(function_expression) @closure
(arrow_function) @closure
(import_statement) @import
(export_statement source: (_)) @import
(export_statement !source) @export
(assignment_expression left: (member_expression) @_exports right: [(identifier) (object) (class) (function_expression)] (#match? @_exports "^(module\\.)?exports(\\.[A-Za-z0-9_$]+)?$")) @exports
(variable_declarator value: (call_expression function: (identifier) @_require arguments: (arguments . (string) .)) (#eq? @_require "require")) @require

---
(comment) @comment
(export_statement) @outer
(lexical_declaration) @outer
(variable_declaration) @outer
(expression_statement) @outer
(identifier) @name
(shorthand_property_identifier) @name
(property_identifier) @member
(private_property_identifier) @member
(member_expression) @qualified
(call_expression function: (identifier) @call)
(call_expression function: (member_expression property: (property_identifier) @call))
(new_expression constructor: (identifier) @call)
(member_expression object: (this) property: (property_identifier) @own)
(variable_declarator name: (identifier) @local)
(shorthand_property_identifier_pattern) @local
(array_pattern (identifier) @local)
(pair_pattern value: (identifier) @local)
(arrow_function parameter: (identifier) @local)
(catch_clause parameter: (identifier) @local)
(for_in_statement left: (identifier) @local)
