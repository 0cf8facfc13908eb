"""English words of a Chinese text: what is counted where a reader of Chinese is to see hardly any.

Brand, codes, acronyms and addresses are no words of ours: written in capitals, with a dot, a digit or a line.
"""

import re
from collections import Counter

MOST = 0.02
HAN = re.compile("[\u3400-\u9fff]")
WORD = re.compile(r"(?<![\w./@-])[A-Za-z][a-z'-]{2,}(?![\w./@]|-\w)")
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


def english_of(words):
    """Return the English words of a text by number, and their share of all its words."""
    english = Counter(word for word in WORD.findall(words) if word not in BRANDS)
    chinese = len(HAN.findall(words)) / PER_WORD
    return english, english.total() / max(chinese + english.total(), 1)


def share_of(what, words):
    """Return the share of English, and in words how large it is and of which words."""
    english, share = english_of(words)
    most = " ".join(f"{word}:{count}" for word, count in english.most_common(25))
    return share, f"{what}: {share:.1%} English: {most}"
