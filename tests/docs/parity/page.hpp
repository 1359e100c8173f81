// SPDX-License-Identifier: BSL-1.0
// The parity page under construction: sections of rows. A row's quantype name must occur in an expression that the
// compiler has accepted.
#pragma once
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace parity {

enum class state { same, differs, not_yet };

inline const char* text_of(state s) { return s == state::same ? "same" : s == state::differs ? "differs" : "not yet"; }

struct row {
    std::string torch{};
    std::string quantype{};
    state is = state::same;
    std::string why{};
};

class page {
public:
    void section(const std::string& title, const std::string& intro = "") { sections_.push_back({title, intro, {}}); }

    /// `expression`: source text that was compiled and uses the name. Every word of `name` must stand in it.
    void add(const std::string& torch, const std::string& name, state is, const std::string& why,
             const std::string& expression) {
        std::string word;
        for (const char c : name + " ") {
            const bool in_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
            if (in_word) word += c;
            if (in_word || word.empty()) continue;
            if (expression.find(word) == std::string::npos)
                throw std::runtime_error("parity page: " + name + " stands beside " + expression);
            word.clear();
        }
        add({torch, name, is, why});
    }
    void add(row r) {
        if (r.is != state::same && r.why.empty()) throw std::runtime_error("parity page: no reason for " + r.torch);
        ++counts_[r.is];
        sections_.back().rows.push_back(std::move(r));
    }

    std::string print() const {
        std::string text;
        for (const auto& s : sections_) {
            text += "\n## " + s.title + "\n\n";
            if (!s.intro.empty()) text += s.intro + "\n\n";
            text += "| PyTorch | quantype | | |\n|---|---|---|---|\n";
            for (const row& r : s.rows)
                text += "| `" + r.torch + "` | " + (r.quantype.empty() ? "" : "`" + r.quantype + "`") + " | " +
                        text_of(r.is) + " | " + r.why + " |\n";
        }
        return text;
    }
    int count(state s) const { return counts_.count(s) != 0 ? counts_.at(s) : 0; }

private:
    struct part {
        std::string title, intro;
        std::vector<row> rows;
    };
    std::vector<part> sections_{};
    std::map<state, int> counts_{};
};

/// The rows that are kept by hand.
void add_api(page& p);
/// The rows that follow from the backends' tables and the passes.
void add_ops(page& p, const std::string& source_folder);

}  // namespace parity
