"""What every page that is written shares: one style sheet, tables that sort, how numbers are
written, and pictures in the page's own colours.

A page is one HTML file that needs nothing else. Its template extends `page.html`, and includes `sortable.js` where it
has tables of class `sortable`.
"""

from fakta_lab.pages.environment import template_environment
from fakta_lab.pages.numbers import ENGLISH, NO_BREAK, NONE, Numbers
from fakta_lab.pages.svg import figure, to_svg

__all__ = ["ENGLISH", "NONE", "NO_BREAK", "Numbers", "figure", "template_environment", "to_svg"]
