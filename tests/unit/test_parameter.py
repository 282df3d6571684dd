"""Units, text, ranges, arrays and Brian2 Quantities become SI numbers."""

import json
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from samples import Cell

from snnplastic.errors import ParameterError
from snnplastic.parameter import Source, brian_unit, quantity, unit

UNITS = [
    ("ms", "ms"),
    ("s", "second"),
    ("Hz", "Hz"),
    ("kHz", "kHz"),
    ("mV", "mV"),
    ("nS", "nS"),
    ("uS", "usiemens"),
    ("pF", "pF"),
    ("uF", "ufarad"),
    ("pA", "pA"),
    ("Mohm", "Mohm"),
    ("umolar", "umolar"),
    ("uM", "umolar"),
    ("mM", "mmolar"),
    ("ms^-1", "ms**-1"),
    ("1/ms", "1/ms"),
    ("nS/mV", "nS/mV"),
    ("umolar/(ms*mV)", "umolar/(ms*mV)"),
    ("cm^2", "cm**2"),
    ("uF/cm**2", "ufarad/cm**2"),
    ("pC", "pcoulomb"),
    ("mmol", "mmol"),
    ("kg*m**2/s^3/A", "volt"),
    ("mV ms", "mV*ms"),
]


@pytest.mark.parametrize(("text", "brian"), UNITS)
def test_unit_equals_brian2(text, brian):
    import brian2.units.allunits
    from brian2.equations.equations import dimensions_and_type_from_string

    factor, dimensions = unit(text)
    expected = eval(brian, {**vars(brian2.units.allunits), **vars(brian2)})
    assert factor == pytest.approx(float(np.asarray(expected)), rel=1e-15)
    assert dimensions == tuple(int(d) for d in expected.dim._dims)
    assert dimensions_and_type_from_string(brian_unit(text))[0] is expected.dim, (
        "the name used in equations has the same dimension"
    )


def test_units_without_dimension_and_minutes():
    assert unit("1") == unit("") == (1.0, (0,) * 7)
    assert unit("min") == (60.0, unit("s")[1])
    assert brian_unit("ms") == "second" and brian_unit("1") == "1" and brian_unit("mV^-1") != "volt"


VALUES = [
    (20, 0.02),
    (20.0, 0.02),
    (np.float32(20), 0.02),
    (np.array(20), 0.02),
    ("20 ms", 0.02),
    ("20ms", 0.02),
    (" 0.02 s ", 0.02),
    ("2e4 us", 0.02),
    (".5 ms", 5e-4),
    ("+1.5e+1 ms", 0.015),
    ("0.1 ms", 1e-4),
    (500, 0.5),
    ("0.005 min", 0.3),
]


@pytest.mark.parametrize(("value", "si"), VALUES)
def test_one_number(value, si):
    found = Cell(tau=value).tau
    assert type(found) is float and found == pytest.approx(si, rel=1e-15)


@pytest.mark.parametrize(
    ("value", "si"),
    [
        ([1, 2.5], [1e-3, 2.5e-3]),
        (np.array([1, 2]), [1e-3, 2e-3]),
        ("10, 20 ms", [0.01, 0.02]),
        ("[10, 20] ms", [0.01, 0.02]),
        (7, [7e-3]),
        ("7 ms", [7e-3]),
        ("0:50:10 ms", [0, 0.01, 0.02, 0.03, 0.04, 0.05]),
        ("5:-5:-2.5 ms", [5e-3, 2.5e-3, 0, -2.5e-3, -5e-3]),
        ("0:1:0.3 ms", [0, 3e-4, 6e-4, 9e-4]),
        ("0:0.3:0.1 ms", [0, 1e-4, 2e-4, 3e-4]),
        ("-0.01, 0.01 s", [-0.01, 0.01]),
    ],
)
def test_several_numbers(value, si):
    found = Cell(lags=value).lags
    assert type(found) is tuple and all(type(number) is float for number in found)
    assert found == pytest.approx(si, rel=1e-13, abs=1e-18)


