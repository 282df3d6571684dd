"""Every rule, receptor, neuron and protocol against an implementation that shares no code with it."""

import pytest

from snnplastic import catalogue, protocol
from snnplastic.verify import verify


@pytest.fixture(scope="module")
def rows():
    return verify()


def test_every_check_is_within_its_tolerance(rows):
    failed = [f"{r['name']}: {r['check']}: {r['error']:.3g} > {r['tolerance']:.3g}" for r in rows if not r["ok"]]
    assert not failed, "\n".join(failed)


def test_everything_there_is_has_a_check(rows):
    checked = {row["name"].partition(":")[0].partition("(")[0] for row in rows}
    everything = [name for kind in catalogue.FOLDERS for name in catalogue.names(kind)] + protocol.protocol_names()
    tasks = set(catalogue.names("tasks"))  # data, with tests of their own
    assert checked <= set(everything), "a row under another name is lost when that name is asked for"
    assert set(everything) - checked <= tasks | {"listed_spikes"}  # the source of the trains in every rule's check


def test_spikes_of_one_side_alone_change_nothing(rows):
    alone = [row for row in rows if "alone change nothing" in row["check"]]
    assert len(alone) >= 12 and all(row["error"] == 0 for row in alone)


def test_a_name_that_does_not_exist_is_an_error():
    with pytest.raises(Exception, match="nothing to verify is called 'no_such_rule'; legal: .*triplet_stdp"):
        verify(["no_such_rule"])
