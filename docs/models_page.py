"""The models and their parameters, as docs/models.md shows them; drawn from the registry (`make pages`)."""

from musicrec_tui.evaluation.metrics import METRICS
from musicrec_tui.recommenders import param_fields, registry
from musicrec_tui.recommenders.costs import ABILITIES


def tables() -> str:
    """What each model can do, its parameters, and the metrics with the direction that is better."""
    names = list(registry.OWN)
    return "".join(["\n", _abilities(names), *map(_parameters, names), _metrics()])


def _abilities(names: list[str]) -> str:
    rows = (
        f"| [{registry.OWN[name].title}](#{name}) | `{name}` | {able.reasons} | {able.new_users} | "
        f"{'yes' if able.similar else 'no'} | {'yes' if able.times else 'no'} |\n"
        for name, able in ((name, ABILITIES[name]) for name in names)
    )
    head = "| model | name | reasons | people outside the log | similar artists | needs timestamps |\n"
    return f"{head}|---|---|---|---|---|---|\n{''.join(rows)}\n"


def _parameters(name: str) -> str:
    fields = param_fields.fields(name)
    rows = "".join(
        f"| `{one.name}` | `{_default(one.default)}` | {one.bounds or _choices(one.choices) or one.kind} | "
        f"{one.unit} | {one.description} |\n"
        for one in fields
    )
    head = "| parameter | default | allowed | unit | what it does |\n|---|---|---|---|---|\n" if rows else ""
    return f"### `{name}`\n\n{registry.OWN[name].sentence}\n\n{head}{rows or 'It has no parameters.'}\n\n".replace(
        "\n\n\n", "\n\n"
    )


def _choices(values: tuple[str, ...]) -> str:
    return ", ".join(f"`{one}`" for one in values)


def _metrics() -> str:
    better = {"higher": "higher is better", "lower": "lower is better", "": "neither is better"}
    rows = (
        f"| {one.title.replace('@k', '@K')} | `{one.name}` | {better[one.better]} | "
        f"{'a mean over users, with an interval' if one.per_user else 'one number of all lists'} |\n"
        for one in METRICS
    )
    head = "| metric | name in files | direction | what it is about |\n|---|---|---|---|\n"
    text = "## The metrics\n\nThe [glossary](glossary.md#evaluation) says what each of them means.\n\n"
    return f"{text}{head}{''.join(rows)}\n"


def _default(default: object) -> str:
    """A default as `--set` takes it."""
    if isinstance(default, tuple | list):
        return ",".join(map(str, default))
    return f"{default:g}" if isinstance(default, float) else str(default)
