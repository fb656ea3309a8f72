"""What NCF promises without TensorFlow: saved arrays are checked and score, and small networks are trained."""

import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui import gpu
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import neural
from musicrec_tui.recommenders.base import Fit
from musicrec_tui.recommenders.ncf import NcfParams, layout, scoring
from musicrec_tui.recommenders.ncf.model import NcfRecommender
from tests.recommenders.small import Sink, explained, matrix

USERS, ARTISTS = 7, 23
Architecture = Literal["neumf", "gmf", "mlp", "deck"]
ARCHITECTURES: tuple[Architecture, ...] = ("neumf", "gmf", "mlp", "deck")


def weights(params: NcfParams, seed: int = 0) -> dict[str, NDArray[Any]]:
    rng = np.random.default_rng(seed)
    shapes = layout.shapes(params, USERS, ARTISTS)
    arrays: dict[str, NDArray[Any]] = {
        name: rng.normal(0, 0.5 if "_" in name else 1, shape).astype(np.float32) for name, shape in shapes.items()
    }
    return arrays | {"best_epoch": np.array([3], np.int64)}


def restored(params: NcfParams) -> NcfRecommender:
    return NcfRecommender.restore(params, weights(params), csr_matrix((USERS, ARTISTS), dtype=np.float32))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_what_is_saved_is_what_is_restored(architecture: Architecture) -> None:
    params = NcfParams(architecture=architecture)
    model = restored(params)
    again = NcfRecommender.restore(params, model.arrays(), csr_matrix((USERS, ARTISTS), dtype=np.float32))
    users = np.array([4, 0, 4], np.int32)
    assert again.best_epoch == 3
    assert (again.scores(users) == model.scores(users)).all()
    assert model.scores(users).shape == (3, ARTISTS)
    assert model.scores(users).dtype == np.float32


