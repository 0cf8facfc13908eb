"""No message is empty: an empty one is, in a catalogue of translations, its own header."""

import ast
from pathlib import Path

import urbium

ROOT = Path(urbium.__file__).parent


def empty_messages(path):
    """Return the lines of a module in which a message without words is written."""
    calls = (
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    )
    return [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for call in calls
        if getattr(call.func, "id", "") in {"text", "texts", "sentence", "coded", "meant"}
        and any(isinstance(part, ast.Constant) and part.value == "" for part in call.args)
    ]


def test_no_message_is_empty():
    assert [line for path in sorted(ROOT.rglob("*.py")) for line in empty_messages(path)] == []
