(mod_item name: (_) @name body: (_)) @namespace
(struct_item name: (_) @name) @struct
(enum_item name: (_) @name) @enum
(union_item name: (_) @name) @union
(trait_item name: (_) @name bounds: (_)? @bases) @trait
(enum_variant name: (_) @name) @enumerator
(field_declaration name: (_) @name type: (_) @of) @attribute
(function_item name: (_) @name parameters: (_) @signature return_type: (_)? @result) @function
(function_signature_item name: (_) @name parameters: (_) @signature return_type: (_)? @result) @function
(impl_item type: (_) @name) @room
(const_item name: (_) @name type: (_) @of value: (_)? @value) @constant
(static_item name: (_) @name type: (_) @of value: (_)? @value) @data
(type_item name: (_) @name type: (_) @value) @type
(associated_type name: (_) @name) @type
(macro_definition name: (_) @name) @macro
(use_declaration) @import
(extern_crate_declaration) @crate
(mod_item name: (_) !body) @submodule

---
[(line_comment) (block_comment)] @comment
(attribute_item) @attribute
(identifier) @name
(type_identifier) @type
(field_identifier) @member
(scoped_identifier) @qualified
(scoped_type_identifier) @qualified
(call_expression function: (identifier) @call)
(call_expression function: (scoped_identifier name: (identifier) @call))
(call_expression function: (field_expression field: (field_identifier) @call))
(macro_invocation macro: (identifier) @call)
(struct_expression name: (type_identifier) @call)
(field_expression value: (self) field: (field_identifier) @own)
(impl_item trait: (type_identifier) @base)
(trait_bounds (type_identifier) @base)
(parameter pattern: (identifier) @local)
(let_declaration pattern: (identifier) @local)
(let_declaration pattern: (_ (identifier) @local))
(closure_parameters (identifier) @local)
(for_expression pattern: (identifier) @local)
(for_expression pattern: (tuple_pattern (identifier) @local))
(match_pattern (_ (identifier) @local))
(let_condition pattern: (_ (identifier) @local))
(type_parameter name: (type_identifier) @local)
(lifetime (identifier) @local)
