// SPDX-License-Identifier: BSL-1.0
// Part (c): the two experiments in strict mode. Calls the compiler on a file each; both must be refused.
#include <algorithm>
#include <string>
#include <vector>

#include "compile.hpp"
#include "console.hpp"
#include "parts.hpp"

namespace demo {

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> r;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        r.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return r;
}

bool has(const std::string& line, const char* part) { return line.find(part) != std::string::npos; }

void erase_all(std::string& text, const std::string& part) {
    for (std::size_t at; (at = text.find(part)) != std::string::npos;) text.erase(at, part.size());
}

/// Of the message: the sentence, the line with the facts, and the user's line.
std::string essence(const compilation& c, const std::string& file) {
    std::string sentence, facts, place;
    for (const std::string& line : lines_of(c.output)) {
        if (sentence.empty() && has(line, "error:") && has(line, "quantype: ")) sentence = line;
        if (facts.empty() && has(line, "fail::") && !has(line, "error:")) facts = line;
        if (place.empty() && line.rfind(file, 0) == 0 && (has(line, "from here") || has(line, "requested here")))
            place = line;
    }
    for (const char* noise :
         {"quantype::v0::", "quantype::", "v0::", "fail::", "fixed_string<5>", "fixed_string<7>", "fixed_string<16>"})
        erase_all(facts, noise);
    while (!facts.empty() && (facts.back() == ':' || facts.back() == ' ')) facts.pop_back();
    return sentence + "\n" + facts + "\n" + place;
}

/// True if the file was refused with `expected` in the message.
bool refused(const char* name, const char* expected) {
    const std::string file = "examples/demo/strict/" + std::string(name) + ".cpp";
    const compilation c = compile(file);
    say("$ " + c.command);
    const bool ok = c.status != 0 && has(c.output, expected);
    show(ok ? essence(c, file) : c.output);
    const std::string lines = std::to_string(lines_of(c.output).size());
    say(ok ? "Refused, as it should be (exit code " + std::to_string(c.status) + "; the three telling lines of " +
                 lines + ", shortened)."
           : "NOT refused as it should be: expected a message with \"" + std::string(expected) + "\".");
    return ok;
}

}  // namespace

bool strict_experiments() {
    heading("(c) the same experiments in strict mode, the default: what does not fit does not compile");
    say("The demo now calls the compiler on two files of one line each: static_assert(can_quantize<...>).");
    section("experiment 1: can_quantize<conv_bn_relu_model, my_backend, my_mapping>");
    bool ok = refused("conv_bn_relu", "the backend has no pattern for this op");
    section("experiment 2: can_quantize<conv_relu_model, my_backend, default_x86_mapping>");
    ok = refused("default_mapping", "eps must be at least the backend's smallest scale") && ok;
    return ok;
}

}  // namespace demo
