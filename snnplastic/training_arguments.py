"""What the arguments of `train` must be."""

from .catalogue import find_class, names
from .errors import GradientError
from .learners.learner import Learner
from .learning import losses, optimisers, surrogates
from .networks.layered import LayeredNetwork
from .tasks.samples import Samples

# Where the classes of an argument are, and their base; learners have a file each.
KINDS = {
    "loss": (losses, losses.Loss),
    "surrogate": (surrogates, surrogates.Surrogate),
    "optimiser": (optimisers, optimisers.Optimiser),
}


def check_given(network, task, precision, replicas, **chosen):
    """Raises GradientError, which names the argument, its value and what is legal."""
    if not isinstance(network, LayeredNetwork):
        raise GradientError(f"train: network = {network!r} is not legal; legal: a LayeredNetwork")
    if not isinstance(task, Samples) and not callable(getattr(task, "samples", None)):
        raise GradientError(f"train: task = {task!r} is not legal; legal: Samples, or an object with samples()")
    if precision not in ("single", "double"):
        raise GradientError(f"train: precision = {precision!r} is not legal; legal: 'single', 'double'")
    if isinstance(replicas, bool) or not isinstance(replicas, int) or replicas < 1:
        raise GradientError(f"train: replicas = {replicas!r} is not legal; legal: a whole number from 1")
    for name, value in chosen.items():
        if name == "rule":
            where, legal = "snnplastic.learners", [find_class("learners", n).__name__ for n in names("learners")]
            known = value is None or isinstance(value, Learner)
        else:
            module, base = KINDS[name]
            where = module.__name__
            legal = [n for n, made in vars(module).items() if isinstance(made, type) and issubclass(made, base) and not made.__subclasses__()]
            known = value is None or getattr(module, type(value).__name__, None) is type(value)
        if not known:
            raise GradientError(
                f"train: {name} = {value!r} is not legal; legal: an object of {where}, such as {', '.join(f'{n}()' for n in legal)}"
            )
