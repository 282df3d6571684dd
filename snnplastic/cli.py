"""The command line: list, show, run, figure, export, verify, reproduce, cache."""

import json
import sys
from pathlib import Path

import click

from . import __version__
from .errors import ParameterError, SnnplasticError

KINDS = ("rules", "protocols", "neurons", "receptors", "learners", "tasks")


def _table(title, columns, rows, highlight=None):
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(
        title=title, title_justify="left", title_style="bold", header_style="bold", pad_edge=False, box=box.SIMPLE_HEAD
    )
    for number, column in enumerate(columns):
        table.add_column(
            column,
            overflow="fold",
            no_wrap=number > 0 and column in ("simulated", "status", "tolerance", "error", "unit"),
        )
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row), style=highlight(row) if highlight else None)
    console = Console()
    if not console.is_terminal:
        console.width = 130
    console.print(table)


class _Group(click.Group):
    """Errors of ours are one or two lines on stderr and exit code 2, never a traceback."""

    def invoke(self, context):
        try:
            return super().invoke(context)
        except SnnplasticError as error:
            click.echo(f"error: {error}", err=True)
            context.exit(2)
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
            context.exit(130)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main():
    """Plasticity rules written once as text: on one synapse, in a circuit, in a network."""


@main.command("list")
@click.argument("kind", required=False, type=click.Choice(KINDS))
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
def list_(kind, as_json):
    """What there is: rules, protocols, neurons, receptors, learners, tasks."""
    from .show import rows as rows_of

    rows = [row for k in ([kind] if kind else KINDS) for row in rows_of(k)]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    for k in [kind] if kind else KINDS:
        _table(
            k,
            ("name", "what it is", "source"),
            [(r["name"], r["summary"], r["source"]) for r in rows if r["kind"] == k[:-1]],
        )


@main.command()
@click.argument("name")
@click.option("--bibtex", is_flag=True, help="Only the source, as BibTeX.")
def show(name, bibtex):
    """Equations, parameters with their place in the paper, and the source."""
    from .show import find_any, text

    kind, thing = find_any(name)
    cls = type(thing)
    if bibtex:
        click.echo(cls.source.bibtex(name.partition(":")[0]))
        return
    click.echo(f"{name} ({kind}, {cls.__name__})\n\n{text(thing)}\n")
    _table(
        "parameters" if kind != "protocol" else "fields",
        ("symbol", "value", "unit", "meaning", "place in the source"),
        thing.table(),
    )
    if cls.source:
        click.echo(f"source: {cls.source}" + (f"  doi:{cls.source.doi}" if cls.source.doi else ""))


def _settings(pairs):
    found = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise ParameterError(f"--set {pair!r} is not FIELD=VALUE")
        found[key.strip()] = value.strip()
    return found


def _show_checks(checks, title):
    def row(c):
        published = "" if c.published is None else f"{c.published:.5g}"
        status = "ok (miss expected)" if c.expected == "miss" and c.status == "ok" else c.status
        return _plain(c.target), f"{c.simulated:.5g}", published, c.tolerance, c.kind, status

    columns = ("target", "simulated", "target value", "tolerance", "kind", "status")
    _table(title, columns, [row(c) for c in checks], lambda row: "red" if row[-1] == "MISS" else None)


def _plain(target):
    """`end_percent name=pairing;set=B` as `end_percent: pairing, B`."""
    quantity, _, condition = target.partition(" ")
    words = [
        part.partition("=")[2]
        if "=" in part and part.partition("=")[0] in ("name", "set", "rule_name", "schedule_name", "condition")
        else part
        for part in condition.split(";")
        if part
    ]
    return f"{quantity}: {', '.join(words)}" if words else quantity


