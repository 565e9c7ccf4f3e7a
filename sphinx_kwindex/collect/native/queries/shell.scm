(function_definition name: (_) @name) @function
(program (variable_assignment name: (variable_name) @name value: (_)? @value) @data)
(program (declaration_command (variable_assignment name: (variable_name) @name value: (_)? @value) @data))
(command name: (command_name (word) @_source) argument: (word) (#match? @_source "^(source|\\.)$")) @import

---
(comment) @comment
(command name: (command_name (word) @call))
(variable_name) @name
