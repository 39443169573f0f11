"""Which words on the pages hold the values that people vouched for.

`align` brings it together. `occurrences` finds the places of a value, `near` those that are misread or mistyped (with
`forms` for how a value may be printed, `runs` of words, `titles`). `places` and `choose` tell the places apart: by what
kind of line they stand on (`sheets`), by the document's other sums (`sums`), by what surrounds two fields of one value
(`twins`). `implied` knows what is printed nowhere, `masks` what nobody can know. `explain` draws it, `measure` compares
it with known truth.
"""
