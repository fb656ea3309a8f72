"""SQL over DataFrames, and tables that are kept: written once as Parquet, and read from there by all that follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musicrec_tui.spark.addresses import local_address, plain

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


@dataclass(frozen=True)
class TableStore:
    """A session with the folder in which it keeps tables.

    Tables are written and not persisted, for three reasons that were all met. Spark plans a statement anew from the
    beginning of what it is made of, which took the driver minutes after a dozen statements. A lost executor takes what
    was persisted there with it. And `SparkSession.sql` drops the views that it makes of DataFrames, whereupon Spark
    forgets what was persisted of them.

    Attributes:
        spark: the session.
        folder: the driver and all executors see it; its owner removes it.
    """

    spark: "SparkSession"
    folder: Path

    def run(self, statement: str, args: Mapping[str, Any] | None = None, **tables: "DataFrame") -> "DataFrame":
        """The result of a statement with `{name}` for each table, and `:name` for each value of `args`."""
        return self.spark.sql(statement, args=dict(args or {}), **tables)

    def keep(self, name: str, table: "DataFrame") -> "DataFrame":
        """A table as it is read from its files, which are written now."""
        path = local_address(self.folder / name)
        table.write.mode("overwrite").parquet(path)
        return self.spark.read.schema(table.schema).parquet(plain(path))