def test_defaults_are_si_limits_are_legal_fields_are_frozen():
    cell = Cell()
    assert (cell.tau, cell.E, cell.lags, cell.n, cell.kind) == (0.02, -0.07, (-0.01, 0.01), 3, "all")
    assert cell.k == pytest.approx(62) and type(cell.n) is int and cell.plain == "no parameter"
    assert Cell() == Cell() and hash(Cell()) == hash(Cell()) and Cell(tau=21) != Cell()
    with pytest.raises(FrozenInstanceError, match="tau"):
        cell.tau = 1
    for limit in ({"tau": 0.1}, {"tau": 500}, {"tau": "0.5 s"}, {"a": 0}, {"a": 1}, {"n": 1}, {"lags": [-100, 100]}):
        Cell(**limit)


def test_brian2_quantities():
    from brian2 import Quantity, ms, mV, second, volt

    assert Cell(tau=30 * ms).tau == 0.03 and Cell(tau=ms).tau == 1e-3 and Cell(E=-0.06 * volt).E == -0.06
    assert Cell(lags=[1, 2] * ms).lags == pytest.approx((1e-3, 2e-3)) and Cell(a=Quantity(0.25)).a == 0.25
    assert Cell(k=0.1 / mV).k == pytest.approx(100)
    back = Cell().quantity("tau")
    assert isinstance(back, Quantity) and back == 20 * ms and Cell(tau=back) == Cell()
    with pytest.raises(ParameterError, match=r"Cell\.tau = .*(wrong dimension).*expected 'ms', such as '20 ms'"):
        Cell(tau=20 * mV)
    with pytest.raises(ParameterError, match=r"Cell\.tau = .*out of range.*at most 500 ms"):
        Cell(tau=2 * second)


def test_replace_takes_text_and_keeps_the_rest():
    changed = Cell.slow().replace(n="5", kind="nearest")
    assert (changed.tau, changed.E, changed.n, changed.kind) == (0.1, -0.065, 5, "nearest")
    for wrong in ({"tau": "3 mV"}, {"foo": 1}, {"a": 2}):
        with pytest.raises(ParameterError, match="Cell"):
            Cell().replace(**wrong)


def test_table_json_and_source():
    rows = {row[0]: row for row in Cell.slow().table()}
    assert rows["tau"] == ("tau", "100", "ms", "time constant", "Fig. 1") and rows["lags"][1:3] == ("-10, 10", "ms")
    assert rows["a"][2] == "" and rows["kind"][1] == "all" and "plain" not in rows
    assert Cell().to_json()["lags"] == [-0.01, 0.01] and Cell().to_json()["tau"] == 0.02
    assert list(Cell.declared()) == ["tau", "E", "k", "a", "n", "lags"]
    assert str(
        Cell.source
    ) == "Hodgkin & Huxley (1952) J. Physiol. 117:500" and "10.1113/jphysiol.1952.sp004764" in Cell.source.bibtex("hh")
    assert "doi" not in Source("Cole", 1949, "Arch. Sci. Physiol. 3:253").bibtex("cole")


def test_any_number_survives_its_text():
    rng = np.random.default_rng(1)
    for number, name in zip(
        (rng.normal(size=60) * 10.0 ** rng.integers(-9, 9, 60)).tolist(), ["ms", "s", "us", "min"] * 15, strict=True
    ):
        assert quantity(f"{number!r} {name}", "ms") == pytest.approx(number * unit(name)[0], rel=1e-15)


def test_an_object_comes_back_from_its_json():
    made = Cell(tau="17.3 ms", lags="-10, 0.3 ms")
    again = Cell.from_json(json.loads(json.dumps(made.to_json())))
    assert again.to_json() == made.to_json() and type(again.lags) is type(made.lags) and again.tau == made.tau
    for change, message in (({"tau": {"class": "Cell"}}, "Cell.tau is an object"), ({"nothing": 1}, "differ in nothing; legal: .*tau")):
        with pytest.raises(ParameterError, match=message):
            Cell.from_json(made.to_json() | change)
