"""Similarity: which submissions are alike beyond what was given. A hint for a person, no verdict.

The one idea: what is told is a run of tokens that few share. Names of one's own, comments, layout
and docstrings do not count; what stands in the handout, or in the work of many, says nothing. Short
right answers are alike by nature, so a person looks at both passages, and asks.
"""

from __future__ import annotations

import builtins
import itertools
import keyword
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

RUN = 12  # tokens, of which a file is cut into overlapping runs
LEAST = 16  # rare runs that two must share to be told: some four lines
SHARE = 0.5  # of the rare runs of the shorter one
COMMON = 0.1  # of the class: a run that more hold is nothing rare; three may always hold it
MOST = 30  # pairs
LONGEST = 6000  # tokens of a file that are looked at: some thousand lines
_LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
_STARTS = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.NL, tokenize.COMMENT}
_KEPT = {*keyword.kwlist, *dir(builtins)}


@dataclass(frozen=True)
class Passage:
    """A piece that two files share: where it begins in each, and how it reads there."""

    line: int
    text: str
    other_line: int
    other_text: str


@dataclass(frozen=True)
class Pair:
    """Two submissions that share more than was given, and where; `share` is at most 1."""

    one: str
    other: str
    share: float
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class _Cut:
    """A text as runs of tokens, and the lines on which each run begins and ends."""

    text: str
    runs: Sequence[int]
    lines: Sequence[tuple[int, int]]


def alike(texts: Mapping[str, str], given: str = "") -> list[Pair]:
    """The pairs that share what neither the handout nor many others hold; most alike first.

    Parameters
    ----------
    texts : mapping from names to Python source
    given : str
        What everybody was handed.
    """
    cuts = {name: _cut(text) for name, text in texts.items()}
    holders = Counter(itertools.chain.from_iterable({*cut.runs} for cut in cuts.values()))
    most, handed = max(3, COMMON * len(texts)), {*_cut(given).runs}
    rare = {
        name: {run for run in cut.runs if holders[run] <= most and run not in handed}
        for name, cut in cuts.items()
    }
    found = []
    for (one, other), shared in _shared(rare).items():
        share = shared / min(len(rare[one]), len(rare[other]))
        if shared >= LEAST and share >= SHARE:
            found.append((share, shared, one, other))
    found.sort(key=lambda pair: (-pair[0], -pair[1], *pair[2:]))
    return [
        Pair(one, other, share, _passages(cuts[one], cuts[other], rare[one] & rare[other]))
        for share, _, one, other in found[:MOST]
    ]


def _shared(rare: Mapping[str, set[int]]) -> Counter[tuple[str, str]]:
    """How many rare runs the pairs share that share any: few, as a rare run has few holders."""
    holders = defaultdict(list)
    for name, runs in rare.items():
        for run in runs:
            holders[run].append(name)
    pairs = (itertools.combinations(names, 2) for names in holders.values())
    return Counter(itertools.chain.from_iterable(pairs))


def _cut(text: str) -> _Cut:
    tokens = list(itertools.islice(_tokens(text), LONGEST))
    words = [word for word, _ in tokens]
    places = range(len(tokens) - RUN + 1)
    runs = [hash(tuple(words[i : i + RUN])) for i in places]
    return _Cut(text, runs, [(tokens[i][1], tokens[i + RUN - 1][1]) for i in places])


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """What is written, whatever it is called, and the line where; as far as it is Python.

    >>> [word for word, _ in _tokens("def f(x):  # mean" + chr(10) + "    return np.mean(x)")]
    ['def', 'n', '(', 'n', ')', ':', 'return', 'n', '.', 'mean', '(', 'n', ')']
    """
    lines = iter(text.splitlines(keepends=True))
    before, word = tokenize.NEWLINE, ""
    try:
        for token in tokenize.generate_tokens(lambda: next(lines, "")):
            is_docstring = token.type == tokenize.STRING and before in _STARTS
            if token.type not in _LAYOUT and not is_docstring and token.string:
                own = token.type == tokenize.NAME and word != "." and token.string not in _KEPT
                word = "n" if own else token.string
                yield word, token.start[0]
            before = token.type
    except (tokenize.TokenError, SyntaxError, ValueError):
        return


def _passages(one: _Cut, other: _Cut, shared: set[int]) -> tuple[Passage, ...]:
    """The three longest pieces that stand in both, in the order in which they stand."""
    left = [run if run in shared else None for run in one.runs]
    right = [run if run in shared else i for i, run in enumerate(other.runs)]
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    longest = sorted(blocks[:-1], key=lambda block: -block.size)[:3]
    passages = []
    for start, other_start, size in sorted(longest):
        (line, text), (other_line, other_text) = (
            _lines(one, start, size),
            _lines(other, other_start, size),
        )
        passages.append(Passage(line, text, other_line, other_text))
    return tuple(passages)


def _lines(cut: _Cut, start: int, size: int) -> tuple[int, str]:
    """The first line of so many runs, and the text of all their lines, at most 40."""
    first, last = cut.lines[start][0], cut.lines[start + size - 1][1]
    return first, "\n".join(cut.text.splitlines()[first - 1 : last][:40])
