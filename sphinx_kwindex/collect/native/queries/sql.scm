; Tables and views are structs, and their columns members.
(create_table . (_)* (object_reference name: (_) @name)) @struct
(create_view (object_reference name: (_) @name)) @struct
(create_materialized_view (object_reference name: (_) @name)) @struct
(column_definition name: (_) @name type: (_)? @of) @attribute
(create_function . (keyword_create) (_)* . (object_reference name: (_) @name) . (function_arguments) @signature) @function
(create_procedure (object_reference name: (_) @name) . (function_arguments) @signature) @function
(create_type (object_reference name: (_) @name)) @type
(create_index column: (_) @name) @data
(create_trigger . (keyword_create) (_)* (keyword_trigger) . (object_reference name: (_) @name)) @data
(create_sequence (object_reference name: (_) @name)) @data

---
(comment) @comment
(marginalia) @comment
(object_reference name: (_) @name)
(invocation (object_reference name: (_) @call))
