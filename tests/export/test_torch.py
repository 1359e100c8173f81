#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The exporter on nn.Modules: what it reads with torch.fx, what it refuses, prepared and trained models, backends."""
import copy
import json
import re
import shlex
import struct
import subprocess
import sys
import tempfile
import unittest
import warnings
from pathlib import Path

import torch
from torch import nn
from torch.ao.quantization import (QConfigMapping, default_dynamic_qconfig, get_default_qat_qconfig_mapping,
                                   get_default_qconfig_mapping)
from torch.ao.quantization import backend_config as configs
from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx, prepare_qat_fx

SOURCE = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(SOURCE / "tools"), str(Path(__file__).resolve().parent)]
import sequence_models  # noqa: E402
from quantype_export.backend import backend_text  # noqa: E402
from quantype_export.backend_from_torch import from_torch  # noqa: E402
from quantype_export import mapping_from_torch  # noqa: E402
from quantype_export.export import export_model  # noqa: E402
from quantype_export.mapping import export_mapping  # noqa: E402
from quantype_export.model import Indices  # noqa: E402
from quantype_export.parameters import quantized_tensors  # noqa: E402
from quantype_export.problems import CannotExport, Problems  # noqa: E402


def read_safetensors(path: Path) -> dict[str, torch.Tensor]:
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    kinds = {"F32": torch.float32, "I8": torch.int8, "I32": torch.int32}
    result = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        first, last = entry["data_offsets"]
        part = bytearray(data[8 + length + first : 8 + length + last])
        result[name] = torch.frombuffer(part, dtype=kinds[entry["dtype"]]).reshape(entry["shape"])
    return result


class ConvNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, bias=False)
        self.bn = nn.BatchNorm2d(4)
        self.relu = nn.ReLU()
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        return self.fc(self.relu(self.bn(self.conv(x))).mean([2, 3]))


