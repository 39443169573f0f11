"""Which words on the pages hold the values that people vouched for.

`align` brings it together: `occurrences` finds the places of a value, `near` those that are misread or mistyped, with
`forms` for how a value may be printed; `places` and `choose` tell the places apart, `implied` knows what is printed
nowhere, `masks` what nobody can know. `explain` draws it, `measure` compares it with known truth.
"""
