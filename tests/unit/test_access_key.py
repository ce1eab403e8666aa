"""The NF-e access key: Manual de Orientação do Contribuinte, and IN RFB 2.229/2024 for letters in the CNPJ."""

import re
from importlib.resources import files
from pathlib import Path

import nfelib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.strategies import values
from pipeline.functions import access_key, fields

from .documents import QUICK

SCHEMAS = Path(str(files(nfelib))) / "nfe"

KEYS = {
    "13181017921427000125650010000000309887251170": "17921427000125",
    "3526050X0J92JY000196570010000006041448679011": "0X0J92JY000196",
}

# The weights as the manual prints them, from the left.
WEIGHTS = "4329876543298765432987654329876543298765432"


@pytest.mark.parametrize("key", KEYS)
def test_the_check_digit_of_a_real_key_is_right(key: str) -> None:
    assert access_key.check_digit(key[:43]) == key[43]


@pytest.mark.parametrize(("key", "cnpj"), KEYS.items())
def test_a_key_names_its_issuer(key: str, cnpj: str) -> None:
    assert access_key.issuer(key) == cnpj


# The last of the 43 positions, with zeros before them, and the check digit. The names say what the sum's remainder is.
DIGITS = {
    "remainder 0, of nothing": ("0", "0"),
    "remainder 0": ("14", "0"),
    "remainder 1": ("6", "0"),
    "remainder 2": ("1", "9"),
    "remainder 10": ("5", "1"),
    "the eighth from the right weighs 9": ("10000000", "2"),
    "the ninth weighs 2 again": ("100000000", "9"),
    "A counts 17": ("A00", "9"),
    "Z counts 42": ("Z00", "8"),
}


@pytest.mark.parametrize(("end", "digit"), DIGITS.values(), ids=DIGITS)
def test_the_check_digit_is_11_less_the_remainder_and_0_for_remainders_0_and_1(end: str, digit: str) -> None:
    assert access_key.check_digit(end.rjust(43, "0")) == digit


@QUICK
@given(st.from_regex(access_key.FORMAT, fullmatch=True))
def test_exactly_one_check_digit_is_accepted_and_it_is_the_manuals(key: str) -> None:
    total = sum(int(weight) * (ord(char) - ord("0")) for weight, char in zip(WEIGHTS, key[:43], strict=True))
    manual = 0 if total % 11 in (0, 1) else 11 - total % 11
    holding = [digit for digit in range(10) if fields.nfe_key(f"{key[:43]}{digit}") is None]
    assert holding == [manual]


KEY = next(iter(KEYS))
MISSHAPEN = {
    "nothing": "",
    "43 positions": KEY[:43],
    "45 positions": KEY + "0",
    "a letter before the CNPJ": KEY[:5] + "A" + KEY[6:],
    "a letter in the CNPJ's check digits": KEY[:18] + "A" + KEY[19:],
    "a letter at the end": KEY[:43] + "A",
    "a small letter in the CNPJ": KEY[:6] + "a" + KEY[7:],
    "digits of another script": KEY[:43] + "٠",
    "spaces between groups": " ".join(KEY[place : place + 4] for place in range(0, 44, 4)),
    "a line break at the end": KEY + "\n",
    "NFe before it": "NFe" + KEY,
}


@pytest.mark.parametrize("value", MISSHAPEN.values(), ids=MISSHAPEN)
def test_a_key_of_another_shape_is_refused(value: str) -> None:
    broken = fields.nfe_key(value)
    assert broken is not None
    assert broken.code == "access_key"


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("other", range(1, 10))
def test_a_wrong_check_digit_is_refused_and_the_right_one_is_named(key: str, other: int) -> None:
    wrong = (int(key[43]) + other) % 10
    reason = fields.nfe_key(f"{key[:43]}{wrong}")
    assert reason is not None
    assert (reason.code, reason.message) == ("check_digit", f"ends in {wrong}; the check digit is {key[43]}")


# Keys of NF-e that companies have issued: those of nfelib's samples.
ISSUED = sorted(
    {
        key
        for sample in (SCHEMAS / "samples").rglob("*.xml")
        for key in re.findall(r'Id="(?:NFe)?(\d{44})"', sample.read_text(encoding="utf-8"))
    }
)


def test_there_are_keys_that_companies_have_issued() -> None:
    assert len(ISSUED) >= 15


@pytest.mark.parametrize("key", ISSUED)
def test_the_check_digit_of_an_issued_key_is_right_here_and_in_the_strategies(key: str) -> None:
    assert access_key.check_digit(key[:43]) == key[43]
    assert values.with_check_digits(key[:43], 9, 1) == key


@QUICK
@given(values.issuers() | values.people())
def test_a_drawn_key_has_the_check_digit_of_the_manual(pair: tuple[str, str]) -> None:
    _, key = pair
    total = sum(int(weight) * (ord(char) - ord("0")) for weight, char in zip(WEIGHTS, key[:43], strict=True))
    assert int(key[43]) == (0 if total % 11 in (0, 1) else 11 - total % 11)


def of_the_schema() -> re.Pattern[str]:
    """What the official schema says of a key."""
    types = (SCHEMAS / "schemas" / "v4_0" / "tiposBasico_v4.00.xsd").read_text(encoding="utf-8")
    [pattern] = re.findall(r'name="TChNFe">.*?<xs:pattern value="(.+?)"', types, re.DOTALL)
    return re.compile(pattern)


NEARLY = st.from_regex(r"[0-9A-Za-z]{5,7}[0-9A-Za-z]{11,13}[0-9A-Z]{25,27}", fullmatch=True)


@QUICK
@given(NEARLY | st.from_regex(access_key.FORMAT, fullmatch=True) | st.from_regex(of_the_schema(), fullmatch=True))
def test_a_key_has_the_form_that_the_official_schema_says(key: str) -> None:
    assert bool(access_key.FORMAT.fullmatch(key)) == bool(of_the_schema().fullmatch(key))
