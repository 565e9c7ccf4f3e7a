[(function_def) (macro_def)] @definition
(normal_command) @command
---
[(line_comment) (bracket_comment)] @comment
(normal_command (identifier) @call)
(normal_var (variable) @name)
