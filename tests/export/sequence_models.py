# SPDX-License-Identifier: BSL-1.0
"""Models with recurrent layers and tables, small, with random weights from a fixed seed; and their inputs."""
import torch
from torch import nn


class LstmTagger(nn.Module):
    """Two layers and a linear layer on their output."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(16, 32, num_layers=2)
        self.fc = nn.Linear(32, 8)

    def forward(self, x):
        return self.fc(self.lstm(x)[0])


class Recurrent(nn.Module):
    """A stacked LSTM in both directions with a first state; cells in turn; a functional linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(6, 5, num_layers=3, bidirectional=True, batch_first=True)
        self.plain = nn.LSTM(5, 4)
        self.lstm_cell = nn.LSTMCell(4, 6)
        self.gru_cell = nn.GRUCell(6, 5)
        self.rnn_cell = nn.RNNCell(5, 9)
        self.relu_cell = nn.RNNCell(9, 7, nonlinearity="relu")
        self.weight = nn.Parameter(torch.randn(3, 7))

    def forward(self, x, h0, c0):
        # Indexed: torch.fx of PyTorch 1.13 cannot unpack a proxy under Python 3.11.
        lstm = self.lstm(x, (h0, c0))
        y, h, c = lstm[0], lstm[1][0], lstm[1][1]
        z = self.plain(h)[0]
        first = self.lstm_cell(z[0])
        second = self.lstm_cell(z[1], first)
        third = self.lstm_cell(z[-1], (second[0], second[1]))
        r = self.rnn_cell(self.gru_cell(second[0], self.gru_cell(third[0])))
        r = self.relu_cell(r, self.relu_cell(r))
        return y, h, c, third[1], r, nn.functional.linear(r, self.weight)


class Gru(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.gru = nn.GRU(6, 5, num_layers=2, bidirectional=True)
        self.lstm = nn.LSTM(10, 4, bias=False)  # stays in float

    def forward(self, x, h0):
        y = self.gru(x, h0)
        return self.lstm(y[0])[0], y[1]


class Tables(nn.Module):
    """A table of 8 bits, one of 4 bits, bags of given length and with offsets."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(40, 12, padding_idx=0)
        self.tags = nn.EmbeddingBag(30, 6, mode="sum")  # an odd size of 4 bits gets a column more in PyTorch
        self.pairs = nn.EmbeddingBag(20, 8, mode="sum")
        self.fc = nn.Linear(12, 5)

    def forward(self, x, bags, offsets):
        return self.fc(self.words(x)), self.tags(bags, offsets), self.pairs(x)


class Projected(nn.Module):
    """What cannot be expressed."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(16, 32, proj_size=8)

    def forward(self, x):
        return self.lstm(x)[0]


class Halves(nn.Module):
    """Linear layers with an op between them that only moves data."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 5)
        self.second = nn.Linear(15, 4)

    def forward(self, x):
        return self.second(torch.flatten(self.first(x), 1))


def fresh(model: nn.Module) -> nn.Module:
    """Random biases too: those that PyTorch starts with are small, and a table's padding row is zero."""
    for name, p in model.named_parameters():
        if "bias" in name:
            nn.init.uniform_(p, -0.5, 0.5)
    return model.eval()


def lstm_tagger() -> nn.Module:
    torch.manual_seed(3)
    return fresh(LstmTagger())


def recurrent() -> nn.Module:
    torch.manual_seed(4)
    return fresh(Recurrent())


def gru() -> nn.Module:
    torch.manual_seed(5)
    return fresh(Gru())


def tables() -> nn.Module:
    torch.manual_seed(6)
    return fresh(Tables())


def halves() -> nn.Module:
    torch.manual_seed(7)
    return fresh(Halves())


def projected() -> nn.Module:
    return Projected().eval()


def inputs(name: str, seed: int) -> tuple[torch.Tensor, ...]:
    torch.manual_seed(seed)
    if name == "lstm_tagger":
        return (torch.randn(12, 3, 16),)
    if name == "recurrent":
        return torch.randn(2, 4, 6), torch.randn(6, 2, 5), torch.randn(6, 2, 5)
    if name == "halves":
        return (100 * torch.randn(2, 3, 4),)
    if name == "gru":
        return torch.randn(7, 3, 6), torch.randn(4, 3, 5)
    return (torch.randint(0, 20, (3, 4)), torch.randint(0, 30, (11,)), torch.tensor([0, 4, 4, 9]))
