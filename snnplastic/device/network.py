"""From a spec to the ordinary Brian2 network that the protocol's static `build` makes of its structure."""

import importlib

from ..catalogue import load_file
from ..errors import ProtocolError

REPORT = 'std::printf("@snnplastic progress %.4f\\n", completed); std::fflush(stdout);'


def find_protocol(spec):
    """The protocol class that a spec names, by module or by file."""
    if spec.get("file"):
        module = load_file(spec["file"])
    else:
        from ..protocol import protocols_package

        protocols_package()
        module = importlib.import_module(spec["module"])
    return getattr(module, spec["class"])


def build_networks(spec):
    """Call `build(structure)` with the structure alone: (Networks, which run one after the other, None), or of a training ([Network], Program)."""
    from brian2 import Network, defaultclock, second

    defaultclock.dt = spec["dt"] * second
    built = find_protocol(spec).build(spec["structure"])
    if hasattr(built, "loop"):
        return [built.network], built
    networks = list(built) if isinstance(built, (list, tuple)) else [built]
    for network in networks:
        if not isinstance(network, Network):
            raise ProtocolError(
                f"{spec['class']}.build returned {type(network).__name__}; it must return a Brian2 Network, or a list of them"
            )
    return networks, None


def objects_of(networks):
    """All objects of some networks, contained ones included."""
    found, queue = [], [item for network in networks for item in network.objects]
    while queue:
        item = queue.pop(0)
        if item not in found:
            found.append(item)
            queue.extend(item.contained_objects)
    return found


def check_durations(protocol, durations, runs):
    """A protocol gives one duration for each network that it builds."""
    if len(durations) != runs:
        raise ProtocolError(
            f"{protocol}.duration() gives {len(durations)} numbers, and build() returns {runs} networks; give one for each"
        )
