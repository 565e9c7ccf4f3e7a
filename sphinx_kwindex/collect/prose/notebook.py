"""Notebooks (`.ipynb`): cells of Markdown as prose, and cells of code; read by `json`, never run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sphinx_kwindex.collect.prose.markdown import parse_markdown
from sphinx_kwindex.collect.prose.outline import CodePiece, Outline, ProseError

CELL_LIMIT = 1_000
"""Cells of one notebook that are read."""
MOST_OF_A_CELL = 20_000
"""Characters of one cell that are read."""

_MAGIC = re.compile(r"^[ \t]*[%!?].*$|^.*\?$", re.MULTILINE)
"""Lines that are for IPython and no Python."""


class _Cell(NamedTuple):
    """The source of a cell."""

    kind: str
    text: str
    lines: tuple[int, ...]
    """Where its lines are in the file."""


def parse_notebook(text: str) -> Outline:
    """Return what the cells of a notebook hold, as one document; raise `ProseError` if it is none."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ProseError(error.lineno, f"not a notebook: {error.msg}") from error
    cells = list(_cells(data, text))
    found = list(_outlines(cells, _language(data)))
    return Outline(
        headings=[item for outline in found for item in outline.headings],
        first_paragraph=next((outline.first_paragraph for outline in found if outline.first_paragraph), ""),
        code=[item for outline in found for item in outline.code],
        links=[item for outline in found for item in outline.links],
        blocks=[item for outline in found for item in outline.blocks],
        text="\n".join(cell.text for cell in cells),
    )


def _outlines(cells: Iterable[_Cell], language: str) -> Iterator[Outline]:
    count = 0
    for cell in cells:
        outline = _prose(cell, count) if cell.kind == "markdown" else _code(cell, language, count)
        count += len(outline.headings)
        yield outline


def _prose(cell: _Cell, count: int) -> Outline:
    outline = parse_markdown(cell.text)
    return Outline(
        headings=[item._replace(line=_line(cell, item.line)) for item in outline.headings],
        first_paragraph=outline.first_paragraph,
        code=[(text, before + count) for text, before in outline.code],
        links=[(text, target, before + count) for text, target, before in outline.links],
        blocks=[item._replace(line=_line(cell, item.line), before=item.before + count) for item in outline.blocks],
    )


def _code(cell: _Cell, language: str, count: int) -> Outline:
    text = _MAGIC.sub("", cell.text) if language.startswith(("python", "ipython")) else cell.text
    blocks = [CodePiece(language, text, _line(cell, 1), count)] if text.strip() else []
    return Outline((), "", blocks=blocks)


def _line(cell: _Cell, line: int) -> int:
    return cell.lines[min(line, len(cell.lines)) - 1] if cell.lines else 1


def _cells(data: Any, text: str) -> Iterator[_Cell]:
    if not isinstance(data, dict):
        raise ProseError(1, "not a notebook: no cells")
    cells = data.get("cells")
    if cells is None:  # before version 4
        sheets = data.get("worksheets")
        cells = sheets[0].get("cells") if isinstance(sheets, list) and sheets and isinstance(sheets[0], dict) else None
    if not isinstance(cells, list):
        raise ProseError(1, "not a notebook: no cells")
    finder = _LineFinder(text)
    for cell in cells[:CELL_LIMIT]:
        if isinstance(cell, dict) and cell.get("cell_type") in {"markdown", "code"}:
            source = _source(cell)[:MOST_OF_A_CELL]
            yield _Cell(cell["cell_type"], source, tuple(map(finder.find, source.split("\n"))))


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    parts = source if isinstance(source, list) else [source]
    return "".join(part for part in parts if isinstance(part, str))


class _LineFinder:
    """Finds lines of cells in the file, one after another."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._line = 1

    def find(self, line: str) -> int:
        """Return the line of the file in which a line of a cell stands; that of the one before it if it is not found."""
        written = json.dumps(line, ensure_ascii=False)[1:-1]
        place = self._text.find(f'"{written}', self._place) if written.strip() else -1
        if place >= 0:
            self._line += self._text.count("\n", self._place, place)
            self._place = place
        return self._line


def _language(data: Mapping[str, Any]) -> str:
    """Return the language of the cells of code; Python if it does not say."""
    metadata = data.get("metadata")
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        found = metadata.get(part) if isinstance(metadata, dict) else None
        if isinstance(found, dict) and isinstance(found.get(key), str):
            return str(found[key]).lower()
    return "python"
