r"""LaTeX for books: long names that can be wrapped, and fonts that are fast to set.

LuaTeX shapes text by a program in Lua, which takes most of the time of a book, and is for scripts whose letters change with their neighbours. What we
show is set by TeX itself (`Renderer=Base` of fontspec), which knows ligatures and kerning; an author's own text is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from docutils import nodes
from sphinx.application import Sphinx

from sphinx_kwindex.ext.blocks_nodes import breakable

if TYPE_CHECKING:
    from sphinx.builders import Builder
    from sphinx.builders.latex import LaTeXBuilder

_PREAMBLE = r"""
\pdfstringdefDisableCommands{\def\allowbreak{}}
\usepackage{expl3}
\ExplSyntaxOn
\cs_new_protected:Npn \kwindexbreaks #1 {
  \tl_set:Nn \l_tmpa_tl {#1}
  \tl_replace_all:Nnn \l_tmpa_tl { . } { . \allowbreak }
  \tl_replace_all:Nnn \l_tmpa_tl { \_ } { \_ \allowbreak }
  \tl_use:N \l_tmpa_tl
}
\ExplSyntaxOff
\renewcommand{\sphinxstyleindexentry}[1]{\texttt{\kwindexbreaks{#1}}}
\renewcommand{\sphinxstyleindexextra}[1]{ (\emph{\kwindexbreaks{#1}})}
"""
"""Lets long names in the index go on in the next line: entries are text alone, so that they cannot say where."""

_CHAPTERS = r"""
\usepackage{etoolbox}
\makeatletter
\patchcmd{\l@chapter}{1.5em}{2.3em}{}{}
\renewcommand{\sphinxtableofcontentshook}{%
  \renewcommand*\l@section{\@dottedtocline{1}{2.3em}{3.2em}}%
  \renewcommand*\l@subsection{\@dottedtocline{2}{5.5em}{4em}}%
}
\makeatother
\AtBeginDocument{\ifdefined\ChTitleAsIs\ChTitleAsIs\fi}
"""
"""Titles of chapters are paths, which are not the same in capital letters; there may be hundreds of them, which the contents have to have space for."""

_QUICK_FONTS = r"""
\makeatletter
\newcommand{\kwindexquick}{}
\newcommand{\kwindexusual}{}
\def\kwindexfont#1#2#3{{#1\addfontfeatures{Renderer=Base}\global\let#2\f@family}\let#3=}
\ifdefined\addfontfeatures\AtBeginDocument{%
  \kwindexfont\rmfamily\kwindexrm\kwindexusualrm\rmdefault
  \kwindexfont\sffamily\kwindexsf\kwindexusualsf\sfdefault
  \kwindexfont\ttfamily\kwindextt\kwindexusualtt\ttdefault
  \def\kwindexquick{\let\rmdefault\kwindexrm\let\sfdefault\kwindexsf\let\ttdefault\kwindextt\normalfont}%
  \def\kwindexusual{\let\rmdefault\kwindexusualrm\let\sfdefault\kwindexusualsf\let\ttdefault\kwindexusualtt\normalfont}%
}\fi
\makeatother
\renewcommand{\sphinxstyleindexentry}[1]{{\kwindexquick\texttt{\kwindexbreaks{#1}}}}
\renewcommand{\sphinxstyleindexextra}[1]{{\kwindexquick{} (\emph{\kwindexbreaks{#1}})}}
"""


def register(app: Sphinx) -> None:
    """Register the preamble of books."""
    app.connect("builder-inited", _on_builder_inited)


def _on_builder_inited(app: Sphinx) -> None:
    if is_paper(app.builder):
        quick = _QUICK_FONTS if has_quick_fonts(app.builder) else ""
        cast("LaTeXBuilder", app.builder).context["preamble"] += _PREAMBLE + _CHAPTERS + quick


def is_paper(builder: Builder) -> bool:
    """Return whether a book is made by LaTeX."""
    return builder.name == "latex" and bool(builder.config.kwindex_book)


def has_quick_fonts(builder: Builder) -> bool:
    """Return whether what we show is set in quick fonts."""
    return is_paper(builder) and builder.config.latex_engine == "lualatex"


def break_titles(document: nodes.document) -> None:
    """Let titles of generated pages, which are paths, go on in the next line."""
    for title in document.findall(nodes.title):
        if title.get("translatable") is False and len(title) == 1:
            title[:] = breakable(title.astext())


def in_quick_fonts(found: Iterable[nodes.Node]) -> list[nodes.Node]:
    """Return nodes of ours between the switches of `_QUICK_FONTS`."""
    return [
        nodes.raw("", r"\kwindexquick{}", format="latex"),
        *found,
        nodes.raw("", r"\kwindexusual{}", format="latex"),
    ]
