"""Public sets as benchmark sets: one module a format, each known by the shape of its folder.

A folder is one split, or holds one folder for each; DocILE's splits are files, and naming one takes that split alone.
`benchmark.yaml` beside them may name another schema, gates and a name, as for sets of the project's own.
"""

from fakta_lab.formats.sets.find import PUBLIC_SETS, PublicSet, find_set, read_set, shapes

__all__ = ["PUBLIC_SETS", "PublicSet", "find_set", "read_set", "shapes"]
