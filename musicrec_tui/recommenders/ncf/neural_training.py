"""What TensorFlow does for the training of NCF: its device, and the steps of the networks that NumPy does not train."""

from musicrec_tui.recommenders.ncf import NcfParams, layout
from musicrec_tui.recommenders.ncf.device import describe, has_gpu
from musicrec_tui.recommenders.ncf.loop import Loop
from musicrec_tui.recommenders.ncf.softmax import SoftmaxLoop

__all__ = ["describe", "has_gpu", "loop_of"]


def loop_of(params: NcfParams, weights: layout.Arrays, seed: int) -> Loop:
    """The loop that takes the steps from these first weights."""
    return (SoftmaxLoop if layout.by_softmax(params) else Loop)(params, weights, seed)
