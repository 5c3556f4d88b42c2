"""Submissions: what students handed in, read without trusting it.

collect.py     who handed in what: files, folders, zips; Moodle, Canvas and Gradescope
trees.py       the files below a folder or in a zip
notebooks.py   the code in the cells of a notebook
"""
