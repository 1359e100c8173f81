# SPDX-License-Identifier: BSL-1.0
"""usage: record_sequences.py FOLDER [SAMPLES]. Quantizes the models of sequence_models.py in PyTorch, each in its modes, under the
engine qnnpack; writes the exporter's files, and what PyTorch gives, for sequences.cpp."""
import copy
import sys
import warnings
from pathlib import Path

import torch
from torch import nn
from torch.ao.nn.quantized import reference
from torch.ao.quantization import (QConfigMapping, default_dynamic_qconfig, float16_static_qconfig,
                                   float_qparams_weight_only_qconfig, float_qparams_weight_only_qconfig_4bit,
                                   get_default_qconfig_mapping, quantize_dynamic)
from torch.ao.quantization import backend_config as configs
from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "tools"), str(Path(__file__).resolve().parent)]
import sequence_models as models  # noqa: E402
from quantype_export.backend import export_backend  # noqa: E402
from quantype_export.export import export_model  # noqa: E402
from quantype_export.files import safetensors, write_all  # noqa: E402
from quantype_export.from_torch import tensor_entry  # noqa: E402
from quantype_export.model import Indices  # noqa: E402

MAPPINGS = {
    ("lstm_tagger", "dynamic"): QConfigMapping().set_global(default_dynamic_qconfig),
    ("lstm_tagger", "static_fc"): get_default_qconfig_mapping("qnnpack").set_object_type(nn.LSTM, default_dynamic_qconfig),
    ("recurrent", "dynamic"): QConfigMapping().set_global(default_dynamic_qconfig),
    ("tables", "weight_only"): QConfigMapping().set_global(default_dynamic_qconfig)
    .set_object_type(nn.Embedding, float_qparams_weight_only_qconfig)
    .set_object_type(nn.EmbeddingBag, float_qparams_weight_only_qconfig_4bit),
}


def shapes(inputs) -> list:
    return [list(x.shape) if x.is_floating_point() else Indices(x.shape) for x in inputs]


def halves(model: nn.Module) -> nn.Module:
    """float16 weights: this PyTorch has no kernel for them under qnnpack; what its kernel computes is the float model
    with weights rounded to half."""
    model = copy.deepcopy(model)
    for name, p in model.named_parameters():
        if "weight" in name:
            p.data = p.data.half().float()
    return model


def half_backend() -> configs.BackendConfig:
    """A backend with static float16, which none of PyTorch's own tables has."""
    half = configs.DTypeConfig(torch.float16, torch.float16, torch.float16, torch.float16)
    linear = configs.BackendPatternConfig(nn.Linear).add_dtype_config(half).set_root_module(nn.Linear)
    linear.set_reference_quantized_module(reference.Linear)
    flatten = configs.BackendPatternConfig(torch.flatten).add_dtype_config(half)
    flatten.set_observation_type(configs.ObservationType.OUTPUT_SHARE_OBSERVER_WITH_INPUT)
    return configs.BackendConfig("half").set_backend_pattern_configs([linear, flatten])


def converted(name: str, mode: str, model: nn.Module, folder: Path):
    """PyTorch's quantized model; writes the exporter's files."""
    inputs = models.inputs(name, 0)
    if mode == "static_half":
        prepared = prepare_fx(copy.deepcopy(model), QConfigMapping().set_global(float16_static_qconfig), inputs,
                              backend_config=half_backend())
        export_model(model, shapes(inputs), folder, name)
        export_backend(half_backend(), folder / "half_backend.hpp", "half_backend")
        return convert_fx(prepared, backend_config=half_backend())
    if (name, mode) not in MAPPINGS:
        export_model(model, shapes(inputs), folder, name)
        return {"float": model, "half": halves(model),
                "eager": quantize_dynamic(copy.deepcopy(model), {nn.GRU})}[mode]
    backend = configs.get_qnnpack_backend_config()
    prepared = prepare_fx(copy.deepcopy(model), MAPPINGS[name, mode], inputs, backend_config=backend)
    with torch.no_grad():
        for seed in range(100, 104):
            prepared(*models.inputs(name, seed))
    export_model(model, shapes(inputs), folder, name, prepared, backend)
    return convert_fx(prepared, backend_config=backend)


def main(folder: Path, samples: int) -> None:
    warnings.simplefilter("ignore")
    torch.backends.quantized.engine = "qnnpack"
    runs = [*MAPPINGS, ("gru", "eager"), *[(n, "float") for n in ("recurrent", "gru", "tables")],
            ("halves", "static_half"), ("lstm_tagger", "half"), ("recurrent", "half"), ("gru", "half")]
    for name, mode in runs:
        model = getattr(models, name)()
        quantized = converted(name, mode, model, folder / mode)
        tensors = {}
        for sample in range(samples):
            inputs = models.inputs(name, 200 + sample)
            with torch.no_grad():
                outputs = quantized(*inputs)
            outputs = outputs if isinstance(outputs, tuple) else (outputs,)
            tensors |= {f"{sample}.input.{i}": x for i, x in enumerate(inputs)}
            tensors |= {f"{sample}.output.{i}": y for i, y in enumerate(outputs)}
        entries = {key: tensor_entry(t) for key, t in tensors.items()}
        write_all({folder / mode / f"{name}_expected.safetensors": safetensors(entries)})


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10)
