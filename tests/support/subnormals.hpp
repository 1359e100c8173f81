// SPDX-License-Identifier: BSL-1.0
// Whether this program computes with subnormal numbers. A program linked with -ffast-math sets the CPU to take them for
// zero; what a test says of them does not hold then.
#pragma once
#include <bit>
#include <cstdint>

inline bool subnormals_are_kept() {
    volatile float least = std::bit_cast<float>(std::uint32_t{1});
    volatile float twice = least + least;
    return std::bit_cast<std::uint32_t>(static_cast<float>(twice)) == 2;
}
