// SPDX-License-Identifier: BSL-1.0
// The demonstration: PyTorch's BackendConfig tutorial, its two failure experiments in both modes, and a trained
// network.
#include <chrono>
#include <cstdio>
#include <exception>
#include <initializer_list>

#include "console.hpp"
#include "parts.hpp"

int main() {
    const auto begin = std::chrono::steady_clock::now();
    bool ok = true;
    try {
        for (bool (*part)() : {&demo::backend_tutorial, &demo::experiments, &demo::strict_experiments, &demo::digits})
            ok = part() && ok;
    } catch (const std::exception& e) {
        std::fflush(stdout);
        std::fprintf(stderr, "demo: %s\n", e.what());
        return 1;
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::printf("%s in %.1f s\n", ok ? "All as it should be" : "NOT as it should be, see above", seconds);
    return ok ? 0 : 1;
}
