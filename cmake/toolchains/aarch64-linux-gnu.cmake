# SPDX-License-Identifier: BSL-1.0
# AArch64 Linux, run under qemu-user. QUANTYPE_CROSS_CLANG: a clang in place of the cross g++, whose libraries it uses.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES QUANTYPE_CROSS_CLANG)
if(QUANTYPE_CROSS_CLANG)
  set(CMAKE_CXX_COMPILER "${QUANTYPE_CROSS_CLANG}")
  set(CMAKE_CXX_COMPILER_TARGET aarch64-linux-gnu)
else()
  set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
endif()
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)
find_program(QUANTYPE_QEMU_AARCH64 NAMES qemu-aarch64-static qemu-aarch64)
set(CMAKE_CROSSCOMPILING_EMULATOR "${QUANTYPE_QEMU_AARCH64}")
