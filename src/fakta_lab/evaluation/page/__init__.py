"""An evaluation as a page for people: the figures, and every error with the place on the paper that it is about.

`page` writes it; `summary` has the figures; `cards` makes one card an error, with pictures of the document (`scenes`,
`crops`) at the places where the truth and the answer stand (`places`).
"""

from fakta_lab.evaluation.page.page import MOST_CROPS, render_page, write_page

__all__ = ["MOST_CROPS", "render_page", "write_page"]