class Unspeakable(nn.Module):
    """Nothing of this can be written in C++."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(4, 4)
        self.bilinear = nn.Bilinear(4, 4, 4)
        self.conv = nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect")
        self.blocks = nn.ModuleList([nn.ReLU(), nn.ReLU()])
        self.scale = nn.Parameter(torch.ones(4))
        self.unused = nn.GELU()

    def forward(self, x):
        y, _ = self.lstm(x * self.scale)
        return torch.erf(self.conv(self.blocks[1](self.bilinear(y, y))))


class Branching(nn.Module):
    def forward(self, x):
        return x if x.sum() > 0 else -x


class InTurn(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4)])

    def forward(self, x, scale: float = 2.0):
        for layer in self.layers:
            x = layer(x)
        return (x * scale).view(x.shape[0], -1)


class Exporting(unittest.TestCase):
    def setUp(self) -> None:
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        torch.backends.quantized.engine = "qnnpack"
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = Path(place.name)

    def header(self, name: str) -> str:
        return (self.folder / f"{name}.hpp").read_text()

    def test_a_list_called_in_turn_is_a_sequential(self) -> None:
        export_model(InTurn(), [[2, 4]], self.folder, "net")
        text = self.header("net")
        self.assertIn("qz::sequential<nn::linear<4, 4>, nn::relu, nn::linear<4, 4>> layers;", text)
        self.assertIn("const auto mul = layers_2 * 2.0;\n        return mul.view({layers_2.size(0), -1});", text)
        self.assertEqual(list(read_safetensors(self.folder / "net.safetensors")),
                         ["layers.0.weight", "layers.0.bias", "layers.2.weight", "layers.2.bias"])

    def test_weights_are_those_of_the_state_dict(self) -> None:
        m = ConvNet().eval()
        export_model(m, [[1, 3, 8, 8]], self.folder, "net")
        written = read_safetensors(self.folder / "net.safetensors")
        expected = {k: v for k, v in m.state_dict().items() if not k.endswith("num_batches_tracked")}
        self.assertEqual(set(written), set(expected))
        self.assertTrue(all(torch.equal(written[k], v) for k, v in expected.items()))

    def test_everything_refused_is_named_and_nothing_written(self) -> None:
        with self.assertRaises(CannotExport) as caught:
            export_model(Unspeakable(), [[1, 1, 4]], self.folder, "net")
        told = str(caught.exception)
        for part in ("bilinear: torch.nn.Bilinear: quantype has no module for this class",
                     "conv: torch.nn.Conv2d: padding_mode 'reflect'",
                     "blocks: torch.nn.ModuleList: its modules are called one by one",
                     "the model: operator.mul (mul): reads the parameter scale",
                     "the model: torch.erf (erf): quantype has no such function"):
            self.assertIn(part, told)
        self.assertNotIn("GELU", told)  # not called
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_untraceable(self) -> None:
        with self.assertRaisesRegex(CannotExport, "the model: .*Branching: torch.fx cannot trace its forward: .*control flow"):
            export_model(Branching(), [[1]], self.folder, "net")

    def test_values_changed_in_place_are_refused_when_read_again(self) -> None:
        class Changed(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.relu = nn.ReLU(inplace=True)

            def forward(self, x):
                y = x * 2
                z = self.relu(y)
                w = nn.functional.relu6(z, inplace=True)
                w += z
                return w + y + x

        with self.assertRaises(CannotExport) as caught:
            export_model(Changed().eval(), [[1, 4]], self.folder, "changed")
        self.assertEqual([str(p).split(": ")[1] for p in caught.exception.problems],
                         ["module relu (relu)", "torch.nn.functional.relu6 (relu6)"])

    def test_shared_weights_are_refused(self) -> None:
        m = nn.Sequential(nn.Sequential(nn.Linear(2, 2)), nn.Sequential(nn.Linear(2, 2)))
        m[1][0] = m[0][0]
        with self.assertRaisesRegex(CannotExport, "is the same object as 0.0"):
            export_model(m, [[1, 2]], self.folder, "net")

    def test_recurrent_layers(self) -> None:
        export_model(sequence_models.recurrent(), [[2, 4, 6], [6, 2, 5], [6, 2, 5]], self.folder, "net")
        text = self.header("net")
        self.assertIn("nn::lstm<6, 5, nn::layers<3>, nn::bidirectional, nn::batch_first> lstm;", text)
        self.assertIn("lstm(x, qz::tuple(h0, c0))", text)
        self.assertIn("nn::rnn_cell<9, 7, nn::relu_nonlinearity> relu_cell;", text)
        with self.assertRaisesRegex(CannotExport, r"lstm: torch.nn.LSTM: a projection \(proj_size\)"):
            export_model(sequence_models.projected(), [[5, 1, 16]], self.folder, "net")

    def test_tables(self) -> None:
        export_model(sequence_models.tables(), [Indices([3, 4]), Indices([11]), Indices([4])], self.folder, "net")
        self.assertIn("using inputs = qz::inputs<qz::i64<3, 4>, qz::i64<11>, qz::i64<4>>;", self.header("net"))
        with self.assertRaisesRegex(CannotExport, "the model: torch.nn.EmbeddingBag: mode 'mean'; only 'sum'"):
            export_model(nn.EmbeddingBag(4, 2), [Indices([2, 3])], self.folder, "bag")

    def test_codes_of_a_dynamic_lstm(self) -> None:
        m, backend = sequence_models.lstm_tagger(), configs.get_qnnpack_backend_config()
        prepared = prepare_fx(m, QConfigMapping().set_global(default_dynamic_qconfig), (torch.zeros(5, 1, 16),),
                              backend_config=backend)
        written = quantized_tensors(prepared, backend, Problems())
        lstm = convert_fx(copy.deepcopy(prepared), backend_config=backend).lstm
        for name, weight in lstm.get_weight().items():
            self.assertTrue(torch.equal(written[f"lstm.{name}"], weight.int_repr()))
            self.assertAlmostEqual(written[f"lstm.{name}_scale"].item(), weight.q_scale(), places=12)
        for name, bias in lstm.get_bias().items():
            self.assertTrue(torch.equal(written[f"lstm.{name}"], bias))
        self.assertEqual(len([name for name in written if name.endswith("_scale")]), 5)

    def test_uncalibrated(self) -> None:
        m = ConvNet().eval()
        backend = configs.get_qnnpack_backend_config()
        prepared = prepare_fx(copy.deepcopy(m), get_default_qconfig_mapping("qnnpack"), (torch.zeros(1, 3, 8, 8),),
                              backend_config=backend)
        with self.assertRaisesRegex(CannotExport, "activation_post_process_0: .*has seen nothing"):
            export_model(m, [[1, 3, 8, 8]], self.folder, "net", prepared, backend)
        with self.assertRaisesRegex(CannotExport, "is a prepared model"):
            export_model(prepared, [[1, 3, 8, 8]], self.folder, "net")

    def check_codes(self, prepared, backend) -> dict[str, torch.Tensor]:
        """The written codes are those that PyTorch's own conversion packs."""
        written = read_safetensors(self.folder / "net_quantized.safetensors")
        converted = convert_fx(copy.deepcopy(prepared), backend_config=backend)
        for path in ("conv", "fc"):
            q = converted.get_submodule(path)
            weight = q.weight()
            self.assertTrue(torch.equal(written[f"{path}.weight"], weight.int_repr()))
            self.assertTrue(torch.equal(written[f"{path}.bias"], q.bias()))
            self.assertEqual(q.scale, written["activation_post_process_1.scale"].item() if path == "conv" else q.scale)
        return written

    def test_prepared(self) -> None:
        m = ConvNet().eval()
        backend = configs.get_native_backend_config()
        prepared = prepare_fx(copy.deepcopy(m), get_default_qconfig_mapping("x86"), (torch.zeros(1, 3, 8, 8),),
                              backend_config=backend)
        prepared(torch.randn(4, 3, 8, 8))
        export_model(m, [[1, 3, 8, 8]], self.folder, "net", prepared, backend)
        written = self.check_codes(prepared, backend)
        self.assertEqual(written["conv.weight_scale"].shape, (4,))

    def test_trained(self) -> None:
        m = ConvNet()
        start = copy.deepcopy(m.state_dict())
        backend = configs.get_qnnpack_backend_config()
        prepared = prepare_qat_fx(copy.deepcopy(m).train(), get_default_qat_qconfig_mapping("qnnpack"),
                                  (torch.zeros(1, 3, 8, 8),), backend_config=backend)
        step = torch.optim.SGD(prepared.parameters(), 0.1)
        for _ in range(3):
            step.zero_grad()
            prepared(torch.randn(8, 3, 8, 8)).square().sum().backward()
            step.step()
        prepared.eval()
        export_model(m.eval(), [[1, 3, 8, 8]], self.folder, "net", prepared, backend)
        written = self.check_codes(prepared, backend)
        state = prepared.state_dict()
        for n in range(4):
            name = f"activation_post_process_{n}"
            if f"{name}.scale" in state:
                # Conversion computes the scale anew from the range; the fused fake-quantize's own may differ by a bit.
                torch.testing.assert_close(written[f"{name}.scale"], state[f"{name}.scale"].reshape(-1), rtol=1e-6, atol=0)
                self.assertEqual(written[f"{name}.zero_point"], state[f"{name}.zero_point"])
                self.assertEqual(written[f"{name}.min_val"], state[f"{name}.activation_post_process.min_val"])
        floats = read_safetensors(self.folder / "net.safetensors")
        self.assertTrue(torch.equal(floats["conv.weight"], state["conv.weight"]))
        self.assertTrue(torch.equal(floats["bn.running_mean"], state["conv.bn.running_mean"]))
        self.assertFalse(torch.equal(floats["conv.weight"], start["conv.weight"]))

    def test_backends_of_this_pytorch(self) -> None:
        """Every pattern has a C++ form; the recorded tables, of another PyTorch, are compared by export_tables."""
        for getter in (n for n in dir(configs) if n.startswith("get_") and n.endswith("backend_config")):
            problems = Problems()
            table = from_torch(getattr(configs, getter)(), problems)
            text = backend_text(table, "mine", problems, "exported", "A test.")
            self.assertEqual([str(p) for p in problems.found], [], getter)
            self.assertEqual(text.count("qb::row<"), len(table["patterns"]))


