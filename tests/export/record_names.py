# SPDX-License-Identifier: BSL-1.0
"""usage: record_names.py FOLDER [SAMPLES]. Quantizes the model of name_models.py in PyTorch under the engine qnnpack.

Writes the exporter's files, the backend, and what the float and the quantized model give, for names.cpp."""
import copy
import sys
import warnings
from pathlib import Path

import torch
from torch import nn
from torch.ao.quantization import float_qparams_weight_only_qconfig, get_default_qconfig_mapping
from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "tools"), str(Path(__file__).resolve().parent)]
import name_models as models  # noqa: E402
from quantype_export.backend import export_backend  # noqa: E402
from quantype_export.export import export_model  # noqa: E402
from quantype_export.files import safetensors, write_all  # noqa: E402
from quantype_export.from_torch import tensor_entry  # noqa: E402
from quantype_export.model import Indices  # noqa: E402


@torch.no_grad()
def main(folder: Path, samples: int) -> None:
    warnings.simplefilter("ignore")
    torch.backends.quantized.engine = "qnnpack"
    model, backend = models.names(), models.backend()
    mapping = get_default_qconfig_mapping("qnnpack")
    mapping.set_object_type(nn.functional.embedding, float_qparams_weight_only_qconfig)
    prepared = prepare_fx(copy.deepcopy(model), mapping, models.inputs(0), backend_config=backend)
    for seed in range(100, 104):
        prepared(*models.inputs(seed))
    x, indices = models.inputs(0)
    export_model(model, [list(x.shape), Indices(indices.shape)], folder, "names", prepared, backend)
    export_backend(backend, folder / "names_backend.hpp", "names_backend")
    converted = convert_fx(prepared, backend_config=backend)
    for kind, one in (("float", model), ("quantized", converted)):
        tensors = {}
        for sample in range(samples):
            inputs = models.inputs(200 + sample)
            tensors |= {f"{sample}.input.{i}": t for i, t in enumerate(inputs)}
            tensors |= {f"{sample}.output.{i}": t for i, t in enumerate(one(*inputs))}
        entries = {key: tensor_entry(t) for key, t in tensors.items()}
        write_all({folder / f"expected_{kind}.safetensors": safetensors(entries)})


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10)
