"""The four networks, in Keras 3: what TensorFlow trains, and what NumPy's results are compared with in tests."""

from typing import Any, NamedTuple

import keras

from musicrec_tui.recommenders.ncf import NcfParams, layout


class Network(NamedTuple):
    """A network and its layers.

    Attributes:
        model: from ([user codes], [artist codes]) to a prediction between 0 and 1.
        users, artists: the embeddings, in the order of `layout.parts`.
        head: what follows the embeddings.
    """

    model: Any
    users: list[Any]
    artists: list[Any]
    head: "Head"


class Head:
    """From the embeddings of a batch to its logits; called by the Keras model and by the training loop.

    GMF multiplies element by element, MLP joins the two embeddings and sends them through ReLU layers, NeuMF joins
    what both give. `deck` takes the dot product, one number, through ReLU layers with dropout.
    """

    def __init__(self, params: NcfParams) -> None:
        self.names = layout.parts(params).names
        self.hidden = [
            keras.layers.Dense(width, activation="relu", name=f"dense_{number}")
            for number, width in enumerate(layout.hidden(params), start=1)
        ]
        rate = params.dropout if params.architecture == "deck" else 0.0
        self.dropouts = [
            keras.layers.Dropout(rate, name=f"dropout_{number}") if rate else None
            for number in range(1, len(self.hidden) + 1)
        ]
        self.product = keras.layers.Multiply(name="product")
        self.dot = keras.layers.Dot(axes=1, name="dot_product")
        self.pair = keras.layers.Concatenate(name="user_and_artist")
        self.join = keras.layers.Concatenate(name="gmf_and_mlp")
        self.logit = keras.layers.Dense(1, name="logit")

    def __call__(self, users: list[Any], artists: list[Any], *, training: bool | None = None) -> Any:
        """Logits, (batch, 1), of the embeddings of users and artists, each (batch, width)."""
        given = dict(zip(self.names, zip(users, artists, strict=True), strict=True))
        towers = [self.product(given["gmf"])] if "gmf" in given else []
        if "mlp" in given:
            towers.append(self._climb(self.pair(given["mlp"]), training))
        if "dot" in given:
            towers.append(self._climb(self.dot(given["dot"]), training))
        return self.logit(self.join(towers) if len(towers) > 1 else towers[0])

    def grid(self, users: list[Any], artists: list[Any]) -> Any:
        """Logits of every user with every artist, (users, artists), without making the pairs.

        GMF's part is a matrix product, and the MLP's first layer adds what it makes of the two. Not for `deck`.
        """
        given = dict(zip(self.names, zip(users, artists, strict=True), strict=True))
        kernel, logits = (keras.ops.convert_to_tensor(weight) for weight in (self.logit.kernel, self.logit.bias))
        if "gmf" in given:
            user, artist = given["gmf"]
            logits += keras.ops.matmul(user * kernel[: user.shape[1], 0], keras.ops.transpose(artist))
            kernel = kernel[user.shape[1] :]
        if "mlp" in given:
            logits += self._mlp_grid(*given["mlp"], kernel)
        return logits

    def _mlp_grid(self, user: Any, artist: Any, kernel: Any) -> Any:
        """The MLP's part of `grid`; `kernel` is the output layer's for it."""
        first = keras.ops.convert_to_tensor(self.hidden[0].kernel) if self.hidden else kernel
        split = user.shape[1]
        own, other = keras.ops.matmul(user, first[:split]), keras.ops.matmul(artist, first[split:])
        signal = own[:, None] + other[None]
        if not self.hidden:
            return signal[:, :, 0]
        signal = keras.ops.relu(signal + self.hidden[0].bias)
        for dense in self.hidden[1:]:
            signal = dense(signal)
        return keras.ops.matmul(signal, kernel)[:, :, 0]

    def _climb(self, signal: Any, training: bool | None) -> Any:
        """Through the ReLU layers."""
        for dense, dropout in zip(self.hidden, self.dropouts, strict=True):
            signal = dense(signal)
            if dropout is not None:
                signal = dropout(signal, training=training)
        return signal

    @property
    def dense(self) -> list[Any]:
        """The layers with weights, the output's last."""
        return [*self.hidden, self.logit]


def build(params: NcfParams, users: int, artists: int) -> Network:
    """The network for so many users and artists, with fresh weights (from Keras's seed)."""
    embeddings = layout.parts(params)
    user, artist = (keras.Input((), dtype="int32", name=name) for name in ("user", "artist"))
    tables = [
        [
            keras.layers.Embedding(rows, width, name=f"{side}_{name}")
            for name, width in zip(embeddings.names, widths, strict=True)
        ]
        for side, rows, widths in (("user", users, embeddings.user), ("artist", artists, embeddings.artist))
    ]
    head = Head(params)
    logits = head([table(user) for table in tables[0]], [table(artist) for table in tables[1]])
    model = keras.Model([user, artist], keras.layers.Activation("sigmoid", name="score")(logits), name="ncf")
    return Network(model, tables[0], tables[1], head)


def arrays(network: Network) -> layout.Arrays:
    """The weights as `layout` names them, copied."""
    return layout.copied({name: variable.numpy() for name, variable in _variables(network).items()})


def assign(network: Network, weights: layout.Arrays) -> None:
    """Set all weights."""
    for name, variable in _variables(network).items():
        variable.assign(weights[name])


def _variables(network: Network) -> dict[str, Any]:
    """The variables as `layout` names them."""
    result: dict[str, Any] = {}
    for name, user, artist in zip(network.head.names, network.users, network.artists, strict=True):
        result |= {f"users_{name}": user.embeddings, f"artists_{name}": artist.embeddings}
    names = [*(str(number) for number in range(1, len(network.head.hidden) + 1)), "out"]
    for name, dense in zip(names, network.head.dense, strict=True):
        result |= {f"kernel_{name}": dense.kernel, f"bias_{name}": dense.bias}
    return result
