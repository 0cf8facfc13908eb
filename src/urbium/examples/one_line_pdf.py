"""One-line PDF: a whole PDF of one page with one line, written without any package, for files of examples."""


def one_line_pdf(line: str) -> bytes:
    r"""Return a PDF (ISO 32000-1) of one page of A4 that says a line of ASCII.

    >>> one_line_pdf("An example (made up)")[-6:]
    b'%%EOF\n'
    """
    said = line.translate({ord(sign): f"\\{sign}" for sign in "\\()"})
    drawn = f"BT /F1 12 Tf 72 760 Td ({said}) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Font << /F1 5 0 R >> >>",
    ]
    written, places = "%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    written += f"xref\n0 {size}\n0000000000 65535 f \n{table}"
    start = written.index("xref\n0 ")
    written += f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return written.encode("ascii")
