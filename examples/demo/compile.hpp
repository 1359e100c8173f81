// SPDX-License-Identifier: BSL-1.0
// Calls the compiler that built the demo.
#pragma once
#include <string>

namespace demo {

struct compilation {
    std::string command{};
    int status = -1;  ///< exit code; 0: the file was accepted
    std::string output{};
    double seconds = 0;
};

/// Compiles a file of the source folder (path relative to it) without making code.
compilation compile(const std::string& file);

}  // namespace demo
