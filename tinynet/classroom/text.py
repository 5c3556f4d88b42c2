"""The report as text."""

from .report import Report


def told(report: Report, level: int = 1) -> str:
    """What is printed of a report; stands in until the real one is here."""
    lines = [f"{task.name}: {task.earned} of {task.points} {task.told}" for task in report.tasks]
    return "\n".join([*lines, f"total: {report.earned} of {report.points}"])
