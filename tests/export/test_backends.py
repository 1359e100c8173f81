#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What the exporter writes for a backend and for a mapping, without torch."""
import copy
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / "tools"
sys.path.insert(0, str(TOOLS))
from quantype_export.backend import backend_text, export_backend, forward_order, pattern_text  # noqa: E402
from quantype_export.mapping import export_mapping, mapping_text  # noqa: E402
from quantype_export.problems import CannotExport, Problems  # noqa: E402

FREE = {key: None for key in ("quant_min_lower_bound", "quant_max_upper_bound", "scale_min_lower_bound",
                              "scale_max_upper_bound", "scale_exact_match", "zero_point_exact_match")}
ROW = {"pattern_tree": ["torch.nn.ReLU", "torch.nn.Linear"], "observation_type": "OUTPUT_SHARE_OBSERVER_WITH_INPUT",
       "dtype_config_ids": [0], "root_module": "torch.nn.Linear", "qat_module": None, "reference_quantized_module": None,
       "fused_module": "torch.ao.nn.intrinsic.LinearReLU", "fuser_method": "sequential:torch.ao.nn.intrinsic.LinearReLU",
       "num_tensor_args_to_observation_type": {"1": "INPUT_OUTPUT_NOT_OBSERVED"}, "input_type_to_index": {"weight": 1},
       "root_node_getter": None, "extra_inputs_getter": None}
TABLE = {"name": "mine", "patterns": [ROW],
         "dtype_configs": [{"input": FREE | {"dtype": "quint8", "scale_min_lower_bound": 0.00390625},
                            "output": FREE | {"dtype": "quint8"}, "weight": FREE | {"dtype": None},
                            "bias_dtype": "float32", "is_dynamic": None}]}


def table(**changes) -> dict:
    t = copy.deepcopy(TABLE)
    t["patterns"][0].update(changes)
    return t


class Backend(unittest.TestCase):
    def text(self, source: dict) -> tuple[str, list[str]]:
        problems = Problems()
        text = backend_text(source, "mine", problems, "exported", "A test.")
        return text, [str(p) for p in problems.found]

    def test_a_row(self) -> None:
        text, problems = self.text(TABLE)
        self.assertEqual(problems, [])
        for part in ("qb::on<nn::linear<>, nn::relu>", "qb::dtype_configs<quint8_constrained>", "qb::shared",
                     "qb::root<nn::linear<>>", "qb::fused<nn::intrinsic::linear_relu>",
                     "qb::fused_by<fusers::sequential<nn::intrinsic::linear_relu>>", "qb::arguments<1, -1>",
                     "qz::property::observation_for_tensor_args<1, qz::observation_type::input_output_not_observed>",
                     "qz::dtype_with_constraints(qz::quint8).scale_min(0.00390625);",
                     "bias_dtype = qz::float32;", "struct mine : decltype(quantype::backend_config<\"mine\">()"):
            self.assertIn(part, text)
        self.assertNotIn("weight_dtype", text)

    def test_patterns(self) -> None:
        self.assertEqual(forward_order(["c", ["b", "a"]]), ["a", "b", "c"])
        self.assertIsNone(forward_order(["torch.add", "torch.nn.Conv2d", "*"]))
        self.assertEqual(pattern_text(["torch.add", "*", "torch.nn.Conv2d"]),
                         "qz::tree<fn::torch_add, qz::match_all, nn::conv2d<>>")

    def test_refusals_come_together(self) -> None:
        source = table(pattern_tree="torch.nn.Unheard")
        source["patterns"].append(copy.deepcopy(ROW) | {"fuser_method": "my_fuser"})
        self.assertEqual(self.text(source)[1], [
            "pattern torch.nn.Unheard: torch.nn.Unheard: quantype's vocabulary has no such op",
            "pattern torch.nn.Linear, torch.nn.ReLU: torch.nn.ReLU: the fuser my_fuser is a Python function; write it in "
            "C++ and add this pattern by hand"])

    def test_nothing_is_written_when_refused(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "mine.hpp"
            with self.assertRaises(CannotExport):
                export_backend(table(root_module="torch.nn.Unheard"), path)
            self.assertFalse(path.exists())

    def test_the_command(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "mine.json"
            path.write_text('{"name": "mine", "dtype_configs": [], "patterns": [{"pattern_tree": "torch.nn.Unheard", '
                            '"observation_type": "OUTPUT_SHARE_OBSERVER_WITH_INPUT", "dtype_config_ids": []}]}')
            done = subprocess.run([sys.executable, "-B", str(TOOLS / "quantype_export"), "backend", str(path), "--out",
                                   str(Path(folder) / "mine.hpp")], capture_output=True, text=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn("1 thing cannot be expressed; nothing was written", done.stderr)
            self.assertEqual([p.name for p in Path(folder).iterdir()], ["mine.json"])


PLAIN = {"activation": {"class": "torch.ao.quantization.HistogramObserver", "reduce_range": True},
         "weight": {"class": "torch.ao.quantization.FakeQuantize", "quant_min": -128, "eps": 0.5,
                    "observer": {"class": "torch.ao.quantization.MinMaxObserver", "dtype": "qint8"}}}


class Mapping(unittest.TestCase):
    def text(self, source: dict) -> tuple[str, list[str]]:
        problems = Problems()
        return mapping_text(source, "mine", problems, "exported", "A test."), [str(p) for p in problems.found]

    def test_all_levels(self) -> None:
        text, problems = self.text({"name": "mine", "global": PLAIN, "object_type": [["operator.add", None]],
                                    "module_name_regex": [["layer\\.1", PLAIN]], "module_name": [["fc", None]],
                                    "module_name_object_type_order": [["body", "torch.nn.Linear", 2, PLAIN]]})
        self.assertEqual(problems, [])
        for part in ("qz::histogram_observer().reduce_range(true)", ".set_global(qconfig_0)",
                     "qz::fake_quantize(qz::min_max_observer().dtype(qz::qint8)).quant_min(-128).eps(0.5)",
                     ".set_object_type<fn::add>(qz::no_qconfig)", '.set_module_name("fc", qz::no_qconfig)',
                     '.set_module_name_regex<qz::regex<"layer\\\\.1">>(qconfig_0)', "#include <quantype/qconfig/regex.hpp>",
                     '.set_module_name_object_type_order<nn::linear<>>("body", 2, qconfig_0)'):
            self.assertIn(part, text)
        self.assertNotIn("qconfig_1", text)

    def test_refusals_come_together(self) -> None:
        bad = {"activation": {"class": "mine.Observer"}, "weight": PLAIN["weight"]}
        worse = {"activation": PLAIN["activation"], "weight": PLAIN["weight"] | {"quant_max": "big"}}
        with self.assertRaises(CannotExport) as caught:
            export_mapping({"global": bad, "object_type": [["torch.nn.Unheard", None], ["operator.add", worse]]},
                           "/nonexistent/mapping.hpp")
        found = [str(p) for p in caught.exception.problems]
        self.assertEqual(len(found), 3)
        for part, text in zip(("mine.Observer is no observer", "no such op", "quant_max='big'"), found):
            self.assertIn(part, text)


if __name__ == "__main__":
    unittest.main()
