"""Web pages: one HTML file each, which works from disk and asks the network for nothing.

Python computes everything and puts it into the page as data; the scripts only show it. assemble.py
joins the parts; elements.js, arrays.js and chart.js are what all pages share.
"""

from .assemble import document, packed, page, save, style

__all__ = ["document", "packed", "page", "save", "style"]
