# SPDX-License-Identifier: BSL-1.0
"""usage: record_features.py FOLDER. Exports the model `features` of models.py and the backends of this PyTorch, and
writes what the float model gives, for features.cpp."""
import sys
import warnings
from pathlib import Path

import torch
from torch.ao.quantization import backend_config as configs

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "tools"), str(Path(__file__).resolve().parent)]
import models  # noqa: E402
from quantype_export.backend import export_backend  # noqa: E402
from quantype_export.export import export_model  # noqa: E402
from quantype_export.files import safetensors, write_all  # noqa: E402
from quantype_export.from_torch import tensor_entry  # noqa: E402


def main(folder: Path) -> None:
    warnings.simplefilter("ignore")
    model = models.features()
    export_model(model, [[1, 2, 8, 8]] * 2, folder, "features")
    generator = torch.Generator().manual_seed(1)
    inputs = [torch.randn(1, 2, 8, 8, generator=generator) for _ in range(2)]
    with torch.no_grad():
        outputs = model(*inputs)
    tensors = {f"input.{i}": x for i, x in enumerate(inputs)} | {f"output.{i}": y for i, y in enumerate(outputs)}
    write_all({folder / "expected.safetensors": safetensors({k: tensor_entry(t) for k, t in tensors.items()})})
    for name in ("native", "qnnpack", "fbgemm", "tensorrt"):
        export_backend(getattr(configs, f"get_{name}_backend_config")(), folder / f"{name}.hpp", f"{name}_here")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