class Page(unittest.TestCase):
    """docs/from_pytorch.md: each command does what the page says, and gives the files of the example."""

    def test_commands(self) -> None:
        page = (SOURCE / "docs" / "from_pytorch.md").read_text()
        commands = re.findall(r"```sh\n(.*?)\n```", page, re.DOTALL)
        self.assertEqual(len(commands), 4)
        with tempfile.TemporaryDirectory() as folder:
            for command in commands:
                words = [w.replace("out/", f"{folder}/") if w.startswith("out/") else w for w in shlex.split(command)]
                words = [sys.executable, "-B", "-W", "ignore"] + [folder if w == "out" else w for w in words[1:]]
                done = subprocess.run(words, cwd=SOURCE, capture_output=True, text=True)
                if "projected" in command:
                    self.assertEqual(done.returncode, 1)
                    self.assertIn(done.stderr, page)
                else:
                    self.assertEqual((done.returncode, done.stderr), (0, ""))
            for file in Path(folder).iterdir():
                kept = SOURCE / "examples" / "04_from_pytorch" / file.name
                if file.suffix == ".hpp":  # the first line names PyTorch's version
                    self.assertEqual(file.read_text().splitlines()[1:], kept.read_text().splitlines()[1:])
                elif torch.__version__.startswith("1.13"):
                    self.assertEqual(file.read_bytes(), kept.read_bytes())


