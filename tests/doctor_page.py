"""Make the rules in tutorials/doctor.md, each with its picture: python -m tests.doctor_page

Each rule is shown by a run of the bank, doctor_bank.py. What is said of a rule, why it matters and
what to try, is the rule's own text; tests/test_doctor.py holds the page to it.
"""

import re
import warnings
from pathlib import Path

import tinynet as tn
from tests import doctor_bank
from tests.doctor_bank import mlp, numbers, parts
from tinynet.diagnostics.doctor import RULES, Doctor

PAGE = Path(tn.__file__).parents[1] / "tutorials" / "doctor.md"
PICTURES = PAGE.parent / "pictures" / "doctor"
FIRST = "## The rules\n"  # what stands before it is written by hand, and stays


def descent(name, lr, epochs):
    """Full-batch gradient descent, looked at every ten epochs."""
    x, y = numbers(name)[0]
    model = mlp([x.shape[1], 32, 32, 1], activation=tn.layers.Tanh)
    optimizer = tn.optimizers.SGD(model.parameters(), lr=lr)
    doctor = Doctor(every=10)
    options = {"epochs": epochs, "batch_size": len(x), "progress": False, "callbacks": [doctor]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return tn.fit(model, tn.losses.mse, optimizer, (x, y), **options).diagnosis


def wrong_width():
    return tn.diagnose(mlp([5, 16, 3]), tn.losses.cross_entropy, parts("iris")[0])


OTHERS = {  # runs for rules that the bank has none for
    "model refuses the data": ("a model for five features", wrong_width),
    "edge of stability": ("gradient descent", lambda: descent("friedman1", 0.3, 300)),
}


def example(rule):
    """A run that shows a rule, and the finding."""
    if rule in OTHERS:
        name, diagnosis = OTHERS[rule]
        return name, diagnosis()[rule]
    for name, (rules, make) in doctor_bank.FAULTS.items():
        for diagnosis in reversed(doctor_bank.findings(make)) if rule in rules else ():
            if diagnosis is not None and rule in diagnosis:
                return f"`{name}`", diagnosis[rule]
    raise LookupError(f"no run shows {rule!r}")


def file_of(rule):
    return PICTURES / f"{rule.replace(' ', '-')}.png"


def told(rule):
    """What the page says of a rule whatever run shows it."""
    advice = re.sub(r" \(now \{lr:g\}\)", "", rule.advice)
    return f"**Why it matters.** {rule.why}\n\n**Try.** {advice}"


def section(rule):
    """One rule: its picture, and what it said of its run."""
    name, finding = example(rule.name)
    finding.plot().figure.savefig(file_of(rule.name), dpi=64)
    return (
        f"### {rule.name}\n\n{finding.severity.capitalize()}, of {name}: {finding.seen}.\n\n"
        f"![{rule.name}](pictures/doctor/{file_of(rule.name).name})\n\n{told(rule)}"
    )


def main():
    PICTURES.mkdir(parents=True, exist_ok=True)
    descent("sine", 0.2, 400).plot().savefig(PICTURES / "instruments.png", dpi=64)
    contents = " · ".join(f"[{r.name}](#{r.name.replace(' ', '-')})" for r in RULES)
    sections = [section(rule) for rule in RULES]
    by_hand = PAGE.read_text(encoding="utf-8").partition(FIRST)[0]
    page = "\n\n".join([f"{by_hand}{FIRST}".strip(), contents, *sections])
    PAGE.write_text(f"{page}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
