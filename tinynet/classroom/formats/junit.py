"""JUnit XML: a suite for each submission, a case for each check; Jenkins and GitLab draw it.

It keeps to the schema of Jenkins' xUnit plugin (junit-10.xsd), as pytest does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from ..judging.report import Report
from .rows import Row, rows, total

NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml(reports: Sequence[Report]) -> str:
    """The reports as JUnit XML.

    >>> print(xml([Report("03_losses", "Six losses", "ann", ())]).splitlines()[1])
    <testsuites name="tinynet" tests="0" failures="0" errors="0">
    """
    every = [(report, list(rows(report))) for report in reports]
    root = ElementTree.Element("testsuites", {"name": "tinynet"} | _counts([r for _, r in every]))
    for report, cases in every:
        root.append(_suite(report, cases))
    ElementTree.indent(root)
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    return head + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(report: Report, cases: Sequence[Row]) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", {"name": clean(report.submission)} | _counts([cases]))
    suite.set("skipped", "0")
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in _properties(report).items():
        ElementTree.SubElement(properties, "property", name=clean(name), value=clean(value))
    for row in cases:
        where = {"classname": clean(f"{report.assignment}.{row.task}"), "name": clean(row.name)}
        case = ElementTree.SubElement(suite, "testcase", where)
        if row.earned < row.points or not row.holds:
            kind = row.misconception or "wrong"
            message = row.text.partition("\n")[0]
            failure = {"type": clean(kind), "message": clean(message)}
            ElementTree.SubElement(case, "failure", failure).text = clean(row.text)
    ElementTree.SubElement(suite, "system-out").text = clean(total(report))
    return suite


def _counts(suites: Sequence[Sequence[Row]]) -> dict[str, str]:
    every = [row for suite in suites for row in suite]
    failures = sum(row.earned < row.points or not row.holds for row in every)
    return {"tests": str(len(every)), "failures": str(failures), "errors": "0"}


def _properties(report: Report) -> dict[str, str]:
    versions = {f"version.{name}": version for name, version in report.versions.items()}
    files = {f"sha256.{name}": digest for name, digest in report.files.items()}
    return {"earned": str(report.earned), "points": str(report.points)} | versions | files


def clean(text: str) -> str:
    """Without the characters that XML cannot hold; the others are escaped where it is written.

    >>> clean("a\\x00<b")
    'a\\ufffd<b'
    """
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
