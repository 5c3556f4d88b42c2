"""The lab: tinynet with Python and NumPy in one HTML file, without installation and server.

pyodide.py    Python for a browser: its files, their sums, and where they come from
packing.py    what a lab holds beside it
page.py       the file, or the files for a web server
desk/         what Python answers there, a file for each face of the lab
web/          the page and the worker; editor/ bundles CodeMirror for it
"""
