"""English words of a Chinese text: what is counted where a reader of Chinese is to see hardly any.

Brand, codes, acronyms and addresses are no words of ours: written in capitals, with a dot, a digit or a line,
or in quotes, as what somebody types. A publisher without a Chinese name is called by its own; what its
publications are called is counted.
"""

import re
from collections import Counter
from html.parser import HTMLParser

from urbium.text import language, say
from urbium.text.own_words import own_words

MOST = 0.02
HAN = re.compile("[\u3400-\u9fff]")
WORD = re.compile(r"(?<![\w./@-])[A-Za-z][a-z'-]{2,}(?![\w./@]|-\w)", re.ASCII)
TYPED = re.compile(r"(?<!\w)(['\"`])[^'\"`\n]{1,60}\1(?!\w)|“[!-~]{1,60}”")
"""What stands in quotes to be typed as it is."""
ADDRESS = re.compile(r"https?://[!-~]+")
HALF_WIDTH = re.compile(
    "[\u3400-\u9fff”》）] ?[,:;(] |[,:;] [\u3400-\u9fff“《（]|[\u3400-\u9fff] ?\\([^()]*\\)"
    "|[\u3400-\u9fff]\\.$"
)
"""Signs as narrow as Latin letters where they join or end Chinese words."""
BRANDS = {
    "urbium",
    "Excel",
    "Word",
    "Chromium",
    "Gompertz",
    "Theta",
    "Cronbach",
    "Shapley",
    "Borda",
    "Copeland",
}
PER_WORD = 1.7
"""Chinese characters of one word."""
SPOKEN = {"alt", "aria-label", "placeholder", "title"}
VOID = {"meta", "link", "input", "br", "img", "hr"}
QUOTED = {"languages", "code", "pre", "script", "style", "svg"}


def english_of(words, codes=frozenset()):
    """Return the English words of a text by number, and their share of all its words.

    Parameters
    ----------
    codes : words that only look like English: what programs are told by, such as the names of commands
    """
    found = WORD.findall(TYPED.sub(" ", ADDRESS.sub(" ", words)))
    english = Counter(word for word in found if word not in BRANDS and word not in codes)
    chinese = len(HAN.findall(words)) / PER_WORD
    return english, english.total() / max(chinese + english.total(), 1)


def share_of(what, words, codes=frozenset()):
    """Return the share of English, and in words how large it is and of which words.

    A single word of a short answer is no share.
    """
    english, share = english_of(words, codes)
    share = 0.0 if english.total() <= 1 else share
    most = " ".join(f"{word}:{count}" for word, count in english.most_common(25))
    return share, f"{what}: {share:.1%} English: {most}"


def without_publishers(words, programme):
    """Return a text without what publishers are called in Chinese: many only have their own name, a brand."""
    with language("zh"), own_words(programme.own_words):
        called = {str(say(source.publisher)) for source in programme.register.sources().values()}
    for name in sorted(filter(WORD.search, called), key=len, reverse=True):
        words = words.replace(name, " ")
    return words


class Read(HTMLParser):
    """Collects what a reader sees or hears of a page, without what is quoted."""

    def __init__(self):
        super().__init__()
        self.words, self.hidden = [], [False]

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        classes = {tag, *(named.get("class") or "").split()}
        hides = self.hidden[-1] or bool(classes & QUOTED)
        if not hides:
            self.words += [named[name] for name in SPOKEN & named.keys() if named[name]]
        if tag not in VOID:
            self.hidden.append(hides)

    def handle_endtag(self, tag):
        if tag not in VOID and len(self.hidden) > 1:
            self.hidden.pop()

    def handle_data(self, words):
        if not self.hidden[-1]:
            self.words.append(words)


def read(page):
    """Return what a reader of a page sees or hears."""
    seen = Read()
    seen.feed(page)
    return "\n".join(seen.words)


def narrow_signs(page):
    """Return where a page joins or ends Chinese words by signs as narrow as Latin letters."""
    lines = read(page).split("\n")
    return [
        line[max(found.start() - 20, 0) : found.end() + 20]
        for line in lines
        for found in HALF_WIDTH.finditer(line)
    ]


def said_of(address, page, programme):
    """Return the share of English on a page of a programme, and in words how large it is, of which words."""
    return share_of(address, without_publishers(read(page), programme))
