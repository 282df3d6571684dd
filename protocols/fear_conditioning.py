"""Fear conditioning and extinction: what cells of the lateral amygdala and the animal do with a tone, trial by trial."""

from dataclasses import dataclass

import numpy as np

from snnplastic.fear_protocol import CS, FearProtocol, Step, probe
from snnplastic.networks.amygdala import Trial
from snnplastic.parameter import Source, param

# What keeps the response of an extinguished animal low in the early bin, and what takes each away in a probe.
MECHANISMS = {
    "tonic inhibition": {"la_extinction_principal.g": 0.0},
    "GABA_B on terminals": {"la_principal.D_max_terminals": 0.0},
    "depotentiation": "tone",
}


@dataclass(frozen=True, kw_only=True)
class FearConditioning(FearProtocol):
    """Habituation, paired training, test, extinction, test, all in one chamber."""

    title = "fear conditioning and extinction in a spiking lateral amygdala"
    source = Source("Quirk, Repa & LeDoux", 1995, "Neuron 15:1029", doi="10.1016/0896-6273(95)90092-6")
    targets = ("fear_conditioning",)

    n_habituation: int = param(5, "1", "tones alone before training", "free", low=1, high=50)
    n_pairings: int = param(10, "1", "tones that end with a shock", "free", low=2, high=50)
    n_extinction: int = param(20, "1", "tones alone after training", "free", low=1, high=100)
    n_share: int = param(60, "1", "tones of a probe of one mechanism, or after one pairing", "free", low=2, high=1000)

    def _at(self):
        """Trials done: {phase: number} when its probe is taken."""
        trained = self.n_habituation + self.n_pairings
        return {"before": self.n_habituation, "during": self.n_habituation + 3, "after": trained, "extinguished": trained + 2 + self.n_extinction}

    def steps(self):
        tone, paired = Trial((CS,)), Trial((CS,), True)
        trials = [tone] * self.n_habituation + [paired] * self.n_pairings + [tone] * (2 + self.n_extinction + 2)
        at = self._at()
        found = [Step("training", tuple(trials))]
        found += [probe(phase, "training", at=n, count=self.n_tones) for phase, n in at.items()]
        for k in range(1, self.n_pairings):
            found.append(probe(f"pairing {k}", "training", at=self.n_habituation + k, count=self.n_share))
        for kept in np.ndindex(2, 2, 2):
            lost = [how for how, keep in zip(MECHANISMS.values(), kept, strict=True) if not keep]
            values = {k: v for how in lost if isinstance(how, dict) for k, v in how.items()}
            take = {"tone": ("training", at["after"])} if "tone" in lost else {}
            found.append(probe(f"kept {kept[0]}{kept[1]}{kept[2]}", "training", at=at["extinguished"], count=self.n_share, values=values, take=take))
        return found

    def measure(self, data):
        found = self.recordings(data)
        ds = self.measured(found)
        return ds

    @staticmethod
    def figure(data):
        from matplotlib.figure import Figure

        return Figure()


PROTOCOL = FearConditioning
