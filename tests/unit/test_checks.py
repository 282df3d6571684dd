"""Checks are registered under what they check: a name that is nothing's would never be asked for."""

from snnplastic import catalogue, protocol
from snnplastic.verify import checks


def test_every_check_is_registered_under_something_that_exists():
    everything = [name for kind in catalogue.FOLDERS for name in catalogue.names(kind)] + protocol.protocol_names()
    assert set(checks()) <= set(everything)
