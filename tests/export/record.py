# SPDX-License-Identifier: BSL-1.0
"""usage: record.py MODEL CONFIG FOLDER. Quantizes a model of models.py in PyTorch and writes what a test compares with.

CONFIG is qnnpack (qnnpack's table and mapping), native_x86 (x86's mapping on the native table) or qnnpack_qat (as the
first, trained for a few steps with fake quantization); all run under the engine qnnpack. Writes the exporter's files, and expected.safetensors: inputs, every quantized value, outputs.
"""
import copy
import json
import sys
import warnings
from pathlib import Path

import torch
from torch.ao.quantization import backend_config as configs
from torch.ao.quantization import get_default_qat_qconfig_mapping, get_default_qconfig_mapping
from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx, prepare_qat_fx

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "tools"), str(Path(__file__).resolve().parent)]
import models  # noqa: E402
from quantype_export.export import export_model  # noqa: E402
from quantype_export.files import safetensors, write_all  # noqa: E402
from quantype_export.from_torch import target_name, tensor_entry  # noqa: E402

CONFIGS = {
    "qnnpack": ("qnnpack", configs.get_qnnpack_backend_config),
    "native_x86": ("x86", configs.get_native_backend_config),
    "qnnpack_qat": ("qnnpack", configs.get_qnnpack_backend_config),
}
SAMPLES = 2


class Recorder(torch.fx.Interpreter):
    """Runs a converted model and keeps the codes of every quantized value.

    PyTorch's mobile clamp (relu6) misplaces the values of an image that lies channels last in memory: its input is made
    contiguous first, so that the right values are compared.
    """

    def call_module(self, target, args, kwargs):
        if isinstance(self.fetch_attr(target), torch.nn.ReLU6):
            args = tuple(a.contiguous() for a in args)
        return super().call_module(target, args, kwargs)

    def run_node(self, n):
        result = super().run_node(n)
        if isinstance(result, torch.Tensor) and result.is_quantized:
            self.codes[n.name] = result.int_repr()
        return result

    def record(self, x):
        self.codes = {}
        return self.run(x)


def target_of(n) -> str:
    if n.op == "call_function" and type(n.target).__name__ in ("OpOverload", "OpOverloadPacket"):
        return f"torch.ops.{n.target}".removesuffix(".default")
    return target_name(n.target)


def calibrated(model, mapping: str, backend_config):
    prepared = prepare_fx(model, get_default_qconfig_mapping(mapping), (models.images(1, 0),),
                          backend_config=backend_config)
    with torch.no_grad():
        for seed in range(3):
            prepared(models.images(4, 100 + seed))
    return prepared


def trained(model, mapping: str, backend_config):
    """A few steps towards made-up labels: enough that weights, batch norms and ranges move."""
    prepared = prepare_qat_fx(model.train(), get_default_qat_qconfig_mapping(mapping), (models.images(1, 0),),
                              backend_config=backend_config)
    steps = torch.optim.SGD(prepared.parameters(), 0.01)
    for seed in range(4):
        steps.zero_grad()
        labels = torch.arange(4) % models.CLASSES
        torch.nn.functional.cross_entropy(prepared(models.images(4, 100 + seed)), labels).backward()
        steps.step()
    return prepared.eval()


def main(model_name: str, config: str, folder: Path) -> None:
    warnings.simplefilter("ignore")
    torch.backends.quantized.engine = "qnnpack"
    mapping, table = CONFIGS[config]
    backend_config = table()
    model = getattr(models, model_name)()
    prepared = (trained if config.endswith("qat") else calibrated)(copy.deepcopy(model), mapping, backend_config)
    export_model(model, [[1, 3, models.SIZE, models.SIZE]], folder, model_name, prepared, backend_config)

    converted = convert_fx(copy.deepcopy(prepared), backend_config=backend_config)
    calls = [n for n in converted.graph.nodes if n.op in ("call_module", "call_function", "call_method")]
    nodes = [{"name": n.name, "target": target_of(n)} for n in calls]
    tensors = {}
    recorder = Recorder(converted)
    for sample in range(SAMPLES):
        x = models.images(1, 200 + sample)
        with torch.no_grad():
            tensors[f"{sample}.input"] = x
            tensors[f"{sample}.output"] = recorder.record(x)
            tensors.update({f"{sample}.{name}": codes for name, codes in recorder.codes.items()})
    entries = {name: tensor_entry(t) for name, t in tensors.items()}
    write_all({folder / "expected.safetensors": safetensors(entries), folder / "nodes.json": json.dumps(nodes).encode()})


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
