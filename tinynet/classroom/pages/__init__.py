"""Pages: what a student and a teacher see of a report.

text.py       in the terminal
html.py       as pages, made of markup.py
pictures.py   the picture of an answer, its wrong entries marked
"""
