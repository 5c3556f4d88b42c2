"""Pages: what a student, and what a teacher, opens in a browser, or prints.

One HTML file each, without scripts and without a network. All that a student wrote goes through
`markup`, where a text cannot become a tag.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ...views.numerals import typeset
from ...views.web import document
from ..gradebook.class_report import ClassReport, Held, Student, TaskSummary, counted
from ..gradebook.similarity import Pair, Passage
from ..judging.report import NOT_WRITTEN, CheckResult, Report, TaskResult, for_student
from .markup import Markup, breakable, element, joined, visible
from .pictures import LEGEND, matrix

# --- one student ------------------------------------------------------------------------------


def student_page(
    report: Report,
    level: int = 1,
    tutorials: Collection[str] = (),
    history: Sequence[Mapping[str, Any]] = (),
) -> str:
    """The page of one submission, without the numbers of hidden checks.

    Parameters
    ----------
    report : Report
    level : int
        How many hints of a task are shown before the others are unfolded.
    tutorials : collection of str
        Those that lie in the folder above, so that a link leads there.
    history : sequence of entries
        Of the checks on the way (handout/history.py).
    """
    beside = {name: f"../{_address(name)}" for name in tutorials}
    title = visible(f"{report.submission}: {report.title}")
    return document(title, ["report.css"], student_body(report, level, beside, history))


def student_body(
    report: Report,
    level: int,
    tutorials: Mapping[str, str],
    history: Sequence[Mapping[str, Any]] = (),
) -> Markup:
    """What stands in that page; `tutorials` are the addresses of those that a link leads to."""
    report = for_student(report)
    return element(
        "main",
        element(
            "header",
            element("h1", report.title),
            element("p", element("bdi", report.submission), class_="name"),
            element("p", element("b", report.earned), f" of {report.points}", class_="total"),
        ),
        element("p", report.note, class_="notice") if report.note else None,
        _points(report),
        *(_task(task, level, tutorials) for task in report.tasks if task.failed),
        _way(history),
        _graded_with(report.surroundings, report.versions, report.files),
        class_="report",
    )


def _points(report: Report) -> Markup:
    """The table of tasks."""
    rows = [
        [
            element("a", breakable(task.name), href=f"#{_address(task.name)}")
            if task.failed
            else task.name,
            f"{task.earned} of {task.points}",
            _bar([(task.earned, "full")], task.points),
            _state(task),
        ]
        for task in report.tasks
    ]
    return _table("Points for each task", ["task", "points", "", "what to look at"], rows)


def _state(task: TaskResult) -> str:
    """In a few words, how a task stands."""
    if task.note:
        return task.note if task.checks else ""
    if not task.failed:
        return "all checks hold"
    if task.told:
        return task.told.partition(". ")[0]
    return f"{len(task.failed)} of {len(task.checks)} checks fail"


def _task(task: TaskResult, level: int, tutorials: Mapping[str, str]) -> Markup:
    """A task in which a check fails, with what is wrong first."""
    right = [check.title for check in task.checks if check.holds]
    title = f"{task.name}: {task.title}" if task.title else task.name
    heading = element("h2", title, element("span", f"{task.earned} of {task.points}"))
    return element(
        "section",
        heading,
        element("p", task.note, class_="notice") if task.note else None,
        element("p", element("b", task.told), class_="told") if task.told else None,
        _stood_in(task.given) if task.note != NOT_WRITTEN else None,
        _hints(task.hints, level),
        _tutorial(task.tutorial, tutorials),
        *(_failed(task.failed) if task.note != NOT_WRITTEN else ()),
        _holding(right),
        id=task.name,
        class_="panel",
    )


def _stood_in(given: Sequence[str]) -> Markup | None:
    if not given:
        return None
    told = f"Judged by itself: the reference stood in for {', '.join(given)}, where a check fails."
    return element("p", told, class_="faint")


def _hints(hints: Sequence[str], level: int) -> Markup | None:
    """The first hints; each further one is folded into the one before."""
    if not hints:
        return None
    shown = [element("p", element("b", "Hint: "), hint) for hint in hints[:level]]
    folded: Markup | None = None
    for hint in reversed(hints[level:]):
        folded = element(
            "details", element("summary", "A further hint"), element("p", hint), folded
        )
    return joined(*shown, folded)


def _tutorial(place: str, tutorials: Mapping[str, str]) -> Markup | None:
    """Where it is explained."""
    if not place:
        return None
    return element("p", "It is explained in ", _link_to(place, tutorials), ".")


def _link_to(place: str, tutorials: Mapping[str, str]) -> Markup:
    """A link to a tutorial on the web or at hand; its name where it is at neither."""
    if place.startswith(("https://", "http://")):
        return element("a", place, href=place)
    if place in tutorials:
        return element("a", place, href=tutorials[place])
    return element("b", place)


def _failed(checks: Sequence[CheckResult]) -> list[Markup]:
    """The checks that do not hold: the public ones with their numbers, the others by title."""
    told = [_check(check) for check in checks if check.public]
    hidden = [element("li", check.title) for check in checks if not check.public]
    if hidden:
        heading = element("h3", "Hidden checks that do not hold")
        advice = element("p", "Their numbers stay with the judge: try some of your own.")
        told.append(element("article", heading, element("ul", *hidden), advice))
    return told


def _check(check: CheckResult) -> Markup:
    """A public check that does not hold."""
    told = [("asked", check.asked), ("expected", check.expected), ("came", check.came)]
    pairs = [
        joined(element("dt", name), element("dd", text, class_="number"))
        for name, text in told
        if text
    ]
    return element(
        "article",
        element("h3", check.title, element("span", "does not hold", class_="fails")),
        element("dl", *pairs),
        _picture(check),
        _printed(check.printed),
    )


def _picture(check: CheckResult) -> Markup | None:
    drawing = matrix(check)
    legend = element("figcaption", LEGEND)
    return element("figure", Markup(drawing), legend) if drawing else None


def _printed(text: str) -> Markup | None:
    if not text:
        return None
    return joined(
        element("p", "Your file printed:", class_="faint"), element("pre", text, tabindex="0")
    )


def _holding(titles: Sequence[str]) -> Markup | None:
    if not titles:
        return None
    count = "1 check holds" if len(titles) == 1 else f"{len(titles)} checks hold"
    items = [element("li", title) for title in titles]
    return element("details", element("summary", count), element("ul", *items))


def _way(history: Sequence[Mapping[str, Any]]) -> Markup | None:
    """How the answer came about: each check, and where its points differ from those before."""
    if not history:
        return None
    rows, before = [], dict[str, int]()
    for entry in history:
        points = entry["points"]
        moved = [(name, value - before.get(name, 0)) for name, value in points.items()]
        told = ", ".join(f"{name} {typeset(f'{by:+d}')}" for name, by in moved if by)
        rows.append([entry["when"], sum(points.values()), told])
        before = points
    count = "1 check" if len(rows) == 1 else f"{len(rows)} checks"
    return element(
        "details",
        element("summary", f"The way: {count}, as the student's page kept them"),
        _table("Points of the public checks", ["time (UTC)", "points", "what changed"], rows),
    )


def _graded_with(surroundings: str, versions: dict[str, str], files: dict[str, str]) -> Markup:
    """With what, so that it can be repeated."""
    named = {f"sha256 of the {k}" if k == "assignment" else k: v for k, v in versions.items()}
    pairs = [*named.items(), *((f"sha256 of {name}", value) for name, value in files.items())]
    rows = [joined(element("dt", n), element("dd", v, class_="number")) for n, v in pairs]
    return element(
        "footer",
        element("h2", "How it was graded"),
        element("p", f"In {surroundings}.") if surroundings else None,
        element("dl", *rows),
        class_="faint",
    )


# --- the class ----------------------------------------------------------------------------------

OFTEN = 12  # misconceptions that are not folded
COLUMNS = 20  # tasks for which a table of students has room


def class_page(report: ClassReport, tutorials: Collection[str] = ()) -> str:
    """The page of a class; it links to the tutorials that lie beside it."""
    count = len(report.students)
    body = element(
        "main",
        element(
            "header",
            element("h1", report.title),
            element("p", f"{count} submissions", class_="name"),
            element(
                "p", "median ", element("b", f"{report.median:g}"), f" of {report.points} points"
            ),
        ),
        _tasks(report),
        _misconceptions(report, tutorials),
        _most_failed(report),
        _not_run(report.not_run),
        _students(report),
        _similar(report),
        _graded_with(report.surroundings, report.versions, {}),
        class_="report",
    )
    return document(visible(f"The class: {report.title}"), ["report.css"], body)


def _tasks(report: ClassReport) -> Markup:
    count = len(report.students)
    heads = ["task", "of", "quartiles", "all", "none", ""]
    rows = [_task_row(task, count) for task in report.tasks]
    key = element(
        "p",
        *(element("span", element("i", class_=kind), text) for kind, text in _KINDS),
        class_="key faint",
    )
    return element("section", _table("Points for each task", heads, rows), key)


_KINDS = [("full", "all points"), ("part", "some"), ("none", "none")]


def _task_row(task: TaskSummary, count: int) -> list:
    parts = [(task.full, "full"), (count - task.full - task.none, "part"), (task.none, "none")]
    quartiles = ", ".join(f"{value:g}" for value in (task.low, task.median, task.high))
    return [task.name, task.points, quartiles, task.full, task.none, _bar(parts, count)]


def _misconceptions(report: ClassReport, tutorials: Collection[str]) -> Markup:
    beside = {name: _address(name) for name in tutorials}
    items = [_held(report, held, beside) for held in report.misconceptions]
    often, seldom = items[:OFTEN], items[OFTEN:]
    more = element("summary", f"{len(seldom)} more, which fewer hold")
    return _section(
        "Misconceptions",
        element("ul", *often, class_="held") if often else element("p", "None was found."),
        element("details", more, element("ul", *seldom, class_="held")) if seldom else None,
    )


def _held(report: ClassReport, held: Held, tutorials: Mapping[str, str]) -> Markup:
    """One misconception; who holds it, and what is wrong with it, unfold."""
    names = _separated([element("bdi", name) for name in held.students])
    unfolded = [
        element("p", held.told),
        element("p", f"In {', '.join(held.tasks)}. Held by ", *names, "."),
    ]
    return element(
        "li",
        _bar([(len(held.students), "none")], report.ran),
        element("details", element("summary", counted(report, held)), *unfolded),
        _link_to(held.tutorial, tutorials) if held.tutorial else None,
    )


def _separated(parts: Sequence[Markup]) -> list:
    return [piece for part in parts for piece in (", ", part)][1:]


def _most_failed(report: ClassReport) -> Markup | None:
    if not report.checks:
        return None
    rows = [[check.task, check.title, check.failed] for check in report.checks[:10]]
    return element("section", _table("Checks that fail most", ["task", "check", "at"], rows))


def _not_run(students: Sequence[Student]) -> Markup | None:
    if not students:
        return None
    items = [element("li", _link(each), ": ", each.note) for each in students]
    return _section("Could not be run", element("ul", *items))


def _students(report: ClassReport) -> Markup:
    """The table of students; with many tasks, their points are left to the spreadsheet."""
    names = [task.name for task in report.tasks] if len(report.tasks) <= COLUMNS else []
    rows = [
        [_link(each), each.earned, *(each.tasks[name] for name in names), _note(each)]
        for each in report.students
    ]
    table = _table("Students", ["name", "total", *names, "note"], rows)
    left = None if names else element("p", "The points of each task stand in grades.csv.")
    return element("section", table, left, class_="students")


def _note(student: Student) -> str:
    return student.note if student.ran else "could not be run"


def _link(student: Student) -> Markup:
    return element("a", student.name, href=f"{_address(student.folder)}/report.html")


def _similar(report: ClassReport) -> Markup | None:
    if not report.alike:
        return None
    hint = (
        "Alike beyond the handout and beyond what many wrote, whatever the names. It is a hint to"
        " look, and no verdict: short right answers are alike by nature."
    )
    pairs = [_pair(pair) for pair in report.alike]
    return _section("Submissions that are alike", element("p", hint), *pairs)


def _pair(pair: Pair) -> Markup:
    told = f"{pair.one} and {pair.other}: {pair.share:.0%} of what is rare in the shorter one"
    passages = [_passage(pair, each) for each in pair.passages]
    return element("details", element("summary", told), *passages)


def _passage(pair: Pair, passage: Passage) -> Markup:
    sides = [
        (pair.one, passage.line, passage.text),
        (pair.other, passage.other_line, passage.other_text),
    ]
    figures = [
        element(
            "figure",
            element("figcaption", f"{name}, from line {line} on"),
            element("pre", text, tabindex="0"),
        )
        for name, line, text in sides
    ]
    return element("div", *figures, class_="pair")


# --- parts ----------------------------------------------------------------------------------------


def _section(title: str, *children: Markup | None) -> Markup:
    return element("section", element("h2", title), *children)


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence]) -> Markup:
    """A table whose rows begin with their heading; a column of pictures has an empty head.

    A column of words stands to the left, one of numbers to the right.
    """
    words = [
        any(isinstance(row[i], str) and not isinstance(row[i], Markup) for row in rows)
        for i in range(len(heads))
    ]
    kinds = ["words" if is_words else None for is_words in words]
    head = [
        element("th", name, scope="col", class_=kind) if name else element("td", class_="bar")
        for name, kind in zip(heads, kinds, strict=True)
    ]
    body = [
        element(
            "tr",
            element("th", breakable(first), scope="row"),
            *(element("td", cell, class_=kind) for cell, kind in zip(rest, kinds[1:], strict=True)),
        )
        for first, *rest in rows
    ]
    table = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *head)),
        element("tbody", *body),
    )
    return element("div", table, class_="scroll", tabindex="0", role="region", aria_label=caption)


def _bar(parts: Sequence[tuple[float, str]], whole: float) -> Markup:
    """Shares of a whole, side by side; the numbers stand beside it as text."""
    place, bars = 0.0, []
    for size, kind in parts:
        width = 100 * size / whole if whole else 0.0
        bars.append(element("rect", x=f"{place:g}", width=f"{width:g}", height="10", class_=kind))
        place += width
    return element(
        "svg",
        *bars,
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        class_="share",
        aria_hidden="true",
    )


def _address(text: str) -> str:
    """A text as a part of a link."""
    return quote(text, errors="replace")
