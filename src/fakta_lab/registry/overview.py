"""A registry for people: its bundles, one of them, its history, and figures before and after a promotion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakta.bundle import Bundle, followed
from fakta.errors import BundleError, InputError
from fakta_lab.formats.retraining import MARK
from fakta_lab.registry.alias import ALIASES
from fakta_lab.registry.copies import digest_of, folder_name
from fakta_lab.registry.entry import Entry
from fakta_lab.registry.figures import changed_figures, shown_figures
from fakta_lab.registry.registry import Registry

if TYPE_CHECKING:
    from rich.table import Table

_LISTED = {"micro.f1": "F1", "accepted.share": "accepted", "touchless.share": "touchless"}


@dataclass(frozen=True, slots=True)
class Registered:
    """A bundle in a registry.

    Attributes:
        folder: name of its folder.
        aliases: that lead to it now.
        entries: its part of the history, the oldest first.
        bundle: loaded; None where it is damaged.
        damage: why; empty where it is sound.
    """

    folder: str
    aliases: tuple[str, ...]
    entries: Sequence[Entry]
    bundle: Bundle | None
    damage: str = ""

    @property
    def promotion(self) -> Entry | None:
        """The newest promotion, which has its figures."""
        return next((entry for entry in reversed(self.entries) if entry.action == "promote"), None)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        manifest: Mapping[str, Any] = self.bundle.manifest if self.bundle else {}
        promotion = self.promotion
        return {
            "bundle": self.folder,
            "name": manifest.get("name"),
            "digest": promotion.digest if promotion else None,
            "created": manifest.get("created"),
            "aliases": list(self.aliases),
            "license": manifest.get("license"),
            "family": self.bundle.model["family"] if self.bundle else None,
            "erased_documents": (manifest.get(MARK) or {}).get("documents", 0),
            "damage": self.damage or None,
            "on": promotion.on if promotion else None,
            "figures": dict(promotion.figures) if promotion else {},
            "promoted": [entry.at for entry in self.entries if entry.action == "promote"],
        }


def registered(registry: Registry) -> list[Registered]:
    """The bundles in a registry, those in use first, then the one promoted last."""
    entries = registry.history()
    leads = {alias: current.name for alias in ALIASES if (current := registry.current(alias))}
    found = []
    for folder in registry.copies():
        bundle: Bundle | None = None
        damage = ""
        try:
            bundle = Bundle.load(folder)
        except BundleError as error:
            damage = str(error)
        aliases = tuple(alias for alias, name in leads.items() if name == folder.name)
        found.append(
            Registered(folder.name, aliases, [each for each in entries if each.bundle == folder.name], bundle, damage)
        )
    last = {each.folder: max((entry.number for entry in each.entries), default=0) for each in found}
    return sorted(found, key=lambda each: (not each.aliases, each.aliases, -last[each.folder]))


def find_bundle(registry: Registry, said: str) -> Path:
    """The bundle that is meant: a path, an alias, or the name of a folder in the registry or its beginning.

    Raises:
        InputError: there is none, or several.
    """
    if said in ALIASES:
        found = registry.current(said)
        if found is None:
            raise InputError(f"{registry.path}: no {said} yet; fakta models promote BUNDLE --alias {said}")
        return found
    if Path(said).exists():
        return Path(said)
    fitting = [folder for folder in registry.copies() if folder.name.startswith(said)]
    if len(fitting) > 1:
        raise InputError(f"{said}: {len(fitting)} bundles begin so: {', '.join(each.name for each in fitting)}")
    if not fitting:
        raise InputError(f"{said}: no bundle there, nor one in {registry.path}; fakta models list shows those")
    return fitting[0]


def copy_of(registry: Registry, bundle: Path) -> str:
    """What a bundle's copy in the registry is called, or would be."""
    found = followed(bundle)
    if found.parent == registry.bundles.resolve():
        return found.name
    loaded = Bundle.load(found)
    return folder_name(loaded.name, digest_of(loaded.manifest))


