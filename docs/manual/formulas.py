"""Formulas as MathML, which every browser draws by itself: no script, and nothing to fetch."""

import re

from docutils import nodes
from docutils.utils.math import latex2mathml
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

__all__ = ["add_formulas"]

_SIZE = re.compile(r"\\[bB]igg?[lrm]?(?![a-zA-Z])")
"""Sizes of brackets, which MathML finds by itself."""


def _drawn(formula: nodes.Element, *, as_block: bool) -> str:
    return latex2mathml.tex2mathml(_SIZE.sub("", formula.astext()), as_block=as_block)


def _inline(writer: HTML5Translator, formula: nodes.math) -> None:
    writer.body.append(_drawn(formula, as_block=False))
    raise nodes.SkipNode


def _block(writer: HTML5Translator, formula: nodes.math_block) -> None:
    writer.body.append(f"<p>{_drawn(formula, as_block=True)}</p>")
    raise nodes.SkipNode


def add_formulas(app: Sphinx) -> None:
    """Let Sphinx write formulas as MathML."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
