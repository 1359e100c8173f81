// SPDX-License-Identifier: BSL-1.0
#include "compile.hpp"

#include <sys/wait.h>

#include <array>
#include <chrono>
#include <cstdio>

#ifndef QUANTYPE_BOOST_FLAGS
#define QUANTYPE_BOOST_FLAGS ""
#endif

namespace demo {

compilation compile(const std::string& file) {
    compilation r;
    r.command = QUANTYPE_CXX_COMPILER " -std=c++20 -Iinclude" QUANTYPE_BOOST_FLAGS " -fsyntax-only " + file;
    // From the source folder, so that messages name short paths.
    const std::string shell = "cd '" QUANTYPE_SOURCE_DIR "' && LC_ALL=C " + r.command + " 2>&1";
    const auto begin = std::chrono::steady_clock::now();
    FILE* const pipe = popen(shell.c_str(), "r");
    if (!pipe) return r;
    std::array<char, 4096> buffer{};
    for (std::size_t n; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) r.output.append(buffer.data(), n);
    const int status = pclose(pipe);
    r.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    r.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return r;
}

}  // namespace demo
