"""A small assignment and a class, and a large one made from banks, for the tests of grading."""

from itertools import cycle, islice
from pathlib import Path

from tinynet.classroom import load
from tinynet.classroom.check import bank
from tinynet.classroom.submissions.collect import Submission

ASSIGNMENT = '''"""Two small tasks."""

from tinynet.classroom import Assignment, Check, Task

assignment = Assignment(
    title="Means & sums",
    file="means.py",
    tasks=[
        Task(
            "mean",
            [
                Check("by hand", "mean([1.0, 2.0, 6.0])", points=20, public=True, expected=3.0),
                Check("others", "mean([2.0, 5.0, 8.0, 1.0])", points=20),
            ],
            mistakes={"missing_mean": "lambda values: sum(values)"},
            hints=["Look at the formula.", "Divide.", "By len(values)."],
        ),
        Task(
            "double",
            [
                Check("by hand", "double(4.0)", points=30, public=True, expected=8.0),
                Check("a half", "double(0.5)", points=30),
            ],
        ),
    ],
)
'''
SOLUTION = '''"""Means and sums."""


def mean(values):
    """The mean."""
    ### BEGIN SOLUTION
    return sum(values) / len(values)
    ### END SOLUTION


def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
'''
DOUBLE = "def double(x):\n    return 2 * x\n"
ANSWERS = {
    "ann": SOLUTION,
    "bob": f"def mean(values):\n    return sum(values)\n\n{DOUBLE}",
    "=cmd": "import random\nimport numpy as np\n\n\ndef mean(values):\n"
    "    print(object(), __file__, random.random(), np.random.rand())\n"
    f"    return mean\n\n\n{DOUBLE}",
    "Zoë <script>": "def mean(values:\n",
}


def assignment_in(folder):
    """The assignment, written into a folder."""
    place = Path(folder) / "01_means"
    place.mkdir(parents=True, exist_ok=True)
    (place / "assignment.py").write_text(ASSIGNMENT, encoding="utf-8")
    (place / "solution.py").write_text(SOLUTION, encoding="utf-8")
    return load(place)


def submissions(answers=None):
    """A class, without a detour over files."""
    given = ANSWERS if answers is None else answers
    return [Submission(name, {"means.py": text.encode()}) for name, text in given.items()]


def handed_in(folder, answers=None):
    """The same, as a folder with a folder for each student."""
    for name, text in (ANSWERS if answers is None else answers).items():
        (Path(folder) / name).mkdir(parents=True)
        (Path(folder) / name / "means.py").write_text(text, encoding="utf-8")
    return Path(folder)


HOSTILE = {
    "ends": "import os\nos._exit(0)",
    "skips": "import pytest\npytest.skip(allow_module_level=True)",
    "loops": "while True:\n    pass",
    "fills": "x = 'x' * 10**10",
    "forks": "import os\nwhile True:\n    os.fork()",
    "breaks off": "def weighted_mean(",
}


def class_from_banks(source):
    """Sixty students with the answers of an assignment's banks, again and again, and hostile ones.

    Returns what each hands in, as (name of the answer, text) by the student's name.
    """
    answers = [(answer.name, answer.text) for answer in bank(source)]
    hostile = [(f"hostile/{name}", text) for name, text in HOSTILE.items()]
    first = ("Ada", "Ben", "Cem", "Dana", "Eva", "Finn", "Gita", "Hugo", "Ines", "Jan")
    last = ("Abel", "Berg", "Conte", "Diaz", "Egger", "Fuchs")
    students = [f"{one} {two}" for two in last for one in first]
    given = [*islice(cycle(answers), len(students) - len(hostile)), *hostile]
    return dict(zip(students, given, strict=True))


def downloaded(folder, answers, file):
    """A class as Moodle hands it out, and its grading worksheet."""
    rows = ["Identifier,Full name,Email address,Grade,Maximum Grade,Feedback comments"]
    for i, (name, (_, text)) in enumerate(answers.items(), 1000):
        place = folder / f"{name}_{i}_assignsubmission_file"
        place.mkdir(parents=True)
        (place / file).write_text(text, encoding="utf-8")
        rows.append(f"Participant {i},{name},,,,")
    worksheet = folder.with_suffix(".csv")
    worksheet.write_text("\n".join(rows), encoding="utf-8")
    return worksheet
