"""Files that are written whole or not at all."""

import os
from contextlib import contextmanager


@contextmanager
def whole(*paths, error):
    """A list of temporary names beside `paths`, with the same endings. What the block writes there is renamed to `paths` after it; a failure leaves what
    was there, and no temporary file. An OSError becomes an `error` that names the first path.
    """
    made = [path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}") for path in paths]
    try:
        yield made
        for temporary, path in zip(made, paths, strict=True):
            os.replace(temporary, path)
    except OSError as problem:
        raise error(f"{paths[0]} cannot be written: {problem.strerror or problem}") from None
    finally:
        for temporary in made:
            if temporary.exists():
                temporary.unlink()