@main.command()
@click.argument("name")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Set a field; may be repeated. `show NAME` lists them.",
)
@click.option("--device", metavar="TARGET", help="cpp, cython or numpy.  [default: cpp where a compiler is found]")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--out", type=click.Path(file_okay=False), default="./results", show_default=True)
@click.option("--name", "file_name", help="Name of the files.  [default: the protocol's]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def run(name, settings, device, seed, out, file_name, as_json):
    """Run a protocol, by name or path of a .py file; exit code 1 if a target is missed."""
    from .results import run as run_protocol

    if file_name is not None and (Path(file_name).name != file_name or not file_name.strip(".")):
        raise ParameterError(f"--name {file_name!r} is not legal; legal: a file name without folder and ending")
    results = run_protocol(name, device=device, seed=seed, **_settings(settings))
    if results.provenance["note"]:
        click.echo(results.provenance["note"], err=True)
    from .figure import write

    summary, checks = write(results, out, name=file_name)
    if as_json:
        click.echo(json.dumps(summary))
    else:
        if checks:
            _show_checks(checks, f"{results.name}: targets")
        uncovered = len(results.protocol.target_rows()) - len(checks)
        if uncovered > 0:
            click.echo(f"{uncovered} targets are not covered by this run")
        provenance = results.provenance
        built = {"cpp": "cpp, cached build" if provenance["cached"] else "cpp, new build"}
        how = f"{built.get(provenance['device'], provenance['device'])}, {provenance['seconds']:.1f} s"
        click.echo(
            f"{results.name}: {sum(c.status == 'ok' for c in checks)} of {len(checks)} targets ok ({how})\n"
            + "\n".join(summary["files"])
        )
    sys.exit(any(c.status == "MISS" for c in checks))


@main.command()
@click.argument("path", type=click.Path(dir_okay=False))
def figure(path):
    """Draw the figure of a saved run again; simulates nothing."""
    from .figure import redraw

    for written in redraw(path):
        click.echo(str(written))


@main.command()
@click.argument("path", type=click.Path(dir_okay=False))
@click.option("--to", type=click.Choice(["nir"]), default="nir", show_default=True, expose_value=False)
@click.option("--out", type=click.Path(dir_okay=False), help="File to write.  [default: DIR/NAME.nir]")
@click.option("--seed", type=int, help="Which training of the run.  [default: the first]")
@click.option("--condition", help="Of which condition.  [default: the first]")
def export(path, out, seed, condition):
    """Write a trained network of a saved run (DIR/NAME.nc) for other programs, and how it learned beside it."""
    from .nir_of_run import export_run

    for written in export_run(path, out, seed=seed, condition=condition):
        click.echo(str(written))


@main.command()
@click.argument("names", nargs=-1)
@click.option("--device", metavar="TARGET", help="cpp, cython or numpy.")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
def verify(names, device, as_json):
    """Compare rules, neurons, receptors and protocols with independent implementations; exit code 1 on a failure."""
    from .verify import verify as verify_all

    rows = verify_all(names, device=device)
    if as_json:
        click.echo(json.dumps(rows, indent=1))
    else:
        shown = [
            (r["name"], r["check"], f"{r['error']:.2e}", f"{r['tolerance']:.0e}", "ok" if r["ok"] else "FAILED")
            for r in rows
        ]
        _table(
            "verify",
            ("name", "check", "error", "tolerance", "status"),
            shown,
            lambda row: "red" if row[-1] == "FAILED" else None,
        )
    sys.exit(any(not r["ok"] for r in rows))


@main.command()
@click.argument("names", nargs=-1)
@click.option("--out", type=click.Path(file_okay=False), default="./figures", show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
def reproduce(names, out, seed):
    """Run all protocols (or some) with their defaults and draw their figures; exit code 1 if a target is missed."""
    from .errors import MissingDataError
    from .figure import write
    from .protocol import protocol_names
    from .results import run as run_protocol

    rows, missed = [], False
    for name in names or protocol_names():
        try:
            results = run_protocol(name, seed=seed)
        except MissingDataError as error:
            if names:
                raise
            click.echo(f"{name} left out: {error}", err=True)
            continue
        _, checks = write(results, out, keep_data=False, portable=True)
        ok = sum(c.status == "ok" for c in checks)
        missed |= ok < len(checks)
        rows.append(
            (
                results.name,
                f"{ok} of {len(checks)}",
                results.provenance["device"],
                f"{results.provenance['seconds']:.1f}",
                Path(out) / f"{results.name}.png",
            )
        )
    _table("reproduce", ("protocol", "targets ok", "device", "seconds", "figure"), rows)
    sys.exit(missed)


@main.command()
@click.argument("action", required=False, default="list", type=click.Choice(["list", "clear"]))
def cache(action):
    """The build cache: list or clear."""
    from .device import cache as builds

    if action == "clear":
        click.echo(f"removed {builds.clear()} builds from {builds.folder()}")
        return
    import datetime

    rows = [
        (n, what, f"{size / 1e6:.1f}", datetime.datetime.fromtimestamp(used).strftime("%Y-%m-%d %H:%M"))
        for n, what, size, used in builds.entries()
    ]
    _table(f"builds in {builds.folder()}", ("key", "protocol", "MB", "last used"), rows)


if __name__ == "__main__":
    main()
