"""A model folder: the same model comes back, and whatever is wrong with it is refused with a sentence."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import factory, model_keys, model_writer, store, verified
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.bpr import BprParams
from musicrec_tui.recommenders.ease import EaseParams
from musicrec_tui.recommenders.item_knn import ItemKnnParams
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.recommenders.rp3beta import Rp3BetaParams
from tests.recommenders.small import explained, matrix, quiet

ALS = AlsParams(factors=4, iterations=2, weighting="log")
USERS = [f"user {code:02}" for code in range(40)]
ARTISTS = [f"[/b]\x1b]0;owned\x07 {code:02} \U0001f3b5" for code in range(60)]
FILES = [
    "manifest.json", "model_users.npy", "model_artists.npy", "train_indptr.npy", "train_indices.npy", "train_data.npy",
    "users_keys.npy", "users_starts.npy", "artists_keys.npy", "artists_starts.npy",
]  # fmt: skip


def saved(folder: Path, params: Params = ALS) -> Path:
    """A small model in a folder."""
    model = factory.create(params)
    model.fit(matrix(), quiet())
    store.save(folder, model, params, matrix(), USERS, ARTISTS)
    return folder


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One model for all tests that only break copies of it."""
    return saved(tmp_path_factory.mktemp("store") / "model")


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    """A copy that may be broken."""
    return shutil.copytree(original, tmp_path / "model")


@pytest.mark.parametrize(
    "params", [ALS, PopularityParams(), ItemKnnParams(), Rp3BetaParams(), EaseParams(), BprParams(4)]
)
def test_a_loaded_model_scores_the_same(params: Params, tmp_path: Path) -> None:
    model = factory.create(params)
    model.fit(matrix(), quiet())
    store.save(tmp_path / "model", model, params, matrix(), USERS, ARTISTS)
    loaded = store.load(tmp_path / "model")
    users = np.arange(40, dtype=np.int32)
    assert (loaded.recommender.scores(users) == model.scores(users)).all()
    assert (loaded.recommender.fold_in(matrix()) == model.fold_in(matrix())).all()
    assert (loaded.train != matrix()).nnz == 0
    assert (loaded.params, list(loaded.user_keys), list(loaded.artist_keys)) == (params, USERS, ARTISTS)


def test_a_loaded_als_gives_the_same_reasons_and_neighbours(tmp_path: Path) -> None:
    model = factory.create(ALS)
    model.fit(matrix(), quiet())
    store.save(tmp_path / "model", model, ALS, matrix(), USERS, ARTISTS)
    loaded = store.load(tmp_path / "model").recommender
    assert explained(loaded, 5, 7) == explained(model, 5, 7)
    assert (loaded.similar(5, 7).artists == model.similar(5, 7).artists).all()


def test_the_folder_holds_what_the_docs_say(original: Path) -> None:
    assert sorted(path.name for path in original.iterdir()) == sorted(FILES)
    assert [path.name for path in original.parent.iterdir()] == ["model"], "a temporary folder was left behind"


def test_models_without_users_or_artists_are_kept_too(tmp_path: Path) -> None:
    model = factory.create(PopularityParams())
    empty = csr_matrix((0, 0), dtype=np.float32)
    model.fit(empty, quiet())
    store.save(tmp_path / "model", model, PopularityParams(), empty, [], [])
    assert store.load(tmp_path / "model").train.shape == (0, 0)


def test_a_save_that_breaks_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full_disk)
    with pytest.raises(UserError, match="No space left on device"):
        saved(tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_a_killed_save_leaves_no_model_and_does_not_stop_the_next(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from musicrec_tui.recommenders import model_writer;"
        "from tests.recommenders import test_store;"
        "model_writer.ModelWriter.keys = lambda *_: os.kill(os.getpid(), signal.SIGKILL);"
        "test_store.saved(Path(sys.argv[1]))"
    )
    root = Path(__file__).parents[2]
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path / "model")], cwd=root, check=False)
    assert killed.returncode == -signal.SIGKILL
    refused(tmp_path / "model", "is missing")
    store.load(saved(tmp_path / "model"))


def test_a_model_is_never_written_over(original: Path) -> None:
    before = (original / "manifest.json").read_bytes()
    with pytest.raises(UserError, match="exists already"):
        saved(original)
    assert (original / "manifest.json").read_bytes() == before


