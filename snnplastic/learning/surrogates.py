"""Surrogate derivatives of the threshold, by name.

A spike is s = 1 where g > 0, g the distance to threshold. Its derivative, 0 almost everywhere, is replaced by sigma'(g). The gradient
that follows is that of the surrogate graph, not of the loss with hard spikes. `smooth` is the function sigma whose derivative it is: with it in
place of the step (`smooth=True` of a network) the forward model is differentiable and the gradient is exact.
"""

import re
from dataclasses import dataclass

from ..errors import ParameterError
from ..parameter import Parameterised, Source, param

LEGAL = {"x", "BETA", "UNIT", "abs", "clip", "exp", "log", "sqrt", "tanh", "cosh", "sinh", "sin", "cos", "int", "sign"}


@dataclass(frozen=True, kw_only=True)
class Surrogate(Parameterised):
    """Base: `derivative` and `smooth` are text in the distance x = g, with BETA and UNIT for the fields; below, g is in units of `unit`."""

    source = None
    derivative = smooth = ""

    beta: float = param(
        10, "1", "steepness: how fast the derivative falls with the distance to threshold", "free", low=1e-9
    )
    unit: float = param(1, "1", "the distance g that counts as 1, SI (0.001 for a potential in mV)", "free", low=1e-15)
    damping: float = param(1, "1", "factor of sigma and sigma': below 1, errors that pass many spikes in a row fade instead of growing", "free", low=0)

    def text(self, kind):
        """`derivative` or `smooth`, numbers filled in."""
        found = getattr(self, kind).replace("BETA", repr(self.beta)).replace("UNIT", repr(self.unit))
        return f"{self.damping!r}*({found})" if found and self.damping != 1 else found


@dataclass(frozen=True, kw_only=True)
class SuperSpike(Surrogate):
    r"""Fast sigmoid: sigma'(g) = 1/(1 + beta |g|)^2, 1 at the threshold; sigma = g/(1 + beta|g|)."""

    source = Source("Zenke & Ganguli", 2018, "Neural Comput. 30:1514", doi="10.1162/neco_a_01086")
    derivative = "1/(1 + BETA*abs(x/UNIT))**2/UNIT"
    smooth = "x/UNIT/(1 + BETA*abs(x/UNIT))"


@dataclass(frozen=True, kw_only=True)
class Sigmoid(Surrogate):
    r"""sigma = 1/(1 + e^{-beta g}), sigma' = beta sigma (1 - sigma)."""

    source = Source("Neftci, Mostafa & Zenke", 2019, "IEEE Signal Process. Mag. 36:51", doi="10.1109/MSP.2019.2931595")
    derivative = "BETA/(2*cosh(clip(BETA*x/UNIT, -40, 40)/2))**2/UNIT"
    smooth = "0.5 + 0.5*tanh(BETA*x/UNIT/2)"


@dataclass(frozen=True, kw_only=True)
class Triangular(Surrogate):
    r"""Piecewise linear: sigma' = max(0, 1 - beta |g|), 1 at the threshold; sigma its integral from far below."""

    source = Source("Bellec et al.", 2020, "Nat. Commun. 11:3625", doi="10.1038/s41467-020-17236-y")
    derivative = "clip(1 - BETA*abs(x/UNIT), 0, 1)/UNIT"
    smooth = "(0.5 + clip(BETA*x/UNIT, -1, 1) - 0.5*clip(BETA*x/UNIT, -1, 1)*abs(clip(BETA*x/UNIT, -1, 1)))/BETA"


@dataclass(frozen=True, kw_only=True)
class Gaussian(Surrogate):
    r"""sigma' = e^{-(beta g)^2/2}, 1 at the threshold. Its integral, the error function, is not offered as a smooth forward model."""

    source = Source("Yin, Corradi & Bohté", 2021, "Nat. Mach. Intell. 3:905", doi="10.1038/s42256-021-00397-w")
    derivative = "exp(-(BETA*x/UNIT)**2/2)/UNIT"


@dataclass(frozen=True, kw_only=True)
class Custom(Surrogate):
    """One's own, as text: `derivative`, sigma'(x), and, for networks with `smooth`, its integral; BETA and UNIT stand for the fields."""

    derivative: str = param("", None, "sigma' as a function of x", "free")
    smooth: str = param("", None, "sigma as a function of x, whose derivative that is", "free")

    def check_fields(self):
        for name in ("derivative", "smooth"):
            words = set(re.findall(r"[A-Za-z_]\w*", str(getattr(self, name))))
            if not isinstance(getattr(self, name), str) or words - LEGAL or (name == "derivative" and "x" not in words):
                raise ParameterError(
                    f"Custom.{name} = {getattr(self, name)!r} is not legal; legal: an expression in x with {', '.join(sorted(LEGAL - {'x'}))}"
                )
