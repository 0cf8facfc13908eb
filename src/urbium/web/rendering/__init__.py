"""Rendering: how pages say things: language, words, labels, drawn charts, templates."""
