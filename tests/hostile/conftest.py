"""What is here is run by tests/test_classroom_hostile.py only, and never in this process."""

collect_ignore_glob = ["*.py"]
