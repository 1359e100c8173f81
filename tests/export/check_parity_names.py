# SPDX-License-Identifier: BSL-1.0
"""usage: check_parity_names.py <docs/parity.md>. Looks up every public name of the installed PyTorch's FX quantization in
the parity page. Exit code 77 without PyTorch."""
import inspect
import re
import subprocess
import sys
from pathlib import Path

from run_models import python_with_torch

try:
    from torch.ao.ns import _numeric_suite_fx as numeric_suite
    from torch.ao.quantization import (backend_config, fake_quantize, observer, qconfig, qconfig_mapping, quantize_fx)
    from torch.ao.quantization.fx import custom_config
except ImportError:
    other = python_with_torch()
    if other is not None:
        sys.exit(subprocess.run([other, "-B", *sys.argv]).returncode)
    print("SKIPPED: no python3-torch; its names are not looked up in docs/parity.md")
    sys.exit(77)

# Helpers of PyTorch's own, and what eager mode or older versions need.
LEFT_OUT = set("""
    Scope ScopeContextManager NSTracer QConfigDynamic QConfigAny get_default_qconfig_dict get_default_qat_qconfig_dict
    assert_valid_qconfig add_module_to_qconfig_obs_ctr obs_or_fq_ctr_equals activation_is_memoryless
    is_reuse_input_qconfig get_tensorrt_backend_config_dict to_dict from_dict
""".split())


def names() -> set[str]:
    found: set[str] = set()
    for module in (backend_config, fake_quantize, observer, qconfig, qconfig_mapping, quantize_fx, custom_config,
                   numeric_suite):
        own = [n for n, v in vars(module).items() if getattr(v, "__module__", "") == module.__name__]
        found |= {n for n in getattr(module, "__all__", own) if not n.startswith("_")}
    classes = (backend_config.BackendConfig, backend_config.BackendPatternConfig, backend_config.DTypeConfig,
               custom_config.PrepareCustomConfig, custom_config.ConvertCustomConfig, custom_config.FuseCustomConfig,
               qconfig_mapping.QConfigMapping)
    for c in classes:
        found |= {n for n, v in inspect.getmembers(c) if not n.startswith("_") and callable(v)}
        found |= set(getattr(c, "__annotations__", {}))
    found |= set(backend_config.ObservationType.__members__)
    return found - LEFT_OUT - {"input_dtype_with_constraints", "output_dtype_with_constraints",
                               "weight_dtype_with_constraints"}


page = set(re.findall(r"\w+", Path(sys.argv[1]).read_text(encoding="utf-8")))
missing = sorted(names() - page)
for name in missing:
    print(f"FAILED: docs/parity.md does not name {name}")
print(f"{len(names())} names of PyTorch looked up, {len(missing)} missing")
sys.exit(1 if missing else 0)
