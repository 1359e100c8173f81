// SPDX-License-Identifier: BSL-1.0
// How the host side reports bad input. Never reached by a device build.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// What host functions throw on bad input. The text names the file, tensor or node, and the cause.
struct error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Reports bad input: throws `error`; in a build without exceptions prints the text to stderr and aborts.
[[noreturn]] inline void raise(const std::string& text) {
#if defined(__cpp_exceptions)
    throw error(text);
#else
    std::fputs(("quantype: " + text + "\n").c_str(), stderr);
    std::abort();
#endif
}

QUANTYPE_END_NAMESPACE
