// SPDX-License-Identifier: BSL-1.0
// The golden group `graphs`: prepared, reference and lowered node lists of small models with every built-in backend and
// mode, node for node: names, targets, arguments, observers with their configuration and sharing. Scales and zero
// points are numbers of a calibration and are compared elsewhere; here it counts that they are there.
#include <set>

#include "golden/graph_case.hpp"
#include QUANTYPE_GENERATED_CASES

namespace {

namespace qz = quantype;
using graphs::json;

/// Modules that a list calls more than once.
std::set<std::string> called_twice(const json& list) {
    std::set<std::string> seen, twice;
    for (const json& n : list)
        if (n.at("op") == "call_module" && !seen.insert(n.at("target")).second) twice.insert(n.at("target"));
    return twice;
}

/// `reused`: modules whose class is not compared.
json without_numbers(json node, const std::set<std::string>& reused) {
    if (node.contains("module") && reused.count(node.at("target")) != 0) node.erase("module");
    if (node.contains("value")) node["value"] = true;
    return nlohmann::json::parse(node.dump());  // order of the keys does not count
}

/// Where two lists part, or nothing.
std::string first_difference(const std::vector<qz::report::listed_node>& have, const json& want,
                             const std::set<std::string>& reused) {
    for (std::size_t i = 0; i < have.size() && i < want.size(); ++i) {
        const json mine = without_numbers(graphs::to_json(have[i]), reused);
        const json theirs = without_numbers(want[i], reused);
        if (mine != theirs)
            return "node " + std::to_string(i) + "\n    have " + mine.dump() + "\n    want " + theirs.dump();
    }
    if (have.size() == want.size()) return {};
    return "have " + std::to_string(have.size()) + " nodes, want " + std::to_string(want.size());
}

struct stage {
    const char* name;
    std::vector<qz::report::listed_node> list;
};

struct totals {
    std::size_t run = 0, without_graph = 0, lists = 0, nodes = 0;
    std::vector<std::string> failed{};
    std::vector<std::string> not_compared{};
};

std::string title(const json& record) {
    return record.at("model").get<std::string>() + " / " + record.at("backend").get<std::string>() + " / " +
           record.at("mapping").get<std::string>();
}

/// PyTorch fuses a module in place, for all its calls: conv - relu - conv again, with one conv, becomes ConvReLU twice,
/// which computes something else. Here each call keeps its own class and output qparams.
bool fuses_reused_module(const json& record) { return record.at("model") == "reused_conv"; }

/// Why PyTorch's own lists of a record from `list` on mean nothing; empty when they are compared.
std::string own_failure(const json& record, const std::string& list) {
    for (const char* key : {"error", "calibration_error", "lower_error"})
        if (record.contains(key) && (std::string(key) != "lower_error" || list == "lowered"))
            return std::string(key) + " " + record.at(key).get<std::string>().substr(0, 100);
    return {};
}

void compare_list(const stage& s, const json& record, const std::set<std::string>& reused, totals& t) {
    const std::string name = title(record) + ", " + s.name;
    if (!record.contains(s.name)) {
        t.failed.push_back(name + ": not recorded");
        return;
    }
    ++t.lists;
    t.nodes += record.at(s.name).size();
    if (const std::string d = first_difference(s.list, record.at(s.name), reused); !d.empty())
        t.failed.push_back(name + ": " + d);
}

void run_case(const graphs::graph_case& c, const json& record, totals& t) {
    const std::string name = title(record);
    if (!c.reason.empty()) {
        t.failed.push_back(name + ": " + c.reason);
        return;
    }
    const graphs::case_graphs g(c);
    if (g.error() != qz::detail::mapping_error::none) t.failed.push_back(name + ": the mapping is refused");
    if (const std::string why = own_failure(record, "prepared"); !why.empty()) {
        t.not_compared.push_back(name + ": PyTorch failed, " + why);
        ++t.without_graph;
        return;
    }
    const auto reused = fuses_reused_module(record) ? called_twice(record.at("prepared")) : std::set<std::string>{};
    for (const std::string& module : reused)
        t.not_compared.push_back(name + ": the class of module " + module +
                                 ", which PyTorch fuses for both calls, although one has no relu");
    compare_list({"prepared", qz::report::prepared_list(g.prepared())}, record, reused, t);
    compare_list({"reference", qz::report::reference_list(g.prepared(), g.reference(), {})}, record, reused, t);
    if (const std::string why = own_failure(record, "lowered"); !why.empty())
        t.not_compared.push_back(name + ": the lowered list; PyTorch failed, " + why);
    else
        compare_list({"lowered", qz::report::lowered_list(g.prepared(), g.lowered(), {})}, record, reused, t);
    ++t.run;
}

}  // namespace

TEST_CASE("node lists of every recorded graph", "[golden]") {
    const support::golden_group g("graphs");
    if (!support::available(g)) return;
    totals t;
    const auto cases = graphs::all_cases();
    CHECK(cases.size() == g.cases().size());
    for (const graphs::graph_case& c : cases) run_case(c, g.cases().at(c.number), t);
    std::printf("  %zu lists with %zu nodes compared, %zu failures\n", t.lists, t.nodes, t.failed.size());
    for (const std::string& f : t.failed) std::printf("  FAILED %s\n", f.c_str());
    std::printf("  not compared, of %zu records:\n", t.not_compared.size());
    for (const std::string& n : t.not_compared) std::printf("    %s\n", n.c_str());
    // Records of PyTorch's own failures hold no graph: listed above, and neither run nor skipped.
    CHECK((!t.failed.empty() || t.run + t.without_graph == cases.size()));
    support::report(g, t.run, 0);
    CHECK(t.failed.empty());
}
