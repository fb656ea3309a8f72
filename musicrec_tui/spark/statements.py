"""SQL over DataFrames that may be persisted."""

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def run(
    spark: "SparkSession", statement: str, args: Mapping[str, Any] | None = None, **tables: "DataFrame"
) -> "DataFrame":
    """The result of a statement whose `{names}` are tables.

    `SparkSession.sql` takes DataFrames, too, but drops the views that it makes of them; and with a view that is dropped
    Spark forgets what was persisted of its table. These stay as long as the session does.

    Args:
        spark: the session.
        statement: with a name in braces for each table, and `:name` for each value.
        args: the values.
        tables: by the names in braces.
    """
    views = {}
    for name, table in tables.items():
        views[name] = f"musicrec_{name}_{uuid.uuid4().hex}"
        table.createOrReplaceTempView(views[name])
    return spark.sql(statement.format(**views), args=dict(args or {}))
