"""From content to pages: builds the blocks, arranges them, and breaks what does not fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from fakta_lab.synth.arrange import arrange
from fakta_lab.synth.block import Block
from fakta_lab.synth.body import after_blocks, header_blocks
from fakta_lab.synth.classes import INVOICE, document_class
from fakta_lab.synth.content import Content
from fakta_lab.synth.facets import Item
from fakta_lab.synth.keyed import Keyed
from fakta_lab.synth.listing import hours, listing
from fakta_lab.synth.looks import marks
from fakta_lab.synth.parties import logo
from fakta_lab.synth.plan import Plan
from fakta_lab.synth.sections import footer, stacked_paragraphs
from fakta_lab.synth.slip import slip
from fakta_lab.synth.summary import Summary, summarise
from fakta_lab.synth.tables import LineTable, line_table
from fakta_lab.synth.theme import Theme
from fakta_lab.synth.typeface import Piece, words_of
from fakta_lab.synth.wording import wording

# A page may be set this much smaller before its content moves to a second page.
_SMALLEST = 0.78


@dataclass
class Composition:
    """The pages of one invoice, and what its tables state.

    Attributes:
        pages: one block each, from the page's upper left corner.
        size: page width and height in points.
    """

    pages: list[Block]
    size: tuple[float, float]
    line_items: list[dict[str, str]] = field(default_factory=list)
    vat_breakdown: list[dict[str, str]] = field(default_factory=list)


def compose(content: Content, theme: Theme, plan: Plan) -> Composition:
    """All pages of the invoice."""
    keys = content.keys
    size = keys.weighted("paper", {(595.28, 841.89): 95, (612.0, 792.0): 4, (841.89, 595.28): 1})
    left, right = keys.between("left", 26, 68), keys.between("right", 26, 68)
    top, bottom = keys.between("top", 24, 60), size[1] - keys.between("bottom", 22, 44)
    width = size[0] - left - right
    foot = _foot(content, theme, plan, width)
    bottom -= foot.height + (10 if foot.height else 0)
    paper_left, paper_width = left, width
    side_width = keys.between("side_width", 0.2, 0.31) * width if keys.chance("sidebar", 0.1) else 0.0
    side_left = keys.chance("side_left", 0.65)
    if side_width:
        width -= side_width + 16
        left += side_width + 16 if side_left else 0.0
    over = header_blocks(content, theme, plan, width)
    over, side = _sidebar(over, keys, side_width, bottom - top - 240)
    document = content.facts.kind
    summary = summarise(content, plan) if document.sums else Summary()
    if document.body in ("lines", "goods"):
        table = line_table(content, theme, width, sums=summary.rows if summary.in_table else ())
    else:
        table = listing(content, theme, width)
    under, breakdown = after_blocks(content, theme, plan, width, summary)
    gaps = (keys.between("gap.table", 10, 34), keys.between("gap.after", 6, 34))
    composition = Composition([], size, table.items, breakdown)
    fixed = sum(gaps) + table.header.height + sum(row.height for row in table.rows)
    for compact in (False, True):
        header, after = (
            arrange(blocks, keys, scope, width, compact=compact) for blocks, scope in ((over, "head"), (under, "after"))
        )
        factor = min(1.0, (bottom - top) / max(1.0, header.height + fixed + after.height))
        if factor >= _SMALLEST:
            break
    else:
        factor = 1.0
    flow = _Flow(content, theme, composition, left=left, top=top, bottom=bottom, foot=foot, factor=factor)
    if side.runs:
        flow.page.add(
            side, paper_left if side_left else left + width + 16, top + keys.pick("side_start", (0.0, 0.0, 60.0))
        )
    early = keys.chance("totals_first", 0.05)
    flow.place(header)
    if early:
        flow.place(after, gap=gaps[1])
    flow.table(table, gap=gaps[0])
    if not early:
        flow.place(after, gap=gaps[1], pinned=keys.chance("pinned", 0.3))
    flow.left = paper_left
    flow.finish(plan, paper_width)
    if document is INVOICE and keys.chance("hours", 0.04):
        flow.specification(paper_width)
    if document is INVOICE and keys.chance("terms_page", 0.02):
        flow.terms(paper_width)
    for page in composition.pages:
        page.marks += marks(content, theme, size)
    return composition


def _sidebar(blocks: list[Block], keys: Keyed, width: float, height: float) -> tuple[list[Block], Block]:
    """Moves blocks that are narrow enough into a column of their own; none where `width` is 0."""
    stack = Block("side")
    stay = []
    for block in blocks:
        role = block.name.partition(".")[0]
        fitted = block.fitted(width) if width else block
        gap = keys.between(f"side_gap.{role}", 8, 26) if stack.height else 0.0
        wanted = (
            role not in ("title", "recipient", "letter")
            and block.width < width * 1.3
            and keys.chance(f"side.{role}", 0.75)
        )
        if wanted and stack.height + gap + fitted.height < height:
            stack.add(fitted, 0, stack.height + gap)
        else:
            stay.append(block)
    return stay, stack


class _Flow:
    """Puts blocks under each other and starts a new page when one does not fit."""

    def __init__(
        self,
        content: Content,
        theme: Theme,
        target: Composition,
        *,
        left: float,
        top: float,
        bottom: float,
        foot: Block,
        factor: float,
    ) -> None:
        self.content, self.theme, self.target = content, theme, target
        self.left, self.top, self.bottom, self.foot, self.factor = left, top, bottom, foot, factor
        self.y = top
        self.page = self._new_page()

    def _new_page(self) -> Block:
        page = Block(f"page{len(self.target.pages) + 1}", width=self.target.size[0], height=self.target.size[1])
        self.target.pages.append(page)
        self.y = self.top
        return page

    def place(self, block: Block, *, gap: float = 0.0, pinned: bool = False) -> None:
        block = block.fitted(block.width * self.factor) if self.factor < 1 else block
        if not block.runs:
            return
        y = self.y + (gap * self.factor if self.y > self.top else 0.0)
        if y + block.height > self.bottom and self.y > self.top:
            self._next_page()
            y = self.y
        if y + block.height > self.bottom:
            block = block.fitted(block.width * (self.bottom - y) / block.height)
        if pinned:
            y = self.bottom - block.height
        self.page.add(block, self.left, y)
        self.y = y + block.height

    def table(self, table: LineTable, *, gap: float) -> None:
        scaled = [b.fitted(b.width * self.factor) if self.factor < 1 else b for b in (table.header, *table.rows)]
        header, rows = scaled[0], scaled[1:]
        self.y += gap * self.factor
        carries = self.content.keys.chance("carry", 0.5)
        repeats = self.content.keys.chance("repeat_table_head", 0.75)
        room = self.theme.value.size * 1.6 if carries else 0.0
        first = True
        for number, row in enumerate(rows):
            if first or self.y + row.height + room > self.bottom:
                carried = table.sums[number - 1] if carries and number else None
                if self.y + header.height + row.height + room > self.bottom:
                    if carried is not None:
                        self._carry("carried", carried)
                    self._next_page()
                else:
                    carried = None
                if first or repeats:
                    self.page.add(header, self.left, self.y)
                    self.y += header.height
                if carried is not None:
                    self._carry("brought", carried)
                first = False
            self.page.add(row, self.left, self.y)
            self.y += row.height

    def specification(self, width: float) -> None:
        """A last page that says what was done and when."""
        title, table = hours(self.content, self.theme, width)
        heading: list[Piece] = [(title, "")]
        if self.content.keys.chance("hours_numbered", 0.5):
            heading += self.content.value("invoice_number")
        self.factor = 1.0
        self._next_page()
        self.page.put(self.left, self.y, words_of(heading), self.theme.heading)
        self.y += self.theme.heading.size * 2
        self.table(table, gap=0.0)

    def terms(self, width: float) -> None:
        """A last page with the conditions of sale."""
        texts = document_class("terms").texts(self.content.supplier.language)
        heading = self.content.keys.pick("terms_page.title", texts["titles"])
        body = [self.content.fill(text) for text in texts["texts"]]
        self._next_page()
        self.page.put(self.left, self.y, words_of([(heading, "")]), self.theme.heading)
        self.y += self.theme.heading.size * 2
        share = self.content.keys.pick("terms_page.width", (0.48, 1.0))
        self.page.add(stacked_paragraphs("terms", body, self.theme.small, width * share), self.left, self.y)

    def _carry(self, which: str, amount: Decimal) -> None:
        """What the lines so far amount to, at the foot of a page and at the head of the next."""
        keys, supplier = self.content.keys, self.content.supplier
        text = keys.pick(which, wording(supplier.language, which))
        x = self.left + 4
        for pieces in (((text, ""),), self.content.money(amount, "", place="lines")):
            words = words_of(pieces)
            self.page.put(x, self.y, words, self.theme.value)
            x += self.theme.value.width(words) + keys.between("carry_gap", 8, 160)
        self.y += self.theme.value.size * 1.6

    def _next_page(self) -> None:
        self.page = self._new_page()
        keys = self.content.keys
        if keys.chance("repeat_head", 0.6):
            head = Block("repeat")
            head.add(logo(self.content, self.theme, full=False, labelled=False).fitted(160), 0, 0)
            item = self.content.item("invoice_number")
            if item is not None:
                words = (*item.label_words(self.theme), *item.value_words())
                head.put(220, 2, words, self.theme.value)
            self.page.add(head, self.left, self.y)
            self.y += head.height + 14

    def finish(self, plan: Plan, width: float) -> None:
        """Slip, footer and page marks."""
        content, keys = self.content, self.content.keys
        if plan.slip and plan.slip in content.facts.fields and not content.facts.credit and content.facts.kind.payment:
            part = slip(content, self.theme, width, plan.slip)
            if self.y + part.height + 12 > self.bottom:
                self._next_page()
            self.page.add(part, self.left, self.bottom - part.height)
        every = keys.chance("footer_every_page", 0.6)
        for number, page in enumerate(self.target.pages):
            if self.foot.height and (every or number == 0):
                page.add(self.foot, self.left, self.bottom + 10)
        self._page_marks(
            keys.weighted("page_mark", {"none": 45, "top_right": 30, "bottom_right": 15, "bottom_center": 10}), width
        )

    def _page_marks(self, where: str, width: float) -> None:
        pages = self.target.pages
        if where == "none" and len(pages) == 1:
            return
        template = self.content.keys.pick("page_text", self.content.supplier.phrases["page"])
        kind = self.theme.small
        for number, page in enumerate(pages, 1):
            words = words_of([(template.format(p=number, n=len(pages)), "")])
            height = kind.above + kind.below
            if where in ("top_right", "none"):
                page.put(self.left + width, max(4.0, self.top - height - 8), words, kind, align="right")
            else:
                x = self.left + (width if where == "bottom_right" else width / 2)
                page.put(
                    x,
                    self.target.size[1] - height - 6,
                    words,
                    kind,
                    align="right" if where == "bottom_right" else "center",
                )


def _foot(content: Content, theme: Theme, plan: Plan, width: float) -> Block:
    if not plan.footer:
        return Block("footer")
    keys, supplier = content.keys, content.supplier
    items = [item for key in plan.at("footer") if (item := content.item(key, place="footer")) is not None]
    groups = _grouped(items, keys)
    lead: list[Item] = []
    if "footer" in plan.name_places:
        lead.append(Item("name", (), ((supplier.party.name, "supplier_name"),)))
    if "footer" in plan.name_places or keys.chance("footer_address", 0.4):
        lead += [Item("address", (), ((line, ""),)) for line in supplier.party.address]
    if lead:
        groups.insert(0, lead)
    if keys.chance("footer_tax", 0.45) and supplier.party.country == "SE":
        tax = Item("tax", (), ((keys.pick("tax", supplier.phrases["tax"]), ""),))
        groups.append([tax]) if not groups or keys.chance("footer_tax_own", 0.3) else groups[-1].append(tax)
    if not groups:
        return Block("footer")
    return footer(content, theme, groups, width)


def _grouped(items: list[Item], keys: Keyed) -> list[list[Item]]:
    count = keys.integer("footer_groups", 2, 4)
    if keys.chance("footer_mixed", 0.25):
        per = max(1, -(-len(items) // count))
        return [items[i : i + per] for i in range(0, len(items), per)]
    kinds = (
        ("phone", "fax", "mobile", "email", "web"),
        ("bankgiro", "plusgiro", "iban", "bic", "swish", "bank_account"),
    )
    groups = [[i for i in items if i.key in kind] for kind in kinds]
    groups.append([i for i in items if not any(i.key in kind for kind in kinds)])
    return [group for group in groups if group]
