# SPDX-License-Identifier: BSL-1.0
"""Brings models and backends from PyTorch: nn.Module to a C++ header with safetensors, BackendConfig to a C++ header."""