def refused(folder: Path, *says: str) -> None:
    """Loading must be refused with one sentence that holds all of `says`."""
    with pytest.raises(UserError) as caught:
        store.load(folder)
    for part in says:
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    refused(folder, name, "is missing")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kept", [0.0, 0.5, 0.99])
def test_a_truncated_file_is_named(folder: Path, name: str, kept: float) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: int(len(content) * kept)])
    refused(folder, name)


@pytest.mark.parametrize("name", FILES)
def test_every_flipped_byte_is_noticed(folder: Path, name: str) -> None:
    path = folder / name
    content = path.read_bytes()
    for place in {*range(0, len(content), max(1, len(content) // 60)), len(content) - 1}:
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x01]) + content[place + 1 :])
        refused(folder, name)
    path.write_bytes(content)
    store.load(folder)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff\xfe", b'{"sha256": "0", "content": {}}', b"null"])
def test_a_foreign_manifest_is_refused(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    refused(folder, "manifest.json")


def test_a_folder_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    refused(tmp_path / "nothing", "manifest.json", "is missing")
    (tmp_path / "file").write_text("x")
    refused(tmp_path / "file", "manifest.json")


@pytest.mark.parametrize("name", ["manifest.json", "train_data.npy", "users_keys.npy"])
@pytest.mark.parametrize("endless", [True, False])
def test_a_file_that_never_ends_is_refused(folder: Path, name: str, endless: bool) -> None:
    (folder / name).unlink()
    if endless:
        (folder / name).symlink_to("/dev/zero")
    else:
        os.mkfifo(folder / name)
    with pytest.raises(UserError, match=rf"{name} cannot be read \(it is not a regular file\)"):
        store.load(folder)


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "train_data.npy").unlink()
    (folder / "train_data.npy").mkdir()
    refused(folder, "train_data.npy", "cannot be read")


def rewrite(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the manifest and make all checksums fit again, as somebody who wants to deceive would."""
    envelope = json.loads((folder / "manifest.json").read_bytes())
    content = envelope["content"]
    change(content)
    for name, stored in content["files"].items():
        if (folder / name).is_file():
            stored["sha256"] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    raw = json.dumps(content, separators=(",", ":"))
    checksum = hashlib.sha256(raw.encode()).hexdigest()
    (folder / "manifest.json").write_text(f'{{"sha256":"{checksum}","content":{raw}}}')


def replace_array(folder: Path, name: str, array: np.ndarray[Any, Any]) -> None:
    """Put another array in a file's place, with a manifest that agrees."""
    np.save(folder / name, array, allow_pickle=True)

    def agree(content: dict[str, Any]) -> None:
        content["files"][name] |= {"dtype": array.dtype.str, "shape": list(array.shape)}

    rewrite(folder, agree)


def test_a_rewritten_manifest_that_fits_is_taken(folder: Path) -> None:
    rewrite(folder, lambda content: None)
    store.load(folder)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda content: content.update(schema=3), "schema 3"),
        (lambda content: content.pop("schema"), "manifest"),
        (lambda content: content["params"].update(model="svd"), "manifest"),
        (lambda content: content["params"].update(factors=0), "manifest"),
        (lambda content: content["params"].update(factors=5), "'users' is float32 of shape (40, 4)"),
        (lambda content: content["params"].update(surprise=1), "manifest"),
        (lambda content: content.update(users=41), "row starts"),
        (lambda content: content.update(artists=61), "keys"),
        (lambda content: content["files"].pop("users_keys.npy"), "users_keys.npy"),
        (lambda content: content["files"].pop("train_data.npy"), "train_data.npy"),
        (lambda content: content["files"].pop("model_users.npy"), "no array 'users'"),
        (lambda content: content["files"].update({"../../etc/passwd": {"sha256": "0"}}), "no file of a model"),
        (lambda content: content["files"].update({"/etc/hostname.npy": {"sha256": "0"}}), "no file of a model"),
        (lambda content: content["files"]["model_users.npy"].update(shape=[4, 40]), "model_users.npy"),
        (lambda content: content["files"]["model_users.npy"].update(dtype="<f8"), "model_users.npy"),
    ],
)  # fmt: skip
def test_a_manifest_that_does_not_fit_its_files_is_refused(
    folder: Path, change: Callable[[dict[str, Any]], object], says: str
) -> None:
    rewrite(folder, change)
    refused(folder, says)