class Mappings(unittest.TestCase):
    def test_a_mapping_is_read_level_by_level(self) -> None:
        q = get_default_qconfig_mapping("x86").global_qconfig
        mapping = QConfigMapping().set_global(q).set_object_type(torch.add, None).set_object_type("reshape", q)
        mapping.set_module_name_regex("a.*", None).set_module_name("fc", default_dynamic_qconfig)
        mapping.set_module_name_object_type_order("body", nn.Conv2d, 1, None)
        found = mapping_from_torch.from_torch(mapping)
        self.assertEqual(found["global"], {
            "activation": {"class": "torch.ao.quantization.HistogramObserver", "reduce_range": True},
            "weight": {"class": "torch.ao.quantization.PerChannelMinMaxObserver", "dtype": "qint8",
                       "qscheme": "per_channel_symmetric"}})
        self.assertEqual([entry[0] for entry in found["object_type"]], ["torch.add", "method:reshape"])
        self.assertEqual(found["module_name_regex"], [["a.*", None]])
        dynamic = found["module_name"][0][1]["activation"]
        self.assertEqual((dynamic["class"], dynamic["dtype"], dynamic["is_dynamic"]),
                         ("torch.ao.quantization.PlaceholderObserver", "quint8", True))
        self.assertNotIn("compute_dtype", dynamic)
        self.assertEqual(found["module_name_object_type_order"], [["body", "torch.nn.Conv2d", 1, None]])

    def test_trained_mappings_become_headers(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for engine in ("x86", "qnnpack"):
                path = Path(folder) / f"{engine}.hpp"
                export_mapping(get_default_qat_qconfig_mapping(engine), path, engine)
                self.assertIn("fused_moving_avg_obs_fake_quantize(qz::moving_average_min_max_observer())",
                              path.read_text())


if __name__ == "__main__":
    unittest.main()
