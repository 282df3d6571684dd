"""One hierarchy of errors. A message names the object, the field, the value and what is legal."""


class SnnplasticError(Exception):
    """Base of every error that snnplastic raises on purpose."""


class ParameterError(SnnplasticError, ValueError):
    """A field has the wrong unit, shape, type or range, or does not exist."""


class RuleError(SnnplasticError, ValueError):
    """A rule, receptor or neuron is declared or placed in a way that cannot work."""


class GradientError(SnnplasticError, ValueError):
    """A neuron cannot be differentiated, or a network, task or training is declared in a way that cannot learn."""


class MissingDataError(GradientError):
    """A task needs a package or files that are not there."""


class ExportError(SnnplasticError, ValueError):
    """A network has no equal in an exchange format, or a file in one is not a network that runs here."""


class ProtocolError(SnnplasticError, ValueError):
    """A protocol cannot be found, read, or run with these values."""


class TargetDataError(SnnplasticError, ValueError):
    """A file of published numbers is missing or damaged."""


class DeviceError(SnnplasticError, RuntimeError):
    """No compiler, a failed build, a run that stopped early, an unusable cache folder."""


class NonFiniteError(DeviceError):
    """A state variable became infinite or not a number during the run."""


class ResultsError(SnnplasticError, ValueError):
    """A results file is missing, damaged or was not written by snnplastic."""
