; Beside what C has.
(implementation_definition (declaration) @declaration)
(class_implementation (declaration) @declaration)
(class_interface (declaration) @declaration)
(protocol_declaration (declaration) @declaration)
(class_interface . (identifier) @name superclass: (identifier)? @bases !category) @class
(class_interface . (identifier) @name category: (identifier)) @room
(class_implementation . (identifier) @name) @class
(protocol_declaration . (identifier) @name) @interface
(property_declaration (struct_declaration (_) @of (struct_declarator (identifier) @name))) @attribute
(property_declaration (struct_declaration (_) @of (struct_declarator (pointer_declarator declarator: (identifier) @name)))) @attribute
(method_declaration) @message
(method_definition) @message

---
(message_expression method: (identifier) @call)
(method_parameter (identifier) @local)
