// SPDX-License-Identifier: BSL-1.0
// Regular expressions: the answers of Python 3.11's re.match, in a table; the checks at compile time; no blow-up.
#include <string>
#include <vector>

#include <quantype/qconfig/qconfig_mapping.hpp>
#include <quantype/qconfig/regex.hpp>

#include "support/catch.hpp"

namespace qz = quantype;

namespace {

enum answer { miss, match, refused };

struct regex_case {
    const char* expression;
    const char* text;
    answer expected;
};

// clang-format off
/// What Python answers. "refused" are Python's errors, and what is not supported here: look-around, flags, back
/// references, possessive repetition.
const regex_case cases[] = {
    {"layer[12]\\..*", "layer1.0.conv1", match},
    {"layer[12]\\..*", "layer2.1.bn2", match},
    {"layer[12]\\..*", "layer10.0", miss},
    {"layer[12]\\..*", "conv1", miss},
    {"layer[12]\\..*", "features.12.conv.0", miss},
    {"layer[12]\\..*", "head", miss},
    {"layer[12]\\..*", "fc", miss},
    {"layer[12]\\..*", "", miss},
    {"layer\\d+\\.0", "layer1.0.conv1", match},
    {"layer\\d+\\.0", "layer2.1.bn2", miss},
    {"layer\\d+\\.0", "layer10.0", match},
    {"layer\\d+\\.0", "conv1", miss},
    {"layer\\d+\\.0", "features.12.conv.0", miss},
    {"layer\\d+\\.0", "head", miss},
    {"layer\\d+\\.0", "fc", miss},
    {"layer\\d+\\.0", "", miss},
    {"layer1", "layer1.0.conv1", match},
    {"layer1", "layer2.1.bn2", miss},
    {"layer1", "layer10.0", match},
    {"layer1", "conv1", miss},
    {"layer1", "features.12.conv.0", miss},
    {"layer1", "head", miss},
    {"layer1", "fc", miss},
    {"layer1", "", miss},
    {".*conv", "layer1.0.conv1", match},
    {".*conv", "layer2.1.bn2", miss},
    {".*conv", "layer10.0", miss},
    {".*conv", "conv1", match},
    {".*conv", "features.12.conv.0", match},
    {".*conv", "head", miss},
    {".*conv", "fc", miss},
    {".*conv", "", miss},
    {".*conv$", "layer1.0.conv1", miss},
    {".*conv$", "layer2.1.bn2", miss},
    {".*conv$", "layer10.0", miss},
    {".*conv$", "conv1", miss},
    {".*conv$", "features.12.conv.0", miss},
    {".*conv$", "head", miss},
    {".*conv$", "fc", miss},
    {".*conv$", "", miss},
    {".*conv\\d?$", "layer1.0.conv1", match},
    {".*conv\\d?$", "layer2.1.bn2", miss},
    {".*conv\\d?$", "layer10.0", miss},
    {".*conv\\d?$", "conv1", match},
    {".*conv\\d?$", "features.12.conv.0", miss},
    {".*conv\\d?$", "head", miss},
    {".*conv\\d?$", "fc", miss},
    {".*conv\\d?$", "", miss},
    {"^head$", "layer1.0.conv1", miss},
    {"^head$", "layer2.1.bn2", miss},
    {"^head$", "layer10.0", miss},
    {"^head$", "conv1", miss},
    {"^head$", "features.12.conv.0", miss},
    {"^head$", "head", match},
    {"^head$", "fc", miss},
    {"^head$", "", miss},
    {"h.*d", "layer1.0.conv1", miss},
    {"h.*d", "layer2.1.bn2", miss},
    {"h.*d", "layer10.0", miss},
    {"h.*d", "conv1", miss},
    {"h.*d", "features.12.conv.0", miss},
    {"h.*d", "head", match},
    {"h.*d", "fc", miss},
    {"h.*d", "", miss},
    {"(layer1|layer2)\\.", "layer1.0.conv1", match},
    {"(layer1|layer2)\\.", "layer2.1.bn2", match},
    {"(layer1|layer2)\\.", "layer10.0", miss},
    {"(layer1|layer2)\\.", "conv1", miss},
    {"(layer1|layer2)\\.", "features.12.conv.0", miss},
    {"(layer1|layer2)\\.", "head", miss},
    {"(layer1|layer2)\\.", "fc", miss},
    {"(layer1|layer2)\\.", "", miss},
    {"(?:layer|features)\\.?\\d+", "layer1.0.conv1", match},
    {"(?:layer|features)\\.?\\d+", "layer2.1.bn2", match},
    {"(?:layer|features)\\.?\\d+", "layer10.0", match},
    {"(?:layer|features)\\.?\\d+", "conv1", miss},
    {"(?:layer|features)\\.?\\d+", "features.12.conv.0", match},
    {"(?:layer|features)\\.?\\d+", "head", miss},
    {"(?:layer|features)\\.?\\d+", "fc", miss},
    {"(?:layer|features)\\.?\\d+", "", miss},
    {"features\\.(0|12)\\.conv", "layer1.0.conv1", miss},
    {"features\\.(0|12)\\.conv", "layer2.1.bn2", miss},
    {"features\\.(0|12)\\.conv", "layer10.0", miss},
    {"features\\.(0|12)\\.conv", "conv1", miss},
    {"features\\.(0|12)\\.conv", "features.12.conv.0", match},
    {"features\\.(0|12)\\.conv", "head", miss},
    {"features\\.(0|12)\\.conv", "fc", miss},
    {"features\\.(0|12)\\.conv", "", miss},
    {".*\\.bn\\d", "layer1.0.conv1", miss},
    {".*\\.bn\\d", "layer2.1.bn2", match},
    {".*\\.bn\\d", "layer10.0", miss},
    {".*\\.bn\\d", "conv1", miss},
    {".*\\.bn\\d", "features.12.conv.0", miss},
    {".*\\.bn\\d", "head", miss},
    {".*\\.bn\\d", "fc", miss},
    {".*\\.bn\\d", "", miss},
    {"[^.]+$", "layer1.0.conv1", miss},
    {"[^.]+$", "layer2.1.bn2", miss},
    {"[^.]+$", "layer10.0", miss},
    {"[^.]+$", "conv1", match},
    {"[^.]+$", "features.12.conv.0", miss},
    {"[^.]+$", "head", match},
    {"[^.]+$", "fc", match},
    {"[^.]+$", "", miss},
    {"[^.]+\\.[^.]+\\.[^.]+", "layer1.0.conv1", match},
    {"[^.]+\\.[^.]+\\.[^.]+", "layer2.1.bn2", match},
    {"[^.]+\\.[^.]+\\.[^.]+", "layer10.0", miss},
    {"[^.]+\\.[^.]+\\.[^.]+", "conv1", miss},
    {"[^.]+\\.[^.]+\\.[^.]+", "features.12.conv.0", match},
    {"[^.]+\\.[^.]+\\.[^.]+", "head", miss},
    {"[^.]+\\.[^.]+\\.[^.]+", "fc", miss},
    {"[^.]+\\.[^.]+\\.[^.]+", "", miss},
    {"\\w+\\.\\d+\\.conv\\d{1}", "layer1.0.conv1", match},
    {"\\w+\\.\\d+\\.conv\\d{1}", "layer2.1.bn2", miss},
    {"\\w+\\.\\d+\\.conv\\d{1}", "layer10.0", miss},
    {"\\w+\\.\\d+\\.conv\\d{1}", "conv1", miss},
    {"\\w+\\.\\d+\\.conv\\d{1}", "features.12.conv.0", miss},
    {"\\w+\\.\\d+\\.conv\\d{1}", "head", miss},
    {"\\w+\\.\\d+\\.conv\\d{1}", "fc", miss},
    {"\\w+\\.\\d+\\.conv\\d{1}", "", miss},
    {"layer\\d{2}", "layer1.0.conv1", miss},
    {"layer\\d{2}", "layer2.1.bn2", miss},
    {"layer\\d{2}", "layer10.0", match},
    {"layer\\d{2}", "conv1", miss},
    {"layer\\d{2}", "features.12.conv.0", miss},
    {"layer\\d{2}", "head", miss},
    {"layer\\d{2}", "fc", miss},
    {"layer\\d{2}", "", miss},
    {"layer\\d{1,2}\\b", "layer1.0.conv1", match},
    {"layer\\d{1,2}\\b", "layer2.1.bn2", match},
    {"layer\\d{1,2}\\b", "layer10.0", match},
    {"layer\\d{1,2}\\b", "conv1", miss},
    {"layer\\d{1,2}\\b", "features.12.conv.0", miss},
    {"layer\\d{1,2}\\b", "head", miss},
    {"layer\\d{1,2}\\b", "fc", miss},
    {"layer\\d{1,2}\\b", "", miss},
    {".*?\\.conv", "layer1.0.conv1", match},
    {".*?\\.conv", "layer2.1.bn2", miss},
    {".*?\\.conv", "layer10.0", miss},
    {".*?\\.conv", "conv1", miss},
    {".*?\\.conv", "features.12.conv.0", match},
    {".*?\\.conv", "head", miss},
    {".*?\\.conv", "fc", miss},
    {".*?\\.conv", "", miss},
    {"fc|head", "layer1.0.conv1", miss},
    {"fc|head", "layer2.1.bn2", miss},
    {"fc|head", "layer10.0", miss},
    {"fc|head", "conv1", miss},
    {"fc|head", "features.12.conv.0", miss},
    {"fc|head", "head", match},
    {"fc|head", "fc", match},
    {"fc|head", "", miss},
    {"(?P<stage>layer)\\d", "layer1.0.conv1", match},
    {"(?P<stage>layer)\\d", "layer2.1.bn2", match},
    {"(?P<stage>layer)\\d", "layer10.0", match},
    {"(?P<stage>layer)\\d", "conv1", miss},
    {"(?P<stage>layer)\\d", "features.12.conv.0", miss},
    {"(?P<stage>layer)\\d", "head", miss},
    {"(?P<stage>layer)\\d", "fc", miss},
    {"(?P<stage>layer)\\d", "", miss},
    {"l(a|b)*yer", "layer1.0.conv1", match},
    {"l(a|b)*yer", "layer2.1.bn2", match},
    {"l(a|b)*yer", "layer10.0", match},
    {"l(a|b)*yer", "conv1", miss},
    {"l(a|b)*yer", "features.12.conv.0", miss},
    {"l(a|b)*yer", "head", miss},
    {"l(a|b)*yer", "fc", miss},
    {"l(a|b)*yer", "", miss},
    {"", "layer1.0.conv1", match},
    {"", "layer2.1.bn2", match},
    {"", "layer10.0", match},
    {"", "conv1", match},
    {"", "features.12.conv.0", match},
    {"", "head", match},
    {"", "fc", match},
    {"", "", match},
    {".", "layer1.0.conv1", match},
    {".", "layer2.1.bn2", match},
    {".", "layer10.0", match},
    {".", "conv1", match},
    {".", "features.12.conv.0", match},
    {".", "head", match},
    {".", "fc", match},
    {".", "", miss},
    {"$", "layer1.0.conv1", miss},
    {"$", "layer2.1.bn2", miss},
    {"$", "layer10.0", miss},
    {"$", "conv1", miss},
    {"$", "features.12.conv.0", miss},
    {"$", "head", miss},
    {"$", "fc", miss},
    {"$", "", match},
    {"\\Ahead\\Z", "layer1.0.conv1", miss},
    {"\\Ahead\\Z", "layer2.1.bn2", miss},
    {"\\Ahead\\Z", "layer10.0", miss},
    {"\\Ahead\\Z", "conv1", miss},
    {"\\Ahead\\Z", "features.12.conv.0", miss},
    {"\\Ahead\\Z", "head", match},
    {"\\Ahead\\Z", "fc", miss},
    {"\\Ahead\\Z", "", miss},
    {"[a-f]+c", "layer1.0.conv1", miss},
    {"[a-f]+c", "layer2.1.bn2", miss},
    {"[a-f]+c", "layer10.0", miss},
    {"[a-f]+c", "conv1", miss},
    {"[a-f]+c", "features.12.conv.0", miss},
    {"[a-f]+c", "head", miss},
    {"[a-f]+c", "fc", match},
    {"[a-f]+c", "", miss},
    {".*\\d$", "layer1.0.conv1", match},
    {".*\\d$", "layer2.1.bn2", match},
    {".*\\d$", "layer10.0", match},
    {".*\\d$", "conv1", match},
    {".*\\d$", "features.12.conv.0", match},
    {".*\\d$", "head", miss},
    {".*\\d$", "fc", miss},
    {".*\\d$", "", miss},
    {"layer1\\.0\\.conv1$", "layer1.0.conv1", match},
    {"layer1\\.0\\.conv1$", "layer2.1.bn2", miss},
    {"layer1\\.0\\.conv1$", "layer10.0", miss},
    {"layer1\\.0\\.conv1$", "conv1", miss},
    {"layer1\\.0\\.conv1$", "features.12.conv.0", miss},
    {"layer1\\.0\\.conv1$", "head", miss},
    {"layer1\\.0\\.conv1$", "fc", miss},
    {"layer1\\.0\\.conv1$", "", miss},
    {"a{2}", "aa", match},
    {"a{2}", "a", miss},
    {"a{2,}", "aaaa", match},
    {"a{,2}b", "aab", match},
    {"a{,2}b", "aaab", miss},
    {"a{", "a{", match},
    {"a{}", "a{}", match},
    {"a{x}", "a{x}", match},
    {"a{1,2}$", "aaa", miss},
    {"(ab){2}c", "ababc", match},
    {"(a*)*b", "aaaab", match},
    {"(a|aa)+$", "aaaaa", match},
    {"(a?){3}a{3}", "aaa", match},
    {"x*", "b", match},
    {"[]a]", "a", match},
    {"[]a]", "]", match},
    {"[^]a]", "b", match},
    {"[a-]", "-", match},
    {"[-a]", "-", match},
    {"[\\w.]+$", "a.b_1", match},
    {"[\\d-]+$", "1-2", match},
    {"\\x41", "A", match},
    {"a\\tb", "a\tb", match},
    {"a$", "a\n", match},
    {"a\\Z", "a\n", miss},
    {"a$", "a\n\n", miss},
    {"a.b", "a\nb", miss},
    {"\\s\\S", "\tb", match},
    {"a\\b.", "a.", match},
    {"a\\b.", "ab", miss},
    {"a\\Bb", "ab", match},
    {"(|a)b", "b", match},
    {"a||b", "b", match},
    {"()a", "a", match},
    {"[.]", "x", miss},
    {"\\D\\W", "a.", match},
    {"\\_a", "_a", match},
    {"a**", "a", refused},
    {"*a", "a", refused},
    {"a++", "aa", refused},
    {"a{3,1}", "aaa", refused},
    {"^*", "a", refused},
    {"(a", "a", refused},
    {"a)", "a", refused},
    {"[a", "a", refused},
    {"[z-a]", "a", refused},
    {"[\\w-a]", "a", refused},
    {"\\q", "q", refused},
    {"a\\", "a", refused},
    {"(?=a)", "a", refused},
    {"(?i)a", "A", refused},
    {"(a)\\1", "aa", refused},
    {"+", "+", refused},
    {"a|*", "a", refused},
    {"a{2}{3}", "aaaaaa", refused},
    {"(?<!a)b", "b", refused},
};
// clang-format on

answer answer_of(const regex_case& c) {
    const qz::detail::regex_parser p(c.expression);
    if (!p.ok()) return refused;
    const std::vector<int> zeros(static_cast<std::size_t>(p.program.size()));
    struct numbers {
        std::vector<int> values;
        int& operator[](int i) { return values[static_cast<std::size_t>(i)]; }
    };
    return qz::detail::run_regex(p.program.begin(), c.text, numbers{zeros}) ? match : miss;
}

qz::detail::regex_error error_of(const char* expression) { return qz::detail::regex_parser(expression).error; }

// The same in the compiler, with the types that users write.
static_assert(qz::regex<"layer[12]\\..*">::matches("layer1.0.conv"));
static_assert(!qz::regex<"layer[12]\\..*">::matches("layer3.0.conv"));
static_assert(!qz::regex<"layer[12]\\..*">::matches("net.layer1.0.conv"));
static_assert(qz::regex<"fc">::matches("fc2.weight"));
static_assert(!qz::regex<"(a|aa)*$">::matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"));

}  // namespace

TEST_CASE("regex: answers are Python's") {
    for (const regex_case& c : cases) {
        INFO("expression " << c.expression << "  text " << c.text);
        CHECK(answer_of(c) == c.expected);
    }
}

TEST_CASE("regex: the reason of a refusal") {
    using qz::detail::regex_error;
    CHECK(error_of("(a") == regex_error::group_not_closed);
    CHECK(error_of("a)") == regex_error::group_not_open);
    CHECK(error_of("[a") == regex_error::class_not_closed);
    CHECK(error_of("[z-a]") == regex_error::bad_range);
    CHECK(error_of("*a") == regex_error::nothing_to_repeat);
    CHECK(error_of("^*") == regex_error::nothing_to_repeat);
    CHECK(error_of("a**") == regex_error::multiple_repeat);
    CHECK(error_of("a{3,1}") == regex_error::least_above_most);
    CHECK(error_of("\\q") == regex_error::bad_escape);
    CHECK(error_of("(?=a)") == regex_error::not_supported);
    CHECK(error_of("(((a{99}){99}){99}){99}") == regex_error::too_large);
    CHECK(qz::detail::regex_parser("layer[12").error_at == 6);
}

TEST_CASE("regex: as a rule of a mapping") {
    constexpr auto mapping = qz::qconfig_mapping().set_module_name_regex<qz::regex<"layer[12]\\.">>(qz::no_qconfig);
    const qz::qconfig_rule& rule = mapping.rules[0];
    CHECK(rule.key == "layer[12]\\.");
    CHECK(rule.matches(rule.key, "layer2.0.conv"));
    CHECK_FALSE(rule.matches(rule.key, "layer3.0.conv"));
}
