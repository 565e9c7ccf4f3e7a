(from_instruction (image_spec) @value as: (image_alias) @name) @data
(arg_instruction name: (_) @name default: (_)? @value) @data
(env_instruction (env_pair name: (_) @name value: (_)? @value) @data)
---
(comment) @comment
