# SPDX-License-Identifier: BSL-1.0
"""From an nn.Module to files: <name>.hpp, <name>.safetensors and, for a prepared model, <name>_quantized.safetensors."""
from pathlib import Path
from typing import Any

import torch

from .files import safetensors, write_all
from .from_torch import read_model, tensor_entry
from .parameters import is_prepared, is_trained, quantized_tensors, trained_parameters
from .problems import Problems
from .write_model import header_text


def export_model(
    model: torch.nn.Module,
    inputs: list[list[int]],
    folder: str | Path,
    name: str = "",
    prepared: torch.fx.GraphModule | None = None,
    backend_config: Any = None,
    namespace: str = "exported",
) -> tuple[list[Path], list[str]]:
    """Writes the model and gives the paths of the files and remarks. `inputs` are the shapes of its inputs.

    `prepared` is the same model after prepare_fx and calibration, or after prepare_qat_fx and training, with the
    `backend_config` that it was prepared with. Raises CannotExport with everything that cannot be expressed.
    """
    problems = Problems()
    if is_prepared(model):
        problems.add("", type(model).__name__, "is a prepared model: give the float model, and this one as `prepared`")
        problems.raise_if_any()
    tree, parameters = read_model(model, inputs, name, problems)
    quantized: dict[str, torch.Tensor] = {}
    if prepared is not None:
        if not is_prepared(prepared):
            problems.add("", type(prepared).__name__, "is not a model prepared by prepare_fx or prepare_qat_fx")
            problems.raise_if_any()
        if is_trained(prepared):
            parameters = trained_parameters(model, prepared, list(parameters), problems)
        quantized = quantized_tensors(prepared, backend_config, problems)
    title = f"Written by quantype_export from {type(model).__name__} (PyTorch {torch.__version__}). Weights: {tree.name}.safetensors"
    header = header_text(tree, title, problems, namespace)
    problems.raise_if_any()

    files = {Path(folder) / f"{tree.name}.hpp": header.encode()}
    for part, tensors in {"": parameters, "_quantized": quantized}.items():
        if part == "" or tensors:
            entries = {key: tensor_entry(value) for key, value in tensors.items()}
            files[Path(folder) / f"{tree.name}{part}.safetensors"] = safetensors(entries)
    write_all(files)
    return list(files), problems.notes
