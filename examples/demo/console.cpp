// SPDX-License-Identifier: BSL-1.0
#include "console.hpp"

#include <unistd.h>

#include <cstdio>
#include <utility>

namespace demo {

namespace {
constexpr std::size_t columns = 100;

bool blank_above = true;

/// An empty line, unless there is one.
void blank() {
    if (!blank_above) std::printf("\n");
    blank_above = true;
}
}  // namespace

void heading(std::string_view title) {
    const std::string line(columns, '=');
    blank();
    blank_above = true;
    std::printf("%s\n%.*s\n%s\n", line.c_str(), static_cast<int>(title.size()), title.data(), line.c_str());
}

void section(std::string_view title) {
    blank();
    blank_above = true;
    std::printf("--- %.*s %s\n", static_cast<int>(title.size()), title.data(),
                std::string(title.size() + 5 < columns ? columns - title.size() - 5 : 0, '-').c_str());
}

void say(std::string_view text) {
    std::string line;
    while (!text.empty()) {
        const std::size_t end = text.find(' ');
        const std::string_view word = text.substr(0, end);
        if (!line.empty() && line.size() + 1 + word.size() > columns) {
            std::printf("%s\n", line.c_str());
            line.clear();
        }
        if (!line.empty()) line += ' ';
        line += word;
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
    blank_above = false;
}

void show(std::string_view text) {
    blank();
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string line(text.substr(0, end));
        const bool blank = line.find_first_not_of(' ') == std::string::npos;
        std::printf("%s%s\n", blank ? "" : "    ", blank ? "" : line.c_str());
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    blank_above = false;
    blank();
    std::fflush(stdout);
}

std::string with_commas(long long value) {
    const std::string digits = std::to_string(value);
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
        text += digits[i];
    }
    return text;
}

std::string percent(double part) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f %%", 100 * part);
    return text;
}

progress::progress(std::string what, int total) : what_(std::move(what)), total_(total), terminal_(isatty(1) == 1) {}

void progress::at(int done) {
    const auto now = clock::now();
    if (now - shown_ < std::chrono::seconds(1)) return;
    shown_ = now;
    std::string text = "  ";
    text += what_ + ": " + std::to_string(done) + " of " + std::to_string(total_);
    if (!terminal_) {
        std::printf("%s\n", text.c_str());
        blank_above = false;
    } else {
        std::printf("\r%s", text.c_str());
        open_ = true;
    }
    std::fflush(stdout);
}

progress::~progress() {
    if (open_) std::printf("\r%s\r", std::string(columns, ' ').c_str());
}

}  // namespace demo
