"""list and show."""

import json
import re

import pytest
from support import cli, error, invoke

from snnplastic import catalogue, protocol


def test_list_json():
    rows = json.loads(invoke("list", "--json")[1])
    assert all(
        list(row) == ["kind", "name", "summary", "source", "doi"] and row["name"] and row["summary"] and row["source"]
        for row in rows
    )
    for kind, names in {
        "rule": catalogue.names("rules"),
        "neuron": catalogue.names("neurons"),
        "receptor": catalogue.names("receptors"),
        "protocol": protocol.protocol_names(),
    }.items():
        assert [row["name"] for row in rows if row["kind"] == kind and ":" not in row["name"]] == names
    assert {"triplet_stdp:visual_cortex_nearest", "pair_stdp:bi_poo_time_constants"} <= {row["name"] for row in rows}
    assert [row for row in rows if row["kind"] == "rule"] == json.loads(invoke("list", "rules", "--json")[1])


def test_list_is_a_table_of_the_same():
    code, out, err = cli("list", "rules", folder=".")
    assert (code, err) == (0, "") and "pair_stdp" in out and "Song, Miller & Abbott" in out and "ltp_pairing" not in out


def test_show_a_rule_by_file_name_class_name_instance_and_fields():
    code, out, err = invoke("show", "pair_stdp")
    assert (code, err) == (0, "") and out.splitlines()[0] == "pair_stdp (rule, PairSTDP)"
    for part in (
        "dx/dt = -x/tau_plus, +1 at each presynaptic spike",
        "w = clip(w + A_plus*w_max*x, w_min, w_max)",
        "tau_minus",
        "doi:10.1038/78829",
    ):
        assert part in out
    assert invoke("show", "PairSTDP")[1].splitlines()[1:] == out.splitlines()[1:]
    assert "=1 at each" in invoke("show", "triplet_stdp:visual_cortex_nearest")[1]
    assert "17.5" in invoke("show", "pair_stdp(tau_plus=17.5 ms)")[1]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nmda", ["B = 1/(1 + Mg/Mg_half", "3.57", "dCa/dt"]),
        ("lif", ["dv/dt", "v > v_th", "tau_ref"]),
        ("pairing_frequency", ["n_pairs", "bout_period", "rates"]),
    ],
)
def test_show_other_kinds(name, words):
    code, out, _ = invoke("show", name)
    assert code == 0 and all(word in out for word in words)


def test_show_a_file_of_the_user(tiny, tmp_path):
    assert "time constant of the cells" in invoke("show", tiny)[1]
    rule = tmp_path / "my_rule.py"
    rule.write_text(
        (catalogue.PACKAGE / "rules" / "pair_stdp.py")
        .read_text()
        .replace("from ..", "from snnplastic.")
        .replace("from .rule", "from snnplastic.rules.rule")
    )
    assert "PairSTDP" in invoke("show", rule)[1]


def test_bibtex():
    code, out, err = invoke("show", "pair_stdp", "--bibtex")
    assert (
        (code, err) == (0, "")
        and out.startswith("@article{pair_stdp,\n")
        and "doi = {10.1038/78829}" in out
        and out.count("{") == out.count("}")
    )


@pytest.mark.parametrize("name", ["pair_stdp", "pairing_frequency", "calcium_control"])
def test_bibtex_separates_authors(name):
    author = next(line for line in invoke("show", name, "--bibtex")[1].splitlines() if "author" in line)
    assert " and " in author and "&" not in author


SHOW_ERRORS = [
    ("nothing", "nothing is called 'nothing'; legal: .*pair_stdp.*lif.*nmda.*ltp_pairing"),
    ("pair_stdp:nope", "PairSTDP has no instance 'nope'; legal: bi_poo_time_constants"),
    ("pair_stdp(A_plus)", "'A_plus' is not FIELD=VALUE"),
    ("pair_stdp(foo=1)", "PairSTDP has no field 'foo'; legal: .*A_plus"),
    ("pair_stdp(tau_plus=3 mV)", "PairSTDP.tau_plus = '3 mV' has the unit 'mV'; expected 'ms'"),
    ("none.py", "none.py does not exist; give the path of a .py file"),
    ("pair_stdp(A_plus=0.01", "its brackets do not match"),
    ("pair_stdp(A_plus=0.01)0", "its brackets do not match"),
]


@pytest.mark.parametrize(("name", "words"), SHOW_ERRORS)
def test_show_errors(name, words):
    assert re.search(words, error("show", name))
