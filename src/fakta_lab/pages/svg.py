"""Pictures that stand in a page: matplotlib figures as SVG that takes on the page's font and colours, light or dark."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Okabe and Ito's colours, which people with any colour vision tell apart; `page.css` has them by name, orange and green
# so dark that text in them can be read.
INK, MUTED, GRID = "#24292f", "#6e7781", "#d0d7de"
BLUE, ORANGE, GREEN = "#0072b2", "#d55e00", "#009e73"

_FONT = "DejaVu Sans"
# Typed loosely: matplotlib lists every name that it knows as a literal.
_RC: Any = {
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": 9,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "font.family": _FONT,
    "font.size": 9,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "svg.fonttype": "none",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "xtick.labelsize": 8,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 8,
}
# Names that the page's style sheet gives these colours, in light and dark.
_PAGE_COLOURS = {
    INK: "--ink",
    MUTED: "--muted",
    GRID: "--grid",
    BLUE: "--blue",
    ORANGE: "--orange",
    GREEN: "--green",
}


@contextmanager
def figure() -> Iterator[Any]:
    """An empty figure in the pages' style, which nothing of the machine gets into."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_RC)
        drawn = Figure(layout="constrained")
        FigureCanvasAgg(drawn)
        yield drawn


def to_svg(drawn: Any, name: str) -> str:
    """An `<svg>` element to stand among others in one page: its ids begin with the name, its colours are the page's."""
    import matplotlib

    matplotlib.rcParams["svg.hashsalt"] = name
    buffer = io.StringIO()
    metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    drawn.savefig(buffer, format="svg", transparent=True, metadata=metadata)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) width="([\d.]+)pt"', r'\1 style="max-width:\2pt" aria-hidden="true"', svg, count=1)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(href="|url\()#', rf"\1#{name}-", svg)
    svg = svg.replace(f"'{_FONT}'", "var(--font)")
    for colour, variable in _PAGE_COLOURS.items():
        svg = svg.replace(colour, f"var({variable})")
    svg = re.sub(r" xmlns(:xlink)?=\"[^\"]*\"", "", svg)
    return re.sub(r">\s+<", "><", svg)
