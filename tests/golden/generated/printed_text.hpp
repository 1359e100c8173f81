// SPDX-License-Identifier: BSL-1.0
// Compares two printed models: words exactly, real numbers by value.
#pragma once
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

namespace values {

struct text_difference {
    std::size_t numbers = 0;
    std::size_t differing = 0;
    double relative = 0;
    bool same_words = true;

    text_difference& operator+=(const text_difference& o) {
        numbers += o.numbers;
        differing += o.differing;
        relative = std::fmax(relative, o.relative);
        same_words = same_words && o.same_words;
        return *this;
    }
};

/// Takes the real numbers (digits with a point or an exponent) out of a text; "#" stands in their place.
inline std::string without_reals(const std::string& text, std::vector<double>& reals) {
    const auto is_digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
    const auto in_name = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    std::string words;
    for (std::size_t i = 0; i < text.size();) {
        if (!is_digit(i) || (i > 0 && in_name(text[i - 1]))) {
            words += text[i++];
            continue;
        }
        std::size_t end = i;
        while (is_digit(end)) ++end;
        bool real = false;
        if (end < text.size() && text[end] == '.' && is_digit(end + 1)) {
            real = true;
            for (++end; is_digit(end);) ++end;
        }
        if (end + 2 < text.size() && text[end] == 'e' && (is_digit(end + 1) || is_digit(end + 2))) {
            real = true;
            for (end += 2; is_digit(end);) ++end;
        }
        if (real) reals.push_back(std::strtod(text.substr(i, end - i).c_str(), nullptr));
        words += real ? std::string("#") : text.substr(i, end - i);
        i = end;
    }
    return words;
}

inline text_difference compare_texts(const std::string& have, const std::string& want) {
    std::vector<double> mine, theirs;
    text_difference d;
    d.same_words = without_reals(have, mine) == without_reals(want, theirs) && mine.size() == theirs.size();
    for (std::size_t i = 0; i < mine.size() && i < theirs.size(); ++i) {
        ++d.numbers;
        if (mine[i] == theirs[i]) continue;
        ++d.differing;
        d.relative = std::fmax(d.relative, std::fabs(mine[i] - theirs[i]) / std::fmax(std::fabs(theirs[i]), 1e-30));
    }
    return d;
}

}  // namespace values
