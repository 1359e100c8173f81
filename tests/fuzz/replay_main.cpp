// SPDX-License-Identifier: BSL-1.0
// Runs a fuzz target over files and folders of recorded inputs, without libFuzzer.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include <quantype/io/read_file.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::string> files_of(const std::string& path) {
    if (!std::filesystem::is_directory(path)) return {path};
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
        if (entry.is_regular_file()) out.push_back(entry.path().string());
    }
    std::sort(out.begin(), out.end());
    return out;
}

void replay(const std::string& file) {
    const auto bytes = quantype::read_file(file);
    // The capacity is one more, so that the pointer is not null for an empty file.
    std::vector<std::uint8_t> input;
    input.reserve(bytes.size() + 1);
    for (const std::byte b : bytes) input.push_back(std::to_integer<std::uint8_t>(b));
    LLVMFuzzerTestOneInput(input.data(), input.size());
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t count = 0;
    std::string current;
    try {
        for (int i = 1; i < argc; ++i) {
            for (const std::string& file : files_of(argv[i])) {
                current = file;
                replay(file);
                ++count;
            }
        }
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s: %s\n", current.c_str(), e.what());
        return 1;
    }
    std::printf("replayed %zu inputs\n", count);
    return count > 0 ? 0 : 1;  // an empty corpus proves nothing
}
