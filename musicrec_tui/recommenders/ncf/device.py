"""What TensorFlow computes on."""

import contextlib
import shutil
import subprocess

import tensorflow as tf


def describe() -> tuple[str, int | None]:
    """The first GPU's name and its memory in MB, or ("no GPU", None).

    TensorFlow knows the name but not the memory; the driver's tool does, where it is installed.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return "no GPU", None
    with contextlib.suppress(RuntimeError, ValueError):
        tf.config.experimental.set_memory_growth(gpus[0], enable=True)  # leave room for a second job
    details = tf.config.experimental.get_device_details(gpus[0])
    return str(details.get("device_name", "GPU")), _memory_mb()


def has_gpu() -> bool:
    """Whether there is a GPU that TensorFlow can use."""
    return bool(tf.config.list_physical_devices("GPU"))


def _memory_mb() -> int | None:
    """The memory of the first GPU as nvidia-smi states it."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    query = [tool, "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    with contextlib.suppress(OSError, subprocess.SubprocessError, ValueError, IndexError):
        answer = subprocess.run(query, capture_output=True, text=True, timeout=10, check=True)
        return int(answer.stdout.splitlines()[0])
    return None
