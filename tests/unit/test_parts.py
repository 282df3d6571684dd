"""Parts: a protocol of several programs, each of which is run as if alone. The build of the tiny protocol serves them."""

import numpy as np
import pytest
from support import run

from snnplastic.device.execute import execute
from snnplastic.errors import ProtocolError
from snnplastic.protocol import Protocol, find


class Several(Protocol):
    """Two runs of the tiny protocol, then one whose time constant is made of theirs."""

    def __init__(self, tiny):
        self.tiny, self.asked = find(tiny), []

    def parts(self, data):
        self.asked.append(sorted({name.partition("/")[0] for name in data}))
        if not data:
            return {"one": self.tiny(), "two": self.tiny(tau=30)}
        return {} if "three/cells.v" in data else {"three": self.tiny(tau=10 * len(self.asked))}


def test_each_part_runs_as_if_alone_and_later_ones_see_earlier_ones(tiny, built):
    made = Several(tiny)
    found = execute(made, seed=5, quiet=True)
    assert found.cached and found.seconds.keys() == {"build", "run"}
    assert made.asked == [[], ["one", "two"], ["one", "three", "two"]]
    for name, settings in {"one": {}, "two": {"tau": 30}, "three": {"tau": 20}}.items():
        alone = run(tiny, seed=5, **settings).data
        assert np.array_equal(found.data[f"{name}/cells.v"], alone.v), name
    assert {name.partition("/")[2] for name in found.data} == set(find(tiny)().read)


def test_structure_is_that_of_each_part(tiny):
    made = Several(tiny)
    assert made.structure() == {"one": find(tiny)().structure(), "two": find(tiny)().structure()}
    with pytest.raises(ProtocolError, match="Protocol has no structure"):
        Protocol().structure()
