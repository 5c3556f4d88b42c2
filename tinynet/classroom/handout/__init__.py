"""The handout: what students get, and with what they check themselves.

make.py         the files of a handout; start.py, those of a new assignment, from template/
regions.py      the skeleton: a solution without what a student writes
notebook.py     the same in cells
public_key.py   the public checks, as data (lost_means.py: what the engine knows beforehand)
self_check.py   a student's file before them; under_pytest.py, test by test
"""
