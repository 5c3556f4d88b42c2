"""The pages of the classroom: nothing of a student becomes a tag, nothing hidden is shown."""

import dataclasses
from html.parser import HTMLParser

import pytest

from tests.browser import launched, opened
from tests.test_classroom_class_report import CLASS
from tinynet.classroom.gradebook.class_report import class_report
from tinynet.classroom.gradebook.similarity import Pair, Passage
from tinynet.classroom.judging.report import CheckResult, Report, TaskResult
from tinynet.classroom.pages.html import class_page, student_page

EVIL = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>'\"\u202e\x1b[1m\ud800"


def check(title, public=True, holds=False):
    return CheckResult(title, public, 4, holds, "f(7)", "49", "14 instead of 49", printed="hello")


TASK = TaskResult(
    "square",
    "A square",
    12,
    4,
    (check("by hand"), check("others", public=False), check("zero", holds=True)),
    ("factor",),
    "A factor is missing. Look.",
    ("Nudge.", "More.", "Nearly all."),
    "tutorials/05_six_losses.py",
    ("double",),
)
REPORT = Report("01", "Squares", "Ann Lee", (TASK,), "bubblewrap", {"numpy": "2.4"}, {"a.py": "ab"})


class Tags(HTMLParser):
    """What a browser would see: the tags, the open ones, and the text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.open, self.text = [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def spoilt(thing):
    """The same, with the evil text wherever a submission can put one."""
    if isinstance(thing, str):
        return EVIL
    if isinstance(thing, tuple):
        return tuple(map(spoilt, thing))
    if isinstance(thing, dict):
        return {spoilt(k): spoilt(v) for k, v in thing.items()}
    if dataclasses.is_dataclass(thing):
        fields = {f.name: spoilt(getattr(thing, f.name)) for f in dataclasses.fields(thing)}
        return type(thing)(**fields)
    return thing


def a_class():
    passage = Passage(3, "a = 1", 9, "b = 1")
    return class_report(CLASS, alike=[Pair("bob", "cy", 0.9, (passage,))])


@pytest.mark.parametrize("page", [student_page(spoilt(REPORT)), class_page(spoilt(a_class()))])
def test_a_hostile_text_stays_a_text(page):
    seen = Tags(page)
    names = {tag for tag, _ in seen.tags}
    assert not names & {"script", "img", "iframe", "link"}
    assert not [key for _, attributes in seen.tags for key in attributes if key.startswith("on")]
    assert seen.open == [] and "</pre><script>alert(1)" in seen.text
    assert not {"\u202e", "\x1b", "\ud800"} & {*page}
    assert "default-src 'none'" in page and 'lang="en"' in page


def test_a_student_sees_public_numbers_and_only_the_titles_of_hidden_checks():
    seen = Tags(student_page(REPORT))
    assert seen.text.count("14 instead of 49") == 1 and seen.text.count("hello") == 1
    assert "others" in seen.text and "A factor is missing" in seen.text
    assert "the reference stood in for double" in seen.text
    for told in ("4 of 12", "bubblewrap", "2.4", "sha256 of a.py"):
        assert told in seen.text


def test_nothing_stood_in_for_what_an_unwritten_task_would_call():
    task = dataclasses.replace(REPORT.tasks[0], note="not written yet", given=("double",))
    page = student_page(dataclasses.replace(REPORT, tasks=(task,)))
    assert "not written yet" in page and "stood in" not in page


@pytest.mark.parametrize("level, folded", [(1, 2), (2, 1), (9, 0)])
def test_hints_beyond_the_level_are_folded(level, folded):
    page = student_page(REPORT, level)
    assert page.count("A further hint") == folded
    assert [page.count(hint) for hint in TASK.hints] == [1, 1, 1]


@pytest.mark.parametrize(
    "place, tag",
    [(TASK.tutorial, "a"), ("tutorials/gone.py", "b"), ("https://example.org/softmax", "a")],
)
def test_a_link_leads_somewhere(place, tag):
    task = dataclasses.replace(TASK, tutorial=place)
    page = student_page(dataclasses.replace(REPORT, tasks=(task,)), tutorials=[TASK.tutorial])
    assert f">{place}</{tag}>" in page


def test_a_matrix_is_drawn_where_it_is_public():
    about = {"matrix": (("1", "0"), ("0", "2")), "wrong": ((0, 1),)}
    shown, hidden = (dataclasses.replace(check, **about) for check in TASK.checks[:2])
    for check, count in ((shown, 1), (hidden, 0)):
        task = dataclasses.replace(TASK, checks=(check,))
        page = student_page(dataclasses.replace(REPORT, tasks=(task,)))
        assert page.count('class="matrix"') == count


def test_what_is_not_written_yet_is_not_listed_as_wrong():
    task = dataclasses.replace(TASK, note="not written yet")
    assert "14 instead" not in student_page(dataclasses.replace(REPORT, tasks=(task,)))


def test_the_class_page_counts_and_links():
    seen = Tags(class_page(a_class(), ["tutorials/05_six_losses.py"]))
    assert "2 of 4: the 1/N of the mean is missing" in seen.text
    links = {attributes.get("href") for tag, attributes in seen.tags if tag == "a"}
    assert {"bob/report.html", "tutorials/05_six_losses.py"} <= links
    assert "bob and cy: 90%" in seen.text and "no verdict" in seen.text


def test_tables_and_headings_can_be_heard():
    for page in (student_page(REPORT), class_page(a_class())):
        seen = Tags(page)
        heads = [attributes.get("scope") for tag, attributes in seen.tags if tag == "th"]
        assert {*heads} == {"row", "col"}
        levels = [int(tag[1]) for tag, _ in seen.tags if tag in ("h1", "h2", "h3")]
        assert levels[0] == 1 and all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))
        tables = [tag for tag, _ in seen.tags if tag in ("table", "caption")]
        assert tables and tables[::2] == ["table"] * (len(tables) // 2)


@pytest.mark.slow
@pytest.mark.parametrize("width, scheme", [(360, "light"), (360, "dark"), (1200, "dark")])
def test_in_a_browser_nothing_is_cut_off(tmp_path, width, scheme):
    pages = {"student": student_page(spoilt(REPORT)), "class": class_page(spoilt(a_class()))}
    with launched() as browser:
        for name, text in pages.items():
            path = tmp_path / f"{name}.html"
            path.write_text(text, encoding="utf-8")
            with opened(browser, path, width, scheme=scheme) as page:
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                assert page.locator("h1").is_visible()
