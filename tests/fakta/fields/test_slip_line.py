from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakta.fields.luhn import luhn_digit
from fakta.fields.slip_line import SlipLine, find_slip_line

BANKGIRO = "H  #                 202601472 #    1340 00   9 >                 54029681#41#    "
PLUSGIRO = "#                 202601472 #    1340 00   9 >                 2865434 #14#    "


def printed(reference: str, ore: int, account: str, code: str) -> str:
    kronor, rest = f"{ore // 100}", f"{ore % 100:02}"
    return f"H  # {reference:>25} #{kronor:>8} {rest}   {luhn_digit(kronor + rest)} >{account:>25}#{code}#    "


def facts(line: SlipLine | None) -> tuple[object, ...] | None:
    return line and (line.payment_reference, line.amount, line.account, line.account_kind, line.valid)


@pytest.mark.parametrize(
    ("text", "account", "kind"), [(BANKGIRO, "54029681", "bankgiro"), (PLUSGIRO, "2865434", "plusgiro")]
)
def test_both_forms_are_read(text, account, kind):
    assert facts(find_slip_line(text)) == ("202601472", Decimal("1340.00"), account, kind, True)
    assert facts(find_slip_line(" ".join(text.split()))) == facts(find_slip_line(text))
    assert facts(find_slip_line(text.replace(" ", ""))) == facts(find_slip_line(text))


@pytest.mark.parametrize(
    "text",
    [
        "# 202601472 # 1340 00 9 ) 54029681#41#",
        "# 202601472 # 1340 00 9 7 54029681#41#",
        "#202601472#13400097 54029681#41#",
        "// 202601472 // 1340 00 9 > 54029681//41//",
        "HH202601472H1340009>54029681H41H",
        "20 26 014 72 # 1340 00 9 > 5402 9681 # 41 #",
        "202601472#1340009>54029681#41",
    ],
)
def test_misread_marks_are_tolerated(text):
    assert facts(find_slip_line(text)) == ("202601472", Decimal("1340.00"), "54029681", "bankgiro", True)


@pytest.mark.parametrize(
    "text",
    [
        "# 202601472 # 1340 00 8 ) 54029681#41#",
        "# 202601472 # 1340 00 9 ) 54029682#41#",
        "# 202601472 # 1340 00 8 7 54029681#41#",
        "# 202601472 # 1340 00 9 7 54029682#41#",
        "",
        "Bankgiro 5402-9681",
        "# 4711",
        "#41#",
        "1340 > 54029681",
        "# 202601472 # 1340 00 9 > 54029681#91#",
    ],
)
def test_what_cannot_be_believed_is_no_slip_line(text):
    assert find_slip_line(text) is None


def test_a_wrong_digit_between_sure_marks_is_a_failed_check():
    line = find_slip_line("# 202601473 # 1340 00 8 > 54029682#41#")
    assert [(check.name, check.passed) for check in line.checks] == [
        ("reference_luhn", False),
        ("amount_digit", False),
        ("account_luhn", False),
    ]
    assert not line.valid


def test_blank_reference_and_amount():
    assert facts(find_slip_line("#     #      > 5402968#41#"))[:3] == (None, None, "5402968")
    assert facts(find_slip_line("# 202601472 #      > 54029681#41#"))[:3] == ("202601472", None, "54029681")
    assert facts(find_slip_line("#     # 1340 00 9 > 54029681#45#"))[:3] == (None, Decimal("1340.00"), "54029681")


@settings(deadline=None)
@given(
    st.from_regex("[1-9][0-9]{3,20}", fullmatch=True),
    st.integers(100, 99_999_999),
    st.from_regex("[1-9][0-9]{5,6}", fullmatch=True),
    st.booleans(),
)
def test_every_line_comes_back(body, ore, account_body, lost_mark):
    reference, account = body + luhn_digit(body), account_body + luhn_digit(account_body)
    text = printed(reference, ore, account, "41")
    line = find_slip_line(text.replace(">", "7") if lost_mark else text)
    expected = (reference, Decimal(ore) / 100, account, "bankgiro", True)
    # A lost mark may leave two readings; then none is given, never a wrong one.
    assert facts(line) == expected or (lost_mark and line is None)


@settings(deadline=None)
@given(st.text(alphabet="0123456789#>H/)7 41", max_size=60))
def test_arbitrary_lines_never_raise(text):
    line = find_slip_line(text)
    assert line is None or line.account.isdigit()
