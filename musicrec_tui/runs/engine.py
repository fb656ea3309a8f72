"""What trains a run: this machine, or an Apache Spark cluster."""

import os
import re
from typing import Annotated, Literal

import msgspec

from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

EngineName = Literal["local", "spark"]
_LONGEST = 1000
_SUBMITTED = "PYSPARK_GATEWAY_PORT"
"""Is in the environment of what `spark-submit` has started, whose master is that of `spark-submit`."""
_SECRET = re.compile(r"secret|password|token|access[.]?key", re.IGNORECASE)
"""The settings whose values are not shown: Spark's own `spark.redaction.regex`."""
_UNKNOWN = re.compile(r"Invalid enum value '([^']*)' - at `\$\.engine\.name`")


class Engine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What trains a run.

    Attributes:
        name: `local`, or `spark`, whose driver is then the run's worker.
        master: the cluster's address, such as `spark://HOST:7077`; empty: what the setting `spark_master` says, until
            the run is started, or what `spark-submit` says where that has started the program.
        conf: Spark's settings by name, which go before ours.
    """

    name: EngineName = "local"
    master: Annotated[str, msgspec.Meta(max_length=_LONGEST)] = ""
    conf: dict[str, Annotated[str, msgspec.Meta(max_length=_LONGEST)]] = {}

    def at(self, master: str) -> "Engine":
        """The same with this address of a cluster, where it names none."""
        if not self.spark or _SUBMITTED in os.environ:
            return self
        return msgspec.structs.replace(self, master=self.master or master)

    @property
    def spark(self) -> bool:
        """Whether it is Spark."""
        return self.name == "spark"

    @property
    def label(self) -> str:
        """What front ends call it: `local`, or `spark (spark://HOST:7077)`."""
        return f"{self.name} ({self.master})" if self.master else self.name

    def to_json(self) -> dict[str, object]:
        """What `--json` shows: all but passwords."""
        conf = {name: "(hidden)" if _SECRET.search(name) else value for name, value in self.conf.items()}
        return {"name": self.name, "master": self.master, "conf": conf}


LOCAL = Engine()


def engine_of(name: EngineName, master: str = "", conf: dict[str, str] | None = None) -> Engine:
    """The engine that a user asks for.

    Raises:
        UserError: a master or a setting is given for the engine `local`, or is none.
    """
    if name == "local":
        if master or conf:
            raise UserError(f"{'--master' if master else '--conf'} is for Spark: add --engine spark.")
        return LOCAL
    for key in conf or {}:
        if not key.startswith("spark."):
            raise UserError(f"--conf needs a setting of Spark, such as spark.executor.memory=4g, not {key!r}.")
    return Engine(name=name, master=master.strip(), conf=conf or {})


def missing_engine(fault: str) -> tuple[str, str] | None:
    """Reason and advice where a file names an engine that this version does not know, from the error of decoding it."""
    if (found := _UNKNOWN.search(fault)) is None:
        return None
    return (
        f"Its engine, {printable(found[1], 60)}, is not known to this version of musicrec-tui.",
        "Open it with the version that made it.",
    )
