"""Optimisers: what a batch's gradient g does to a weight w, as Brian2 text. `rate` is the learning rate of the epoch times the group's `pace`, `k`
the number of updates done."""

from dataclasses import dataclass

from ..parameter import Parameterised, Source, param


@dataclass(frozen=True, kw_only=True)
class Optimiser(Parameterised):
    """Base. `states` start at 0; `update` may use w, g, rate, k and the fields."""

    source = None
    states = ()
    update = ""

    def code(self):
        """(equations, statements) with the fields as shared variables."""
        names = list(self.declared())
        equations = [f"{v} : 1" for v in ("w", "g", *self.states)] + [
            f"{v} : 1 (shared)" for v in ("rate", "pace", "k", *names)
        ]
        return "\n".join(equations), self.update


@dataclass(frozen=True, kw_only=True)
class Adam(Optimiser):
    r"""m += (1 - beta_1)(g - m), v += (1 - beta_2)(g^2 - v), w -= rate m/(1 - beta_1^k) / (sqrt(v/(1 - beta_2^k)) + epsilon)."""

    source = Source("Kingma & Ba", 2015, "ICLR, arXiv 1412.6980", doi="10.48550/arXiv.1412.6980")
    beta_1: float = param(0.9, "1", "decay of the mean", "Algorithm 1", low=0, high=1)
    beta_2: float = param(0.999, "1", "decay of the mean square", "Algorithm 1", low=0, high=1)
    epsilon: float = param(1e-8, "1", "added to the root", "Algorithm 1", low=0)
    states = ("m", "v")
    update = """
    m = beta_1*m + (1 - beta_1)*g
    v = beta_2*v + (1 - beta_2)*g*g
    w = w - rate*m/(1 - beta_1**k)/(sqrt(v/(1 - beta_2**k)) + epsilon)
    """


@dataclass(frozen=True, kw_only=True)
class SGD(Optimiser):
    r"""m = momentum m + g, w -= rate m."""

    source = Source("Rumelhart, Hinton & Williams", 1986, "Nature 323:533", doi="10.1038/323533a0")
    momentum: float = param(0, "1", "share of the last change that is kept", "Eq. 9", low=0, high=1)
    states = ("m",)
    update = """
    m = momentum*m + g
    w = w - rate*m
    """
