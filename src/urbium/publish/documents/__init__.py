"""Documents for people: one record of what a document says, and writers of PDF, Word, HTML and Markdown.

A kind of document is one file that composes its sections from results;
``programme/publishing/document_kinds.py`` lists them; the training programme is none of these kinds, and is
written by ``programme/results/talent.py``.

Where to change what:

- what a document says: its file in ``publish/documents/`` (``design.py``, ``brief.py``, ``yearbook.py``,
  ``city_page.py``, ``project_page.py``, ``training_programme.py``), of parts in ``city_parts.py``,
  ``programme_parts.py``; what they may read: ``basis.py``; the outlines of designs: tables ``outlines``,
  ``outline_sections`` of the catalogue (``data/documents/``), read by ``outline.py``
- letters of the office and yearly reports as official documents: ``papers.py``; how official documents in
  Chinese look (GB/T 9704): ``official.py`` (measures, faces), ``official.typ``, ``official_word.py``
- how a document looks: PDF: ``publish/documents/document.typ``; HTML: ``document.html``; Word:
  ``word.py``; fonts: ``fonts.py``; files of O*NET and ESCO that the training programme reads:
  ``talent/references.py``
"""
