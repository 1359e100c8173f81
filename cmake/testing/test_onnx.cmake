# SPDX-License-Identifier: BSL-1.0
add_subdirectory(onnx)
