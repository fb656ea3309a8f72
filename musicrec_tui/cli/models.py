"""`models` and `formats`: the models that can be trained, and the layouts that can be read."""

from typing import Annotated

import typer

from musicrec_tui.cli import options, outcome, output


def models(
    model: Annotated[str | None, typer.Argument(metavar="[MODEL]", help="Only this model.")] = None,
    data: options.Data = None,
    home: options.HomeFolder = None,
    as_json: options.Json = False,
) -> None:
    """List the models with their parameters."""
    from musicrec_tui.recommenders import neural, param_fields, registry

    names = [model] if model else list(registry.models())
    described = {name: param_fields.fields(name) for name in names}
    if as_json:
        output.print_json(described)
        return
    for fault in registry.faults():
        outcome.say(fault)
    for number, (name, fields) in enumerate(described.items()):
        if number:
            output.print_line()
        output.print_line(f"{name}: {registry.named(name).sentence}")
        if missing := neural.missing_sentence(name):
            output.print_line(missing)
        rows = [
            (
                field.name, _value(field.default), field.bounds or ", ".join(field.choices) or field.kind, field.unit,
                field.description,
            )
            for field in fields
        ]  # fmt: skip
        if rows:
            output.print_table(("parameter", "default", "allowed", "unit", "what it does"), rows, wrap=True)


def formats(data: options.Data = None, home: options.HomeFolder = None, as_json: options.Json = False) -> None:
    """List the layouts of logs that can be read."""
    from musicrec_tui.dataset.sources import outside
    from musicrec_tui.dataset.sources.base import TableLayout
    from musicrec_tui.dataset.sources.layouts import GENERIC, SPECIAL
    from musicrec_tui.dataset.sources.refusing import slug

    known: list[dict[str, str | list[str]]] = []
    for read in (*SPECIAL, *outside.described(), *GENERIC):
        told: dict[str, str | list[str]] = {"layout": read.name, "format": slug(read.name), "what": read.sentence}
        if isinstance(read, TableLayout) or (isinstance(read, outside.LayoutDescription) and read.kind == "table"):
            told |= {"required": [*read.required], "optional": [*read.optional]}
        known.append({**told, "example": read.example})
    if as_json:
        output.print_json({"layouts": known})
        return
    for fault in outside.faults():
        outcome.say(fault)
    for layout in known:
        output.print_facts(
            (name if number == 0 else "", line)
            for name, value in layout.items()
            for number, line in enumerate(str(value).splitlines() if isinstance(value, str) else [", ".join(value)])
        )
        output.print_line()


def _value(default: object) -> str:
    """A default as `--set` takes it."""
    if isinstance(default, tuple | list):
        return ",".join(map(str, default))
    return f"{default:g}" if isinstance(default, float) else str(default)
