"""The gradebook: a class is graded, and kept.

gradebook.py      all submissions side by side; what is graded already is kept
class_report.py   who earned what, and how many think what
similarity.py     who is alike
"""
