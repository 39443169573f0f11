from datetime import date

import pytest
from tests.fakta.fields.finding import found_texts, found_values

from fakta.errors import FormatError
from fakta.fields import dates

DAY = date(2026, 4, 15)


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-15", "2026-4-15", "2026–04–15", "2026 - 04 - 15", "20260415", "26-04-15", "260415", "2026.04.15",
        "2026/04/15",
        "2026 04 15", "15/4-26", "15/4 2026", "15/4-2026", "15/4/2026", "15.04.2026", "15.4.2026", "15. 4. 2026",
        "15.04.26",
        "15-04-2026", "15/04/2026", "15/04/26", "04/15/2026", "4/15/2026", "15 april 2026", "15 apr 2026",
        "15 apr. 2026",
        "15 apr 26", "15-Apr-2026", "15-apr-26", "15apr2026", "15:e april 2026",
        "15 APRIL 2026", "April 15, 2026", "April 15 2026", "Apr. 15, 2026", "April 15th, 2026", "15th of April 2026",
        "15th April 2026", "15 April, 2026", "15. April 2026", "15 avril 2026", "15. april 2026",
        "15. huhtikuuta 2026",
        "2026 april 15", "15\u00a0april\u00a02026",
    ],
)  # fmt: skip
def test_every_printed_form_is_read(text):
    assert dates.parse(text) == DAY


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("1 januari 2026", "2026-01-01"), ("1er février 2026", "2026-02-01"), ("1. März 2026", "2026-03-01"),
        ("1 maj 2026", "2026-05-01"), ("1 mai 2026", "2026-05-01"), ("1 juin 2026", "2026-06-01"),
        ("1. heinäkuuta 2026", "2026-07-01"),
        ("1 août 2026", "2026-08-01"), ("1 sept 2026", "2026-09-01"), ("1. Oktober 2026", "2026-10-01"),
        ("1 okt 2026", "2026-10-01"),
        ("1. marraskuuta 2026", "2026-11-01"), ("1. Dezember 2026", "2026-12-01"), ("1. desember 2026", "2026-12-01"),
        ("24 décembre 2026", "2026-12-24"), ("04/05/2026", "2026-05-04"), ("31-12-2026", "2026-12-31"),
        ("2000-02-29", "2000-02-29"),
        ("99-12-31", "1999-12-31"), ("1990-01-01", "1990-01-01"), ("2079-12-31", "2079-12-31"),
    ],
)  # fmt: skip
def test_months_and_years_of_all_languages(text, iso):
    assert dates.parse(text).isoformat() == iso


@pytest.mark.parametrize(
    "text",
    ["", "2026", "april 2026", "2026-02-29", "2026-13-01", "2026-00-10", "2026-15-04", "31/4 2026", "1989-12-31",
     "2080-01-01", "85-01-01", "640823", "30 februari 2026", "15 foo 2026", "15 aprilskämt 2026", "559994-1209",
     "v. 15", "2026-W15", "2604", "1234567", "15 \u017fept 2026", "15 apr\u0131l 2026"],
)  # fmt: skip
def test_what_is_no_day_is_refused(text):
    with pytest.raises(FormatError, match="is no date"):
        dates.parse(text)


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("Fakturadatum: 2026-04-15", ["2026-04-15"]),
        ("2026-04-15.", ["2026-04-15"]),
        ("(2026-04-15)", ["2026-04-15"]),
        ("Period 2026-04-01-2026-04-30", ["2026-04-01", "2026-04-30"]),
        ("2026-04-01 - 2026-04-30", ["2026-04-01", "2026-04-30"]),
        ("240101-240331", ["240101", "240331"]),
        ("1 mars-31 mars 2026", ["31 mars 2026"]),
        ("1 mars - 31 mars 2026", ["31 mars 2026"]),
        ("Faktura 12 datum 20 april 2026", ["20 april 2026"]),
        ("Due April 15, 2026 net", ["April 15, 2026"]),
        ("den 15:e april 2026", ["15:e april 2026"]),
        ("15 april 2026 15 maj 2026", ["15 april 2026", "15 maj 2026"]),
        ("onsdag 15 april 2026", ["15 april 2026"]),
    ],
)
def test_dates_are_found(line, texts):
    assert found_texts("date", line) == texts


@pytest.mark.parametrize(
    "line",
    ["013-12 34 56", "070-123 45 67", "559994-1209", "640823-3234", "5402-9681", "28 65 43-4", "1 234,50",
     "20 260,41", "RE-20260415/117", "RE-2026-04-15", "F-2024-1", "SE559994120901", "202604151", "2026-04-15-7",
     "1/2 10 st", "12.04.20.26"],
)  # fmt: skip
def test_other_numbers_are_no_dates(line):
    assert found_texts("date", line) == []


def test_six_digits_are_a_weak_date():
    assert found_values("date", "Bokförd 260415") == [DAY]
    assert found_values("date", "Kundnr 561231") == []


@pytest.mark.parametrize(
    "months",
    [
        "januari februari mars april maj juni juli augusti september oktober november december",
        "January February March April May June July August September October November December",
        "Jänner Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Jän. Febr. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
        "januar februar mars april mai juni juli august september oktober november desember",
        "jan. feb. mar. apr. mai jun. jul. aug. sep. okt. nov. des.",
        "januar februar marts april maj juni juli august september oktober november december",
        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta "
        "marraskuuta joulukuuta",
        "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu",
    ],
)
def test_twelve_months_in_every_language(months):
    for number, month in enumerate(months.split(), 1):
        for text in (f"15. {month} 2026", f"15 {month} 2026"):
            assert dates.parse(text) == date(2026, number, 15)
            assert found_values("date", f"x: {text}") == [date(2026, number, 15)]
