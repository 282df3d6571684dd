"""Every wrong value of a field is one line that names class, field, value and what is legal."""

import numpy as np
import pytest
from samples import Cell

from snnplastic.errors import ParameterError, SnnplasticError
from snnplastic.parameter import check_names, unit
from snnplastic.protocol import find
from snnplastic.rules.pair_stdp import PairSTDP


@pytest.mark.parametrize("text", ["parsec", "mV/", "mV//ms", "m**2.5", "m+s", "ms)", "xs", "(ms)"])
def test_wrong_units(text):
    with pytest.raises(ParameterError, match="^unit .*(write for example|legal: a prefix)") as caught:
        unit(text)
    assert repr(text) in str(caught.value) and "\n" not in str(caught.value)


WRONG = [
    ("tau", "20 mV", "has the unit 'mV'; expected 'ms', such as '20 ms'"),
    ("tau", "20", "has no unit; expected 'ms'"),
    ("tau", "20 ms*mV", "expected 'ms'"),
    ("tau", "twenty ms", "cannot be read; write a number with its unit, such as '20 ms'"),
    ("tau", "", "cannot be read"),
    ("tau", "nan ms", "cannot be read"),
    ("tau", "__import__('os').getcwd()", "cannot be read"),
    ("tau", "1e400 ms", "is not finite"),
    ("tau", float("nan"), "is not finite"),
    ("tau", float("inf"), "is not finite"),
    ("tau", None, "not finite|not a number"),
    ("tau", object, "is not a number; expected a value in 'ms'"),
    ("tau", {}, "is not a number"),
    ("tau", 1j, "is not a number"),
    ("tau", 0.05, "out of range; it must be at least 0.1 ms"),
    ("tau", "0.6 s", "out of range; it must be at most 500 ms"),
    ("tau", [10, 20], "must be one number in 'ms', not 2"),
    ("tau", "10, 20 ms", "must be one number in 'ms', not 2"),
    ("tau", "1:3:1 ms", "must be one number"),
    ("tau", ["10 ms"], "is not a number|must be one number"),
    ("a", 1.1, "out of range; it must be at most 1"),
    ("a", "0.5 ms", "has the unit 'ms'; expected '1'"),
    ("n", 2.5, "must be one whole number"),
    ("n", 0, "out of range; it must be at least 1"),
    ("n", [1, 2], "must be one whole number"),
    ("n", "3 ms", "expected '1'"),
    ("lags", "5:0:1 ms", "a range is start:stop:step"),
    ("lags", "0:5:0 ms", "a range is start:stop:step"),
    ("lags", "0:200:50 ms", "out of range; it must be at most 100 ms"),
    ("lags", "10 ms, 20 ms", "cannot be read"),
    ("lags", "1, 2 mV", "expected 'ms'"),
    ("kind", "some", "is not legal; legal: 'all', 'nearest'"),
    ("kind", None, "legal: 'all', 'nearest'"),
    ("tau", "20 parsec", "legal|expected 'ms'"),
    ("tau", "20 ms/", "cannot read|expected 'ms'"),
    ("tau", "10*2 ms", "cannot read|expected 'ms'"),
    ("lags", [[1, 2], [3, 4]], "one|flat|not a number"),
    ("kind", np.array(["all", "nearest"]), "legal: 'all', 'nearest'"),
]


@pytest.mark.parametrize(("field", "value", "words"), WRONG)
def test_a_wrong_value_is_one_clear_line(field, value, words):
    with pytest.raises(ParameterError, match=words) as caught:
        Cell(**{field: value})
    text = str(caught.value)
    assert text.startswith(f"Cell.{field} = {value!r}") and "\n" not in text
    assert isinstance(caught.value, (ValueError, SnnplasticError))


@pytest.mark.parametrize("unit_name", ["ms", "mV"])
def test_a_list_of_quantities(unit_name):
    import brian2

    given = [10 * getattr(brian2, unit_name), 20 * getattr(brian2, unit_name)]
    if unit_name == "ms":
        assert Cell(lags=given).lags == pytest.approx((0.01, 0.02))
    else:
        with pytest.raises(ParameterError, match=r"Cell\.lags"):
            Cell(lags=given)


def test_a_quantity_with_a_fractional_dimension():
    from brian2 import ms

    with pytest.raises(ParameterError, match=r"Cell\.a = .*dimension"):
        Cell(a=(4 * ms) ** 0.5 * 0.1)


def test_an_unknown_field():
    check_names(Cell, {"tau": "30 ms"})
    for wrong in (lambda: check_names(Cell, {"tua": 3}), lambda: Cell().replace(tua=3)):
        with pytest.raises(ParameterError, match=r"Cell has no field 'tua'; legal: .*tau") as caught:
            wrong()
        assert "\n" not in str(caught.value)


def test_rules_are_rules():
    for wrong in (5, PairSTDP):
        with pytest.raises(ParameterError, match="is not a rule; give an object, or text such as"):
            find("pairing_frequency")(rules=[wrong])


def test_replace_checks_the_fields_together():

    slow = find("pairing_frequency")(rates=5, lags=100)
    assert slow.replace(lags=150).lags == (0.15,)  # shorter than 200 ms
    with pytest.raises(SnnplasticError, match="lags"):
        slow.replace(rates=50)  # the lag of 100 ms is longer than 20 ms
