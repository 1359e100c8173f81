# SPDX-License-Identifier: BSL-1.0
"""Files, all or none: written beside their place first, moved there when all of them are whole."""
import json
import os
import struct
from pathlib import Path
from typing import Any

DTYPES = {"F64": 8, "F32": 4, "I64": 8, "I32": 4, "I8": 1, "U8": 1}


def read_json(path: str | Path) -> Any:
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def safetensors(tensors: dict[str, tuple[str, list[int], bytes]], metadata: dict[str, str] | None = None) -> bytes:
    """The bytes of a safetensors file: tensors as (dtype, shape, little-endian values in row-major order)."""
    header: dict[str, object] = {"__metadata__": metadata} if metadata else {}
    at = 0
    for name, (dtype, shape, data) in tensors.items():
        count = 1
        for extent in shape:
            count *= extent
        if len(data) != count * DTYPES[dtype]:
            raise ValueError(f"{name}: {len(data)} bytes for {count} values of {dtype}")
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + len(data)]}
        at += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(data for _, _, data in tensors.values())


def write_all(files: dict[Path, bytes]) -> None:
    """Writes every file or, when one cannot be written, none; what was there before stays."""
    waiting: list[tuple[Path, Path]] = []
    try:
        for path, content in files.items():
            if path.is_dir():
                raise IsADirectoryError(f"{path} is a folder; a file is to be written there")
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{os.getpid()}.part")
            waiting.append((part, path))
            part.write_bytes(content)
        for part, path in waiting:
            os.replace(part, path)
    finally:
        for part, _ in waiting:
            part.unlink(missing_ok=True)
