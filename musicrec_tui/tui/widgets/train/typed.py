"""What is typed into a form, remembered for each model, so that looking at another one loses nothing."""

from collections.abc import Mapping, Sequence

from musicrec_tui.tui.widgets.train.fields import Entry


class Typed:
    """Texts by `Entry.key`: one for each option, and the parameters once for each shape of the form.

    Args:
        entries: of the options, with their defaults.
        shaping: the keys of the options that decide which parameters there are; the first is the model's.
    """

    def __init__(self, entries: Sequence[Entry], shaping: Sequence[str]) -> None:
        self._defaults = {entry.key: entry.default for entry in entries}
        self._shaping = tuple(shaping)
        self._remembered: dict[tuple[tuple[str, ...], str], str] = {}
        self.options = dict(self._defaults)

    @property
    def model(self) -> str:
        """The chosen model."""
        return self.options[self._shaping[0]]

    @property
    def _shape(self) -> tuple[str, ...]:
        """What decides which parameters there are."""
        return tuple(self.options[key] for key in self._shaping)

    def parameter(self, entry: Entry) -> str:
        """What is typed for a parameter of the present shape."""
        return self._remembered.get((self._shape, entry.key), entry.default)

    def keep(self, key: str, text: str) -> None:
        """Remember a text."""
        if key in self.options:
            self.options[key] = text
        else:
            self._remembered[self._shape, key] = text

    def fill(self, texts: Mapping[str, str]) -> None:
        """Take these over, the options first: they decide whose the parameters are."""
        for key in sorted(texts, key=lambda key: key not in self.options):
            self.keep(key, texts[key])

    def reset(self) -> None:
        """Put the defaults back; the model stays."""
        model = self.model
        self.options = self._defaults | {self._shaping[0]: model}
        self._remembered = {place: text for place, text in self._remembered.items() if place[0][0] != model}
