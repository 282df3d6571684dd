"""Learner: the base of all learning rules of layered networks."""

from dataclasses import dataclass, fields

from ..catalogue import file_name
from ..parameter import Parameterised


@dataclass(frozen=True, kw_only=True)
class Learner(Parameterised):
    """Base, for a rule that adds nothing to a network's program but its adjoint: how the gradient of a layered network's weights is found."""

    source = None
    online = False

    def structure(self):
        """What of the rule shapes a program: its name and its choices."""
        chosen = {f.name: getattr(self, f.name) for f in fields(self) if f.metadata["unit"] is None}
        return {"class": file_name(type(self)), **chosen}

    def values(self, sizes, seed):
        """{array: values} of a program, given {layer: neurons} of the layers in order."""
        return {}

    def learned(self, sizes):
        """Groups that this rule trains along with the network's own."""
        return []

    def decaying(self, sizes):
        """Groups of weights that decay with each update."""
        return []

    def feedback_connections(self, sizes, delay):
        """Connections that carry errors back and no spikes forth; one that learns does so as if it led to the read-out."""
        return []

    def check(self, loss, structure):
        """Refuse what the rule cannot do with this loss and network."""
