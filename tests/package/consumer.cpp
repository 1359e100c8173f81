// SPDX-License-Identifier: BSL-1.0
// A consumer's program: the headers of the three targets are found, and the language level comes with them.
#include <boost/hana.hpp>
#include <nlohmann/json.hpp>
#include <quantype/core/dtype.hpp>
#include <quantype/version.hpp>
#include <xsimd/xsimd.hpp>

static_assert(__cplusplus >= 202002L, "quantype asks for C++20");

int main() { return QUANTYPE_VERSION_MAJOR >= 0 && xsimd::batch<float>::size > 0 ? 0 : 1; }
