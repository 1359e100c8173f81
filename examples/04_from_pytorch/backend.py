# SPDX-License-Identifier: BSL-1.0
import torch
from torch import nn
from torch.ao.nn.quantized import reference
from torch.ao.quantization.backend_config import (BackendConfig, BackendPatternConfig, DTypeConfig,
                                                  DTypeWithConstraints, ObservationType)


def small_dsp():
    """Convolutions and linear layers with 7-bit activations; everything else stays float."""
    activation = DTypeWithConstraints(torch.quint8, quant_min_lower_bound=0, quant_max_upper_bound=127)
    int8 = DTypeConfig(activation, activation, torch.qint8, torch.float)
    backend = BackendConfig("small_dsp")
    for module, quantized in ((nn.Conv2d, reference.Conv2d), (nn.Linear, reference.Linear)):
        backend.set_backend_pattern_config(
            BackendPatternConfig(module)
            .set_observation_type(ObservationType.OUTPUT_USE_DIFFERENT_OBSERVER_AS_INPUT)
            .add_dtype_config(int8)
            .set_root_module(module)
            .set_reference_quantized_module(quantized))
    return backend
