"""English words of a Chinese text: what is counted where a reader of Chinese is to see hardly any.

Brand, codes, acronyms and addresses are no words of ours: written in capitals, with a dot, a digit or a line,
or in quotes, as what somebody types. What a publication and its publisher call themselves is quoted.
"""

import re
from collections import Counter

MOST = 0.02
HAN = re.compile("[\u3400-\u9fff]")
WORD = re.compile(r"(?<![\w./@-])[A-Za-z][a-z'-]{2,}(?![\w./@]|-\w)", re.ASCII)
TYPED = re.compile(r"(?<!\w)(['\"`])[^'\"`\n]{1,60}\1(?!\w)")
"""What stands in quotes to be typed as it is."""
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


def english_of(words, codes=frozenset()):
    """Return the English words of a text by number, and their share of all its words.

    Parameters
    ----------
    codes : words that only look like English: what programs are told by, such as the names of commands
    """
    found = WORD.findall(TYPED.sub(" ", words))
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


def without_sources(words, sources):
    """Return a text without what its bibliographic entries say: publisher, title, edition and licence."""
    parts = (part for one in sources for part in (one.publisher, one.title, one.year, one.licence))
    entries = {part for part in parts if WORD.search(part)}
    for entry in sorted(entries, key=len, reverse=True):
        words = words.replace(entry, " ")
    return words
