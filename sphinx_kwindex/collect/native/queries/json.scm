(document (object (pair key: (string) @name) @data))
---
(comment) @comment