def render_list(bundles: Sequence[Registered]) -> Table:
    """The bundles as a `rich` table, one a line."""
    from rich.text import Text

    table = _table()
    for column in ("bundle", "alias", "created", "licence", "measured on"):
        table.add_column(column, no_wrap=column != "measured on")
    for column in _LISTED.values():
        table.add_column(column, justify="right", no_wrap=True)
    for each in bundles:
        said = each.to_dict()
        state = " (damaged)" if each.damage else " (retrain)" if said["erased_documents"] else ""
        figures: Mapping[str, float] = said["figures"]
        table.add_row(
            each.folder + state,
            ", ".join(each.aliases),
            (said["created"] or "-")[:10],
            Text(said["license"] or "-"),
            Text(f"{said['on']} ({shown_figure('documents', figures.get('documents'))})" if said["on"] else "-"),
            *(shown_figure(name, figures.get(name)) for name in _LISTED),
        )
    return table


def render_bundle(each: Registered) -> Table:
    """What a bundle is, and what it was measured to reach."""
    from rich.text import Text

    said = each.to_dict()
    table = _table(show_header=False)
    table.add_row("bundle", each.folder)
    for name in ("name", "digest", "created", "family", "license"):
        table.add_row(name, Text(str(said[name] or "-")))
    table.add_row("alias", ", ".join(each.aliases) or "-")
    if each.damage:
        table.add_row("damage", Text(each.damage))
    if said["erased_documents"]:
        table.add_row("retrain", f"{said['erased_documents']} documents that it learned from were erased since")
    table.add_section()
    table.add_row("measured on", Text(said["on"] or "-"))
    for name in shown_figures(said["figures"]):
        table.add_row(name, shown_figure(name, said["figures"].get(name)))
    return table


def render_history(entries: Sequence[Entry]) -> Table:
    """The entries as a `rich` table, the oldest first."""
    from rich.text import Text

    table = _table()
    for column in ("", "when (UTC)", "what", "alias", "bundle", "by", "F1", "why"):
        table.add_column(column, justify="right" if column == "F1" else "left", no_wrap=column == "bundle")
    for entry in entries:
        why = entry.reason
        if entry.obstacles:
            why = f"{why} (in spite of: {'; '.join(entry.obstacles)})"
        table.add_row(
            str(entry.number),
            entry.at[:16].replace("T", " "),
            entry.action,
            entry.alias,
            entry.bundle or "-",
            Text(entry.by),
            shown_figure("micro.f1", entry.figures.get("micro.f1")),
            Text(why),
        )
    return table


def render_change(before: Entry | None, after: Entry) -> Table:
    """The figures of the bundle that an alias led to, and of the one that it leads to now; of fields, what differs."""
    from rich.text import Text

    old = before.figures if before else {}
    table = _table()
    table.add_column(Text(f"on {after.on}" if after.on else ""))
    if before:
        elsewhere = f" (on {before.on})" if before.on != after.on else ""
        table.add_column(Text(before.bundle + elsewhere), justify="right")
    table.add_column(after.bundle, justify="right")
    for name in changed_figures(old, after.figures):
        shown = [shown_figure(name, figures.get(name)) for figures in ((old,) if before else ())]
        table.add_row(name, *shown, shown_figure(name, after.figures.get(name)))
    return table


def _table(*, show_header: bool = True) -> Table:
    """A table as all commands draw them. What people wrote goes in as `Text`: their brackets are no markup."""
    from rich import box
    from rich.table import Table

    return Table(box=box.SIMPLE_HEAD, pad_edge=False, show_header=show_header)


def shown_figure(name: str, value: float | None) -> str:
    """A figure for a table.

    >>> shown_figure("micro.f1", 0.95), shown_figure("documents", 40.0), shown_figure("micro.f1", None)
    ('0.9500', '40', '-')
    """
    if value is None:
        return "-"
    return f"{value:.0f}" if name == "documents" else f"{value:.4f}"
