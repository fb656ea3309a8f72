"""What Spark can train, and a sentence where it cannot. Light: nothing of Spark is loaded here."""

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs.engine import Engine
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.spark import needs

MODELS = ("als",)


def obstacle(params: Params) -> tuple[str, str]:
    """Why Spark cannot train these parameters, as the parameter's name and a sentence; both empty: it can.

    The name is empty where the model cannot be trained by it.
    """
    if not isinstance(params, AlsParams):
        return "", f"Spark trains {', '.join(MODELS)}; {params.model} is trained by the engine local."
    if params.half_life:
        return "half_life", "Spark does not weigh by recency: set half_life to 0, or use the engine local."
    if params.weighting == "binary" and params.alpha <= 1:
        return "alpha", "With Spark a heard pair counts more than an unheard one: set alpha above 1."
    if params.regularization == 0:
        return "regularization", "Spark needs a regularization above 0: without it some equations have no solution."
    return "", ""


def refuse(request: TrainRequest) -> None:
    """Refuse a request whose engine is Spark, where Spark or Java is not installed or the model is not for it.

    Raises:
        UserError: the sentence says what to do.
    """
    if not request.engine.spark:
        return
    _, sentence = obstacle(request.params)
    if sentence:
        raise UserError(sentence)
    refuse_missing(request.engine)


def refuse_missing(engine: Engine) -> None:
    """Refuse Spark where it or Java is not installed.

    Raises:
        UserError: the sentence says what to install.
    """
    if engine.spark and (sentence := needs.missing()):
        raise UserError(sentence, exit_code=1)
