(field_definition property: (_) @name value: (_)? @value) @attribute

---
(formal_parameters (identifier) @local)
(class_heritage (identifier) @base)
(class_heritage (member_expression property: (property_identifier) @base))
(formal_parameters (assignment_pattern left: (identifier) @local))
(formal_parameters (rest_pattern (identifier) @local))
