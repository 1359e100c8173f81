// SPDX-License-Identifier: BSL-1.0
// Names that a misspelt one may have meant, for errors.
#pragma once
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <quantype/io/in_quotes.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Fewest single-character insertions, deletions and replacements that turn one text into the other.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);  // distances from the part of `a` seen so far to every prefix of `b`
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

/// Up to `most` keys of a map near to `name`, nearest first: those that hold it or lie in it ("module.conv.weight"),
/// and those within a third of its length in edits.
template <class Map>
std::vector<std::string> near_names(const Map& map, std::string_view name, std::size_t most = 3) {
    constexpr std::size_t longest = 256;  // names beyond that are not compared: the time grows with the square
    std::vector<std::pair<std::size_t, std::string>> found;
    for (const auto& [key, value] : map) {
        if (key.size() > longest || name.size() > longest || key.empty()) continue;
        const bool inside = key.find(name) != std::string::npos || name.find(key) != std::string_view::npos;
        const std::size_t distance = inside ? 0 : edit_distance(key, name);
        if (distance <= std::max<std::size_t>(2, name.size() / 3)) found.emplace_back(distance, key);
    }
    std::sort(found.begin(), found.end());
    if (found.size() > most) found.resize(most);
    std::vector<std::string> out;
    for (auto& [distance, key] : found) out.push_back(std::move(key));
    return out;
}

/// `"a", "b", "c"`; beyond `most` names ends in `and 5 more`.
inline std::string list_names(const std::vector<std::string>& names, std::size_t most = 8) {
    std::string out;
    for (std::size_t i = 0; i < names.size() && i < most; ++i) out += (i > 0 ? ", " : "") + in_quotes(names[i]);
    if (names.size() > most) out += " and " + std::to_string(names.size() - most) + " more";
    return out;
}

QUANTYPE_END_NAMESPACE
