// SPDX-License-Identifier: BSL-1.0
// What the demo prints with: headings, wrapped text, indented blocks, and progress of what takes over a second.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

namespace demo {

/// A part of the demo: "(a) title" between lines.
void heading(std::string_view title);
/// A step within a part.
void section(std::string_view title);
/// A paragraph, wrapped to 100 columns.
void say(std::string_view text);
/// A block as it is, four columns in, between empty lines.
void show(std::string_view text);

/// "12,345".
std::string with_commas(long long value);
/// "99.56 %".
std::string percent(double part);

/// Shows how far a loop is, each second, once it has run for one.
class progress {
public:
    progress(std::string what, int total);
    ~progress();
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;
    void at(int done);

private:
    using clock = std::chrono::steady_clock;
    std::string what_;
    int total_;
    clock::time_point begin_ = clock::now();
    clock::time_point shown_ = begin_;
    bool terminal_;
    bool open_ = false;
};

}  // namespace demo