class Dangerous:
    """Would make a file if it were ever unpickled."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, ("unpickled",)


def test_pickles_are_never_opened(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    replace_array(folder, "model_users.npy", np.array([Dangerous()], dtype=object))
    refused(folder, "model_users.npy", "is not a numeric array")
    assert not (tmp_path / "unpickled").exists()


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("model_users.npy", np.zeros((40, 4))),
        ("model_users.npy", np.zeros((39, 4), np.float32)),
        ("model_users.npy", np.full((40, 4), np.nan, np.float32)),
        ("model_users.npy", np.zeros((40, 4), dtype="M8[s]")),
        ("model_users.npy", np.array(["text"] * 40)),
        ("train_indptr.npy", np.zeros(41, np.int32)),
        ("train_indptr.npy", np.zeros(0, np.int32)),
        ("train_indices.npy", np.full(matrix().nnz, 60, np.int32)),
        ("train_indices.npy", np.full(matrix().nnz, -1, np.int32)),
        ("train_indices.npy", matrix().indices.astype(np.float32)),
        ("train_data.npy", np.full(matrix().nnz, np.inf, np.float32)),
        ("train_data.npy", np.ones(3, np.float32)),
    ],
)
def test_arrays_that_would_mislead_native_code_are_refused(
    folder: Path, name: str, array: np.ndarray[Any, Any]
) -> None:
    replace_array(folder, name, array)
    refused(folder, name.removeprefix("model_").removesuffix(".npy"))


def test_row_starts_that_descend_are_refused(folder: Path) -> None:
    starts = matrix().indptr.copy()
    starts[3] = starts[-1] + 5
    replace_array(folder, "train_indptr.npy", starts)
    refused(folder, "train_indptr.npy", "ascend")


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        (USERS[:-1], "users_starts.npy does not hold 40 keys"),
        ([*USERS[:-1], USERS[0]], "users_keys.npy does not hold ascending keys"),
        ([*USERS[:-1], USERS[-2]], "users_keys.npy does not hold ascending keys"),
    ],
)
def test_keys_that_do_not_fit_are_refused(folder: Path, keys: list[str], says: str) -> None:
    text, starts = model_keys.encoded(keys)
    replace_array(folder, "users_keys.npy", text)
    replace_array(folder, "users_starts.npy", starts)
    refused(folder, says)


@pytest.mark.parametrize(
    ("name", "array", "says"),
    [
        ("users_keys.npy", np.zeros((2, 140), np.uint8), "is not a list of keys"),
        ("users_keys.npy", np.zeros(280, np.int8), "is not a list of keys"),
        ("users_keys.npy", np.full(280, 0xFF, np.uint8), "does not hold ascending keys"),
        ("users_starts.npy", np.arange(41, dtype=np.int64) * 10**12, "does not ascend to the end of the keys"),
        ("users_starts.npy", np.arange(41, dtype=np.int32) * 7, "does not hold 40 keys"),
        ("users_starts.npy", np.array([0, 14, 7, *range(21, 281, 7)], np.int64), "does not ascend"),
    ],
)
def test_keys_that_would_mislead_native_code_are_refused(
    folder: Path, name: str, array: np.ndarray[Any, Any], says: str
) -> None:
    replace_array(folder, name, array)
    refused(folder, name, says)


def test_text_that_is_not_utf8_is_refused(folder: Path) -> None:
    text = np.load(folder / "users_keys.npy").copy()
    text[-1] = 0xFF
    replace_array(folder, "users_keys.npy", text)
    refused(folder, "users_keys.npy", "does not hold ascending keys")


@pytest.mark.parametrize("size", [7, 1000])
def test_a_model_that_is_written_in_parts_is_the_same_model(original: Path, tmp_path: Path, size: int) -> None:
    whole = store.load(original)
    arrays = whole.recommender.arrays()

    def blocks(of: Any) -> list[Any]:
        return [of[start : start + size] for start in range(0, of.shape[0], size)]

    with model_writer.writing(tmp_path / "model", ALS, matrix().shape) as model:
        model.parts("users", blocks(arrays["users"]))
        model.parts("artists", blocks(arrays["artists"]))
        model.train(matrix())
        model.keys("users", blocks(np.array(USERS, dtype=object)))
        model.keys("artists", [[], *blocks(np.array(ARTISTS, dtype=object)), []])
    loaded = store.load(tmp_path / "model")
    users = np.arange(40, dtype=np.int32)
    np.testing.assert_allclose(loaded.recommender.scores(users), whole.recommender.scores(users), rtol=1e-6)
    assert (loaded.train != matrix()).nnz == 0
    assert loaded.train.indices.dtype == loaded.train.indptr.dtype == np.int32
    assert (list(loaded.user_keys), list(loaded.artist_keys)) == (USERS, ARTISTS)


def test_what_does_not_fit_is_not_written(tmp_path: Path) -> None:
    def write(**changed: Any) -> None:
        given = {"users": [USERS], "artists": [ARTISTS]} | changed
        with model_writer.writing(tmp_path / "model", ALS, matrix().shape) as model:
            model.train(matrix())
            model.keys("users", given["users"])
            model.keys("artists", given["artists"])

    for changed, says in (
        ({"users": [USERS[:-1]]}, "39 keys for 40 users"),
        ({"users": [USERS[20:], USERS[:20]]}, "keys of users do not ascend"),
        ({"artists": [[ARTISTS[0], *ARTISTS[:-1]]]}, "keys of artists do not ascend"),
    ):
        with pytest.raises(ValueError, match=says):
            write(**changed)
        assert list(tmp_path.iterdir()) == []


@pytest.fixture
def remembering(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are hashed from now on; the model in `folder` is large enough to be remembered, and was opened."""
    hashed: list[str] = []
    plain = store._sha256_of

    def counted(descriptor: int) -> str:
        inode = os.fstat(descriptor).st_ino
        hashed.extend(path.name for path in folder.iterdir() if path.stat().st_ino == inode)
        return plain(descriptor)

    monkeypatch.setattr(verified, "WORTH_REMEMBERING", 0)
    monkeypatch.setattr(verified, "_SETTLED_NS", -(10**12))  # these files were written within the last second
    monkeypatch.setattr(store, "_sha256_of", counted)
    store.load(folder)
    assert sorted(hashed) == sorted(FILES[1:])
    hashed.clear()
    return hashed