@pytest.mark.parametrize("architecture", ["neumf", "mlp"])
@pytest.mark.parametrize("layers", [(8,), (2,), (10, 5), (64, 32, 16, 8)])
def test_tiles_and_threads_do_not_change_scores(
    architecture: Architecture, layers: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = restored(NcfParams(architecture=architecture, layers=layers))
    users = np.arange(USERS, dtype=np.int32)
    whole = model.scores(users)
    for tile, across, threads in ((1, 1, 1), (64, 1024, 3), (10_000, 4, 2), (10_000, 1024, 2)):
        monkeypatch.setattr(scoring, "_TILE", tile)
        monkeypatch.setattr(scoring, "_ACROSS", across)
        monkeypatch.setattr(scoring, "_FEW", threads)
        monkeypatch.setattr(scoring, "_WORTH_THREADS", 0)
        monkeypatch.setattr(scoring, "_processors", lambda threads=threads: threads)
        other = restored(NcfParams(architecture=architecture, layers=layers))
        assert other.scores(users) == pytest.approx(whole, abs=1e-5)
        assert other.scores(users[:0]).shape == (0, ARTISTS)


def test_similar_is_the_cosine_of_both_embeddings() -> None:
    model = restored(NcfParams())
    arrays = model.arrays()
    vectors = np.hstack([arrays["artists_gmf"], arrays["artists_mlp"]]).astype(np.float64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosine = vectors @ vectors[5]
    cosine[5] = -np.inf
    ranking = model.similar(5, 4)
    assert ranking.artists[0].tolist() == np.argsort(-cosine)[:4].tolist()
    assert ranking.scores[0] == pytest.approx(np.sort(cosine)[::-1][:4], abs=1e-5)


def test_reasons_are_the_falls_of_the_folded_in_score_and_marked_as_an_estimate() -> None:
    rng = np.random.default_rng(0)
    train = csr_matrix((rng.random((USERS, ARTISTS)) < 0.4).astype(np.float32))
    model = NcfRecommender.restore(NcfParams(), weights(NcfParams()), train)
    assert model.capabilities.explain_estimate
    reasons = explained(model, 2, 5)
    assert {reason.artist for reason in reasons} == set(train[2].indices.tolist())
    without = train[2].toarray()
    without[0, reasons[0].artist] = 0
    fall = model.fold_in(train[2])[0, 5] - model.fold_in(csr_matrix(without))[0, 5]
    assert reasons[0].amount == pytest.approx(float(fall), abs=1e-5)
    assert model.explain_profile(csr_matrix((1, ARTISTS), dtype=np.float32), np.array([5], np.int32))[0] == []


def test_a_network_that_is_not_trained_is_refused_unless_it_starts_from_als() -> None:
    for params in (NcfParams(epochs=0), NcfParams(epochs=0, pretrain="als", architecture="mlp")):
        for validate in (None, lambda *_: 0.5):
            with pytest.raises(UserError, match="epochs above 0"):
                NcfRecommender(params).fit(matrix(), Fit(1, Sink(), validate))
    model = NcfRecommender(NcfParams(epochs=0, pretrain="als", architecture="gmf"))
    model.fit(matrix(), Fit(1, Sink()))
    assert model.best_epoch == 0


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_some_pairs_score_as_they_do_among_all(architecture: Architecture) -> None:
    params = NcfParams(architecture=architecture)
    users, artists = np.array([4, 0, 6], np.int32), np.array([20, 3], np.int32)
    some = scoring.pairs(params, weights(params), users, artists)
    np.testing.assert_allclose(some, restored(params).scores(users)[:, artists], rtol=1e-4, atol=1e-5)


def test_somebody_new_gets_an_estimate_that_is_marked_as_one() -> None:
    model = restored(NcfParams())
    assert model.capabilities.fold_in
    assert model.capabilities.fold_in_estimate
    assert not model.fold_in(csr_matrix((1, ARTISTS), dtype=np.float32)).any()  # shares no artist with anybody


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_each_missing_or_misshapen_array_is_refused(architecture: Architecture) -> None:
    params = NcfParams(architecture=architecture)
    train = csr_matrix((USERS, ARTISTS), dtype=np.float32)
    arrays = weights(params)
    for name in arrays:
        with pytest.raises(UserError):
            NcfRecommender.restore(params, {key: array for key, array in arrays.items() if key != name}, train)
        with pytest.raises(UserError):
            NcfRecommender.restore(params, arrays | {name: arrays[name][:0]}, train)
    with pytest.raises(UserError, match="NaN"):
        NcfRecommender.restore(params, arrays | {"bias_out": np.array([np.nan], np.float32)}, train)


def test_small_networks_are_trained_without_tensorflow_and_others_say_what_is_missing() -> None:
    code = """
import sys
sys.modules["tensorflow"] = sys.modules["keras"] = None
import numpy as np
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import factory
from musicrec_tui.recommenders.ncf import NcfParams
from tests.recommenders.small import matrix, quiet
for changed in ({}, {"architecture": "gmf"}, {"architecture": "mlp", "layers": (8,)}, {"pretrain": "als"}):
    model = factory.create(NcfParams(factors=8, epochs=2, **changed))
    model.fit(matrix(), quiet())
    assert np.isfinite(model.scores(np.arange(40, dtype=np.int32))).all()
for changed in ({"architecture": "deck"}, {"loss": "softmax"}, {"layers": (256, 256)}):
    try:
        factory.create(NcfParams(**changed)).fit(matrix(), quiet())
    except UserError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    sentences = done.stdout.splitlines()
    for sentence, named in zip(sentences, ("architecture=deck", "loss=softmax", "layers=256,256"), strict=True):
        assert sentence.startswith(f"NCF with {named}")
        assert "(the extra `neural`), which is not installed. Install it with: " in sentence


def test_a_small_network_is_trained_without_loading_tensorflow_that_is_installed() -> None:
    code = """
import sys
from musicrec_tui import gpu
from musicrec_tui.recommenders import factory
from musicrec_tui.recommenders.ncf import NcfParams
from tests.recommenders.small import matrix, quiet
gpu._DEVICES = ()
factory.create(NcfParams(factors=8, epochs=1)).fit(matrix(), quiet())
print(*{name.partition(".")[0] for name in sys.modules} & {"tensorflow", "keras"})
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("driver", [True, False])
def test_a_gpu_that_is_not_used_for_want_of_tensorflow_is_said_in_the_log(
    driver: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(gpu, "_DEVICES", (tmp_path if driver else tmp_path / "none",))
    monkeypatch.setattr(neural, "installed", lambda: False)
    sink = Sink()
    monkeypatch.setattr(sink, "log", said.append)
    NcfRecommender(NcfParams(architecture="gmf", factors=2, epochs=1)).fit(matrix(), Fit(0, sink))
    assert [sentence.partition(":")[0] for sentence in said] == ["The GPU is not used"] * driver
    assert all("musicrec-tui[gpu]" in sentence for sentence in said)
