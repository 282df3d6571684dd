"""verify: every rule, receptor, neuron and protocol against an implementation that shares no code with it.

Checks are found by their file: each `oracles/check_*.py` has CHECKS, {name: function or tuple of functions}. A function takes (device, data), where
`data` is a dict that the checks of one call share, and yields rows made by `tables.row`.
"""

import importlib
import pkgutil

from .errors import ParameterError


def checks():
    """{name: functions} of all check files; a name that stands in several has the checks of all."""
    from . import oracles

    found = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(oracles.__path__) if m.name.startswith("check_")):
        for name, function in importlib.import_module(f"{oracles.__name__}.{module}").CHECKS.items():
            found.setdefault(name, []).extend(function if isinstance(function, tuple) else (function,))
    return found


def verify(names=(), *, device=None):
    """Run the checks whose name is in `names` (all by default; a path is a user's own rule): [{name, check, error, tolerance, ok}].

    The error is the largest absolute difference unless the check says otherwise; not-a-number fails.
    """
    known, rows, data = checks(), [], {}
    files = [name for name in names if str(name).endswith(".py")]
    wanted = [name.partition(":")[0] for name in names if name not in files] or ([] if files else list(known))
    for name in wanted:
        if name not in known:
            raise ParameterError(
                f"nothing to verify is called {name!r}; legal: {', '.join(known)}, or the path of a rule's .py file"
            )
    for check in dict.fromkeys(function for name in wanted for function in known[name]):
        rows += [row for row in check(device, data) if row["name"].partition(":")[0].partition("(")[0] in wanted]
    for path in files:
        rows += _users_rule(path, device)
    return rows


def _users_rule(path, device):
    """A rule in a file of the user's, against the oracle that the file gives."""
    from .catalogue import find_class, make
    from .oracles.check_rules import check_rules
    from .oracles.rule_trains import of_spike_times
    from .rules.rule import PlasticityRule

    rule, cls = make("rules", path), find_class("rules", path)
    if not of_spike_times(rule):
        raise ParameterError(f"{path}: {cls.__name__} is no rule of spike times alone; verify has no trains for it")
    if cls.oracle is PlasticityRule.oracle:
        raise ParameterError(
            f"{path}: {cls.__name__} has no oracle; write oracle(self, t_pre, t_post, w_0), the final weight for two lists of spike times (s)"
        )
    return list(check_rules(device, {}, only=path))
