// SPDX-License-Identifier: BSL-1.0
// Which QConfig each module or function gets: five levels with PyTorch's precedence (global < object type < module-name
// pattern < module name < module name + object type + order).
//   struct my_mapping { static constexpr auto value = qconfig_mapping().set_global(q).set_module_name("fc",
//   no_qconfig); };
#pragma once
#include <quantype/core/maybe.hpp>
#include <quantype/core/op.hpp>
#include <quantype/qconfig/qconfig.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// "Do not quantize" (PyTorch's None): an entry that holds, not a missing one.
inline constexpr maybe<qconfig> no_qconfig{};

/// '*' stands for any run of characters (dots included), '?' for one. The whole path must match.
constexpr bool matches_glob(std::string_view glob, std::string_view path) {
    std::size_t g = 0, p = 0, star = std::string_view::npos, retry = 0;
    while (p < path.size()) {
        if (g < glob.size() && (glob[g] == '?' || (glob[g] != '*' && glob[g] == path[p]))) {
            ++g;
            ++p;
        } else if (g < glob.size() && glob[g] == '*') {
            star = g++;
            retry = p;
        } else if (star != std::string_view::npos) {
            g = star + 1;
            p = ++retry;
        } else {
            return false;
        }
    }
    while (g < glob.size() && glob[g] == '*') ++g;
    return g == glob.size();
}

/// One entry of a mapping.
struct qconfig_rule {
    enum class level_type : std::uint8_t { global, object_type, module_name_pattern, module_name, order };
    level_type level = level_type::global;
    op_id op = nullptr;                                                          ///< object_type, order
    std::string_view key{};                                                      ///< the path, or the pattern's text
    bool (*matches)(std::string_view pattern, std::string_view path) = nullptr;  ///< module_name_pattern
    int index = 0;  ///< order: how many earlier calls of this type in the module
    maybe<qconfig> value{};

    constexpr bool same_key(const qconfig_rule& other) const {
        return level == other.level && op == other.op && key == other.key && matches == other.matches &&
               index == other.index;
    }
};

/// An ordered set of rules; every setter returns a mapping with room for one more. Setting a key again replaces its
/// value and keeps its place.
template <int N = 0>
struct qconfig_mapping {
    qconfig_rule rules[static_cast<std::size_t>(N + 1)]{};
    int count = 0;

    constexpr qconfig_mapping<N + 1> with(const qconfig_rule& rule) const {
        qconfig_mapping<N + 1> r;
        bool replaced = false;
        for (int i = 0; i < count; ++i) {
            r.rules[i] = rules[i];
            if (rules[i].same_key(rule)) {
                r.rules[i] = rule;
                replaced = true;
            }
        }
        r.count = count;
        if (!replaced) r.rules[r.count++] = rule;
        return r;
    }
    constexpr auto set_global(maybe<qconfig> q) const {
        return with({qconfig_rule::level_type::global, nullptr, {}, nullptr, 0, q});
    }
    /// For a module class (`nn::conv2d<>`), a function (`fn::add`), a method (`method::mean`) or a user's module type.
    template <class Op>
    constexpr auto set_object_type(maybe<qconfig> q) const {
        return with({qconfig_rule::level_type::object_type, id_of<class_of_t<Op>>, {}, nullptr, 0, q});
    }
    /// For every module whose path matches the glob. First match in order wins.
    constexpr auto set_module_name_glob(std::string_view glob, maybe<qconfig> q) const {
        return with({qconfig_rule::level_type::module_name_pattern, nullptr, glob, &matches_glob, 0, q});
    }
    /// For every module whose path the regular expression matches from its start, as Python's re.match. `Regex` comes
    /// from qconfig/regex.hpp: `set_module_name_regex<regex<"layer[12]\\..*">>(q)`.
    template <class Regex>
    constexpr auto set_module_name_regex(maybe<qconfig> q) const {
        return with({qconfig_rule::level_type::module_name_pattern, nullptr, Regex::text(), &Regex::matches, 0, q});
    }
    /// For the module at this path and everything below it.
    constexpr auto set_module_name(std::string_view path, maybe<qconfig> q) const {
        return with({qconfig_rule::level_type::module_name, nullptr, path, nullptr, 0, q});
    }
    /// For the `index`-th call (from 0) of an op within the module at `path` ("" for the model itself).
    template <class Op>
    constexpr auto set_module_name_object_type_order(std::string_view path, int index, maybe<qconfig> q) const {
        return with({qconfig_rule::level_type::order, id_of<class_of_t<Op>>, path, nullptr, index, q});
    }
};
qconfig_mapping() -> qconfig_mapping<0>;

/// Read access to a mapping, whatever its size.
struct mapping_view {
    const qconfig_rule* rules = nullptr;
    int count = 0;
};
template <int N>
constexpr mapping_view view_of(const qconfig_mapping<N>& m) {
    return {m.rules, m.count};
}

QUANTYPE_END_NAMESPACE
