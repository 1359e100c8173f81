#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Check the files of this folder with numpy alone: formats, shapes, ranges, and the float logits.

The network is computed again from digits.safetensors in float64, by code that shares nothing with
train_digits.py; its logits must be within 1e-4 of float_logits.npy and give the recorded accuracy.
"""
import json
import pathlib
import struct
import sys

import numpy as np

HERE = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent
EPS = 1e-5  # PyTorch's default for batch norm


def read_safetensors(path):
    raw = path.read_bytes()
    (length,) = struct.unpack_from("<Q", raw)
    assert length % 8 == 0 and 8 + length <= len(raw)
    header, data, end, tensors = json.loads(raw[8 : 8 + length]), raw[8 + length :], 0, {}
    header.pop("__metadata__")
    for name, entry in header.items():
        begin, stop = entry["data_offsets"]
        assert entry["dtype"] == "F32" and begin == end and stop - begin == 4 * np.prod(entry["shape"]), name
        tensors[name] = np.frombuffer(data[begin:stop], "<f4").reshape(entry["shape"]).astype(np.float64)
        assert np.isfinite(tensors[name]).all(), name
        end = stop
    assert end == len(data)
    return tensors


def conv(x, weight, groups=1):
    """Stride 1, padding that keeps H and W; x [N, C, H, W], weight [D, C / groups, K, K]."""
    k, (n, c, h, w) = weight.shape[2], x.shape
    p = k // 2
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p))).reshape(n, groups, c // groups, h + 2 * p, w + 2 * p)
    weight = weight.reshape(groups, -1, c // groups, k, k)
    y = sum(
        np.einsum("ngchw,gdc->ngdhw", x[..., i : i + h, j : j + w], weight[..., i, j])
        for i in range(k)
        for j in range(k)
    )
    return y.reshape(n, -1, h, w)


def batch_norm(x, t, name):
    gain = t[name + ".weight"] / np.sqrt(t[name + ".running_var"] + EPS)
    shift = t[name + ".bias"] - t[name + ".running_mean"] * gain
    return x * gain[:, None, None] + shift[:, None, None]


def relu(x):
    return np.maximum(x, 0)


def forward(x, t):
    x = relu(batch_norm(conv(x, t["conv.weight"]), t, "bn"))
    y = relu(batch_norm(conv(x, t["block.conv1.weight"]), t, "block.bn1"))
    x = relu(batch_norm(conv(y, t["block.conv2.weight"]), t, "block.bn2") + x)
    x = x.reshape(len(x), 16, 4, 2, 4, 2).max(axis=(3, 5))
    x = relu(batch_norm(conv(x, t["separable.depthwise.weight"], groups=16), t, "separable.bn1"))
    x = relu(batch_norm(conv(x, t["separable.pointwise.weight"]), t, "separable.bn2"))
    return x.mean(axis=(2, 3)) @ t["fc.weight"].T + t["fc.bias"]


def load(name, dtype, shape):
    array = np.load(HERE / name, allow_pickle=False)
    assert array.dtype == dtype and array.shape == shape and array.flags.c_contiguous, name
    return array


def main():
    images, labels = load("test_images.npy", "u1", (450, 8, 8)), load("test_labels.npy", "u1", (450,))
    calibration, logits = load("calibration_images.npy", "u1", (128, 8, 8)), load("float_logits.npy", "<f4", (450, 10))
    assert images.max() == 16 and calibration.max() == 16 and labels.max() == 9
    seen = {image.tobytes() for image in images}
    assert not any(image.tobytes() in seen for image in calibration), "a calibration image is a test image"

    tensors = read_safetensors(HERE / "digits.safetensors")
    for name, tensor in tensors.items():
        print(f"{name:34} {list(tensor.shape)}")
    computed = forward(images[:, None] / 16.0, tensors)
    worst = float(np.abs(computed - logits).max())
    correct = int((computed.argmax(axis=1) == labels).sum())
    recorded = json.loads((HERE / "digits.json").read_text())["float32"]
    assert worst < 1e-4, worst
    assert correct == recorded["correct"] == int((logits.argmax(axis=1) == labels).sum())
    print(f"{len(tensors)} tensors, test images right: {correct} of {len(labels)}, worst logit difference: {worst:.2g}")


if __name__ == "__main__":
    main()
