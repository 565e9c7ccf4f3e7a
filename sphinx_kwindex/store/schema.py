"""The tables of the index, and the few rows that are known by name."""

from __future__ import annotations

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE summary (
    key TEXT PRIMARY KEY, facts BLOB NOT NULL, refs BLOB NOT NULL, words BLOB NOT NULL, seal BLOB NOT NULL
);
CREATE TABLE retired (key TEXT PRIMARY KEY, generation INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE file (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, language TEXT NOT NULL, module TEXT NOT NULL,
    is_package INTEGER NOT NULL, in_package INTEGER NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, wanted TEXT NOT NULL, beside TEXT NOT NULL,
    key TEXT NOT NULL, role TEXT NOT NULL, lines INTEGER NOT NULL, error TEXT NOT NULL, doc TEXT NOT NULL,
    counts BLOB NOT NULL
);
CREATE INDEX file_module ON file (module);
CREATE TABLE keyword (
    file INTEGER NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL,
    qualname TEXT NOT NULL, kind TEXT NOT NULL, line INTEGER NOT NULL, flags INTEGER NOT NULL, summary TEXT NOT NULL,
    types TEXT NOT NULL,
    PRIMARY KEY (file, position)
) WITHOUT ROWID;
CREATE INDEX keyword_id ON keyword (id);
CREATE INDEX keyword_name ON keyword (folded, name, kind, flags);
CREATE TABLE problem (
    file INTEGER NOT NULL, stage TEXT NOT NULL, kind TEXT NOT NULL, line INTEGER NOT NULL, text TEXT NOT NULL
);
CREATE INDEX problem_file ON problem (file);
CREATE TABLE linked (file INTEGER PRIMARY KEY, facts BLOB NOT NULL);
CREATE TABLE link_state (path TEXT PRIMARY KEY, state BLOB NOT NULL);
CREATE TABLE uses (
    target INTEGER NOT NULL, user INTEGER NOT NULL, digest BLOB NOT NULL, counts BLOB NOT NULL, reached BLOB NOT NULL,
    runs BLOB NOT NULL, passed BLOB NOT NULL, mentions BLOB NOT NULL, rows BLOB NOT NULL
);
CREATE INDEX uses_target ON uses (target);
CREATE INDEX uses_user ON uses (user);
CREATE TABLE operators (target INTEGER NOT NULL, user INTEGER NOT NULL, runs BLOB NOT NULL, rows BLOB NOT NULL);
CREATE INDEX operators_target ON operators (target);
CREATE INDEX operators_user ON operators (user);
CREATE TABLE imported (
    user INTEGER NOT NULL, target INTEGER NOT NULL, late INTEGER NOT NULL, PRIMARY KEY (user, target)
) WITHOUT ROWID;
CREATE INDEX imported_target ON imported (target);
CREATE TABLE taken (
    target INTEGER NOT NULL, user INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (target, user, name)
) WITHOUT ROWID;
CREATE INDEX taken_user ON taken (user);
CREATE TABLE relation (file INTEGER NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL);
CREATE INDEX relation_file ON relation (file);
CREATE INDEX relation_target ON relation (target);
CREATE TABLE related (file INTEGER PRIMARY KEY, files BLOB NOT NULL);
CREATE TABLE lint (key TEXT PRIMARY KEY, stamp TEXT NOT NULL, findings BLOB NOT NULL);
CREATE TABLE pending (stage TEXT NOT NULL, path TEXT NOT NULL, PRIMARY KEY (stage, path)) WITHOUT ROWID;
CREATE TABLE blob (key TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE ledger_fact (stage TEXT NOT NULL, owner TEXT NOT NULL, facts BLOB NOT NULL, UNIQUE (stage, owner));
CREATE TABLE ledger_change (stage TEXT NOT NULL, key INTEGER NOT NULL, PRIMARY KEY (stage, key)) WITHOUT ROWID;
CREATE TABLE ledger_unit (
    stage TEXT NOT NULL, name TEXT NOT NULL, result BLOB NOT NULL, reads BLOB NOT NULL, UNIQUE (stage, name)
);
"""

KEEP_GENERATIONS = 3
"""Summaries that no file has any more stay for so many changes of the tree (another branch may want them back)."""

IMPORT_ROOTS = "import roots"
"""Key of the folders from which modules are imported."""

STAGES = ("link", "relate")
"""Stages that are told which files changed since they last ran."""


WATCHING = ("overview", "plan", "pages")
"""Stages whose units depend on rows of the index."""