def test_a_large_model_is_hashed_once_and_a_changed_file_again(folder: Path, remembering: list[str]) -> None:
    store.load(folder)
    assert remembering == []
    os.utime(folder / "model_users.npy")
    store.load(folder)
    assert remembering == ["model_users.npy"]
    store.load(folder)
    assert remembering == ["model_users.npy"]


@pytest.mark.parametrize("name", FILES[1:])
def test_a_flipped_byte_of_a_remembered_file_is_noticed(folder: Path, name: str, remembering: list[str]) -> None:
    path = folder / name
    before = path.stat()
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 0x01]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # even where the time is set back: ctime tells
    refused(folder, name, "its checksum does not fit")


def test_verifying_believes_nothing_that_is_remembered(folder: Path, remembering: list[str]) -> None:
    store.verify(folder)
    assert sorted(remembering) == sorted(FILES[1:])


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[" * 10**5, b'{"manifest": "0", "files": {}}'])
def test_a_damaged_memory_only_costs_time(folder: Path, content: bytes, remembering: list[str]) -> None:
    verified.path_of(folder).write_bytes(content)
    store.load(folder)
    assert sorted(remembering) == sorted(FILES[1:])


def test_another_manifest_is_not_believed(folder: Path, remembering: list[str]) -> None:
    rewrite(folder, lambda content: content["params"].update(alpha=2.0))
    store.load(folder)
    assert sorted(remembering) == sorted(FILES[1:])


def test_small_and_new_models_are_not_remembered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.load(folder)
    assert not verified.path_of(folder).exists()
    monkeypatch.setattr(verified, "WORTH_REMEMBERING", 0)
    store.load(folder)
    assert not verified.path_of(folder).exists(), "files that were just written may change again unnoticed"
