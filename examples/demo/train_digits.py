#!/usr/bin/python3
# SPDX-License-Identifier: BSL-1.0
"""Train the demo's CNN on scikit-learn's digits and write the files of examples/demo/data.

The demo itself needs no Python; this script only makes its input. It is written for Debian 12's
python3-torch (1.13) and python3-sklearn (1.2) and runs on the CPU in well under a minute.

    /usr/bin/python3 examples/demo/train_digits.py [--out FOLDER]

The test images are used once, after training, to measure accuracy; nothing is selected by them.
The module names below are the names of the weights, and of the members of the demo's C++ struct.
"""
import argparse
import json
import pathlib
import platform
import struct

import numpy as np
import sklearn
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.ao.quantization import get_default_qconfig_mapping
from torch.ao.quantization.backend_config import get_qnnpack_backend_config
from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx

SEED = 0
EPOCHS = 80
BATCH = 64
PEAK_LEARNING_RATE = 5e-3
CALIBRATION_IMAGES = 128


class Block(nn.Module):
    """Two 3x3 convolutions with a residual; shape in = shape out = [N, channels, H, W]."""

    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu_out = nn.ReLU()

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        return self.relu_out(self.bn2(self.conv2(y)) + x)


class DepthwiseSeparable(nn.Module):
    """A 3x3 depthwise convolution, then a pointwise one: [N, c_in, H, W] -> [N, c_out, H, W]."""

    def __init__(self, c_in, c_out):
        super().__init__()
        self.depthwise = nn.Conv2d(c_in, c_in, 3, padding=1, groups=c_in, bias=False)
        self.bn1 = nn.BatchNorm2d(c_in)
        self.relu1 = nn.ReLU()
        self.pointwise = nn.Conv2d(c_in, c_out, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(c_out)
        self.relu2 = nn.ReLU()

    def forward(self, x):
        x = self.relu1(self.bn1(self.depthwise(x)))
        return self.relu2(self.bn2(self.pointwise(x)))


class DigitsNet(nn.Module):
    """Input float32 [N, 1, 8, 8] in 0..1 (pixel / 16); output the ten logits [N, 10]."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 16, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(16)
        self.relu = nn.ReLU()
        self.block = Block(16)
        self.pool = nn.MaxPool2d(2)
        self.separable = DepthwiseSeparable(16, 32)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(32, 10)

    def forward(self, x):
        x = self.relu(self.bn(self.conv(x)))
        x = self.pool(self.block(x))
        x = self.avgpool(self.separable(x))
        return self.fc(torch.flatten(x, 1))


def to_input(images):
    """uint8 [N, 8, 8] in 0..16 -> float32 [N, 1, 8, 8] in 0..1. Exact, as 16 is a power of two."""
    return torch.from_numpy(images.astype(np.float32) / 16).unsqueeze(1)


def shift_at_random(batch):
    """Move every image by -1, 0 or +1 pixel along each axis; what enters from outside is 0."""
    padded = nn.functional.pad(batch, (1, 1, 1, 1))
    offsets = torch.randint(0, 3, (len(batch), 2)).tolist()
    return torch.stack([image[:, r : r + 8, c : c + 8] for image, (r, c) in zip(padded, offsets)])


def train(net, images, labels):
    inputs, targets = to_input(images), torch.from_numpy(labels.astype(np.int64))
    steps = (len(inputs) + BATCH - 1) // BATCH
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.05)
    optimizer = torch.optim.AdamW(net.parameters(), lr=PEAK_LEARNING_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_LEARNING_RATE, epochs=EPOCHS, steps_per_epoch=steps)
    net.train()
    for epoch in range(EPOCHS):
        total = 0.0
        for chosen in torch.randperm(len(inputs)).split(BATCH):
            optimizer.zero_grad()
            loss = loss_of(net(shift_at_random(inputs[chosen])), targets[chosen])
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(chosen)
        if epoch % 10 == 9:
            print(f"epoch {epoch + 1:3d} of {EPOCHS}: training loss {total / len(inputs):.4f}", flush=True)
    net.eval()


def quantize(net, calibration):
    """PyTorch's own static int8 of `net`: engine qnnpack, default mapping, one image per observer step."""
    torch.backends.quantized.engine = "qnnpack"
    backend = get_qnnpack_backend_config()
    example = to_input(calibration[:1])
    prepared = prepare_fx(net, get_default_qconfig_mapping("qnnpack"), (example,), backend_config=backend)
    with torch.no_grad():
        for image in to_input(calibration).split(1):
            prepared(image)
    return convert_fx(prepared, backend_config=backend)


def logits_of(net, images):
    with torch.no_grad():
        return net(to_input(images)).numpy()


def accuracy(logits, labels):
    correct = int((logits.argmax(axis=1) == labels).sum())
    return {"accuracy": correct / len(labels), "correct": correct}


def write_safetensors(path, tensors):
    """8 bytes little-endian header length, JSON header padded with spaces to 8 bytes, raw float32 data."""
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, array in tensors.items():
        raw = np.ascontiguousarray(array, dtype="<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent / "data")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)

    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    digits = load_digits()
    images, labels = digits.images.astype(np.uint8), digits.target.astype(np.uint8)
    assert images.shape == (1797, 8, 8) and (images == digits.images).all() and images.max() == 16
    train_images, test_images, train_labels, test_labels = train_test_split(
        images, labels, test_size=450, random_state=SEED, stratify=labels
    )
    calibration = train_images[:CALIBRATION_IMAGES]

    net = DigitsNet()
    train(net, train_images, train_labels)
    float_logits = logits_of(net, test_images)
    int8_logits = logits_of(quantize(net, calibration), test_images)

    state = {k: v.numpy() for k, v in net.state_dict().items() if not k.endswith("num_batches_tracked")}
    write_safetensors(out / "digits.safetensors", state)
    np.save(out / "test_images.npy", test_images)
    np.save(out / "test_labels.npy", test_labels)
    np.save(out / "calibration_images.npy", calibration)
    np.save(out / "float_logits.npy", float_logits)

    differing = int((float_logits.argmax(axis=1) != int8_logits.argmax(axis=1)).sum())
    summary = {
        "format_version": 1,
        "seed": SEED,
        "epochs": EPOCHS,
        "images": {"train": len(train_images), "test": len(test_images), "calibration": len(calibration)},
        "parameters": sum(p.numel() for p in net.parameters()),
        "float32": accuracy(float_logits, test_labels),
        "pytorch_int8": {
            "engine": "qnnpack",
            "qconfig_mapping": "get_default_qconfig_mapping('qnnpack')",
            "backend_config": "get_qnnpack_backend_config()",
            "calibration_batch": 1,
            **accuracy(int8_logits, test_labels),
            "predictions_differing_from_float32": differing,
        },
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
            "sklearn": sklearn.__version__,
        },
    }
    (out / "digits.json").write_text(json.dumps(summary, indent=2) + "\n")
    print(json.dumps(summary, indent=2))


if __name__ == "__main__":
    main()
