"""Axons of an auditory pathway: tuned to frequency, a burst at the onset of a tone, then a sustained rate."""

from dataclasses import dataclass

from ..parameter import Parameterised, Source, param


@dataclass(frozen=True, kw_only=True)
class ToneFibres(Parameterised):
    r"""Poisson spikes of rate spontaneous + gain match f(t - onset - latency), f = r_onset for t_onset, then r_sustained until
    the tone has lasted `duration`.

    `match` (0 to 1) is the fibre's response to the tone that plays, `onset` when it began: `hear` connects the
    tones, one neuron each, whose spike begins a tone. Tones that begin in the same step sum. `gain` 0 silences a fibre.
    """

    source = Source("Bordi & LeDoux", 1994, "Exp. Brain Res. 98:275", doi="10.1007/BF00228415")

    spontaneous: float = param(0.5, "Hz", "rate without a tone", "free", low=0)
    r_onset: float = param(320, "Hz", "rate at the onset", "free", low=0)
    t_onset: float = param(4, "ms", "length of the onset burst", "free", low=0)
    r_sustained: float = param(30, "Hz", "rate while the tone lasts", "free", low=0)
    duration: float = param(500, "ms", "length of a tone", "free", low=0)

    def group(self, n, *, name):
        """A Brian2 NeuronGroup of n fibres."""
        from brian2 import NeuronGroup, second

        names = "\n".join(
            f"{p} : {'second' if p in ('t_onset', 'duration') else 'Hz'} (shared, constant)" for p in self.declared()
        )
        made = NeuronGroup(
            n,
            f"""{names}
            latency : second (constant)
            gain : 1 (constant)
            match : 1
            onset : second
            age = t - onset - latency : second
            burst = int(age > -0.5*dt and age < t_onset - 0.5*dt) : 1
            steady = int(age >= t_onset - 0.5*dt and age < duration - 0.5*dt) : 1
            rate = spontaneous + gain*match*(burst*r_onset + steady*r_sustained) : Hz
            """,
            threshold="rand() < rate*dt", namespace={}, name=name,
        )  # fmt: skip
        for parameter in self.declared():
            setattr(made, parameter, self.quantity(parameter))
        made.onset, made.gain = -1e6 * second, 1
        return made

    @staticmethod
    def hear(tones, fibres, *, name):
        """A Brian2 Synapses from tones to all fibres; `tuning`, the response of fibre j to tone i at i len(fibres) + j, is the run's."""
        from brian2 import Synapses, ms

        text = "match_post = tuning + match_post*int(abs(onset_post - t) < 0.5*dt)\nonset_post = t"
        made = Synapses(tones, fibres, "tuning : 1 (constant)", on_pre=text, delay=0 * ms, namespace={}, name=name)
        made.connect()
        return made
