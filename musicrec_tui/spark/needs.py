"""What Spark needs: pyspark (the extra `spark`) and Java. Light: nothing of Spark is loaded here."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from musicrec_tui import installation
from musicrec_tui.text import printable

EXTRA = "spark"
LEAST_JAVA = 17
_GET_JAVA = (
    "install it (Debian, Ubuntu: `apt-get install openjdk-17-jre-headless`; macOS: `brew install openjdk@17`), "
    "or set JAVA_HOME to one that is installed"
)
_ANSWER_SECONDS = 60
_VERSION = re.compile(r'version "(\d+)')


def installed() -> bool:
    """Whether the extra is installed (not whether Java is)."""
    return all(importlib.util.find_spec(library) is not None for library in ("pyspark", "pandas"))


def missing() -> str:
    """A sentence on what Spark needs and this machine lacks; empty: nothing."""
    if not installed():
        command = installation.command_for(EXTRA)
        return f"Spark needs pyspark (the extra `{EXTRA}`), which is not installed. Install it with: {command}"
    return missing_java()


def missing_java() -> str:
    """A sentence where there is no Java that Spark can use; empty: there is one."""
    java = _java()
    if java is None:
        return f"Spark needs Java {LEAST_JAVA} or later, which was not found: {_GET_JAVA}."
    try:
        told = subprocess.run(
            [java, "-version"], capture_output=True, text=True, check=False, errors="replace", timeout=_ANSWER_SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"Spark needs Java, and {printable(java, None)} does not answer: {_GET_JAVA}."
    except OSError as error:
        return f"Spark needs Java, and {printable(java, None)} cannot be started ({error.strerror}): {_GET_JAVA}."
    version = _VERSION.search(told.stderr + told.stdout)
    if version is None:
        return f"Spark needs Java, and {printable(java, None)} does not say which version it is: {_GET_JAVA}."
    if int(version[1]) < LEAST_JAVA:
        return f"Spark needs Java {LEAST_JAVA} or later, and {printable(java, None)} is Java {version[1]}: {_GET_JAVA}."
    return ""


def _java() -> str | None:
    """The Java that Spark's own scripts would start."""
    if home := os.environ.get("JAVA_HOME"):
        return str(Path(home, "bin", "java"))
    return shutil.which("java")
