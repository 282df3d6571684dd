"""Replicates: one program run several times, side by side. The build of the tiny protocol serves them."""

import numpy as np
import pytest
from support import run

from snnplastic.device.execute import execute
from snnplastic.errors import NonFiniteError, ProtocolError
from snnplastic.protocol import find


def side_by_side(tiny, replicates, seed=5):
    with pytest.MonkeyPatch.context() as patch:
        cls = find(tiny)
        patch.setattr(cls, "replicates", lambda self: replicates)
        return execute(cls(), seed=seed, quiet=True)


def test_each_has_a_seed_values_and_a_duration_of_its_own(tiny, built):
    found = side_by_side(tiny, [{}, {"cells.tau": 0.03}, {"duration": 0.02}])
    assert found.cached
    for k, settings in enumerate(({}, {"tau": 30}, {"seconds": 0.02})):
        alone = run(tiny, seed=5 + k, **settings).data
        for name, array in (
            ("cells.v", alone.v),
            ("cells.x", alone.x),
            ("synapses.w", alone.w),
            ("trace.v", alone.trace),
        ):
            assert np.array_equal(found.data[name][k], array), (k, name)


def test_one_that_fails_fails_all(tiny, built):
    with pytest.raises(NonFiniteError, match=r"cells.z\[\d\] is not finite"):
        side_by_side(tiny, [{}, {"cells.growth": 1e6}, {}])
    with pytest.raises(ProtocolError, match="no settable 'cells.nothing'"):
        side_by_side(tiny, [{}, {"cells.nothing": 1.0}])
