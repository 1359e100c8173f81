#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""usage: write_tables.py FOLDER_OF_JSON OUTPUT_FOLDER

Sends the recorded tables of PyTorch's backends and mappings through the exporter, as a user's own would go, and writes
tables.hpp, which compares each with the hand-written one. A table that is not there is skipped aloud.
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from quantype_export.backend import export_backend  # noqa: E402
from quantype_export.files import read_json  # noqa: E402
from quantype_export.mapping import export_mapping  # noqa: E402

BACKENDS = ("native", "fbgemm", "x86", "qnnpack", "onednn", "executorch", "tensorrt")
MAPPINGS = ("default_qnnpack", "default_x86", "symmetric_qnnpack", "default_qat_qnnpack", "default_qat_x86",
            "default_qat_v0_x86", "symmetric_qnnpack_qat")


def main(source: Path, folder: Path) -> int:
    includes, calls = [], []
    for key in BACKENDS:
        if not (source / f"{key}.json").exists():
            calls.append(f'    skip("{key}");')
            continue
        export_backend(read_json(source / f"{key}.json"), folder / f"{key}.hpp", key)
        includes += [f"#include <quantype/backend/{key}.hpp>", f'#include "{key}.hpp"']
        calls.append(f'    compare<exported::{key}, quantype::backends::{key}>("{key}");')
    for key in MAPPINGS:
        file = source.parent / "qconfig_mappings" / f"{key}.json"
        if not file.exists():
            calls.append(f'    skip("{key}");')
            continue
        export_mapping(read_json(file), folder / f"{key}.hpp", key)
        includes.append(f'#include "{key}.hpp"')
        calls.append(f'    compare_mapping<exported::{key}, quantype::{key}_mapping>("{key}");')
    text = ["// Written by tests/export/write_tables.py. Do not edit.", "#pragma once", *includes,
            '#include "export/compare_tables.hpp"', "", "inline void compare_all() {", *calls, "}", ""]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tables.hpp").write_text("\n".join(text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
