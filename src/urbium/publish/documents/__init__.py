"""Documents for people: one record of what a document says, and writers of PDF, Word, HTML and Markdown.

A kind of document is one file that composes its sections from results; ``programme/documents.py`` lists them.
"""
