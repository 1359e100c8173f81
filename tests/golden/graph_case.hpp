// SPDX-License-Identifier: BSL-1.0
// What the *_text.cpp golden tests share: recorded observer states as values to print, node lists as recorded ones.
#pragma once
#include <quantype/report/graph_text.hpp>

#include "support/golden.hpp"

namespace graphs {

namespace qz = quantype;
using support::json;

/// The recorded states by observer name. An observer without a record has fixed qparams, or shares another's.
class recorded_values {
public:
    recorded_values(const qz::prepared_view& p, const json& observers) : view_(p), observers_(observers) {}

    qz::report::graph_values values() const {
        qz::report::graph_values v;
        v.range = [this](int slot) { return range(slot); };
        v.qparams = [this](int slot) { return qparams(slot); };
        return v;
    }

private:
    const json* find(int slot) const {
        const auto at = observers_.find("activation_post_process_" + std::to_string(slot));
        return at == observers_.end() ? nullptr : &*at;
    }
    qz::report::observed_range range(int slot) const {
        const json* o = find(slot);
        if (!o) return {};
        return {support::numbers32(o->at("min_val")), support::numbers32(o->at("max_val"))};
    }
    qz::report::slot_qparams qparams(int slot) const {
        const json* o = find(slot);
        const qz::observer_config& c = view_.observer(slot);
        if (!o && c.type->rule == qz::observer_rule::fixed) return {c.args.scale, c.args.zero_point};
        if (!o) throw std::runtime_error("no record of observer " + std::to_string(slot));
        return {support::numbers32(o->at("scale")).at(0), o->at("zero_point").at(0).get<int>()};
    }

    qz::prepared_view view_;
    const json& observers_;
};

inline json to_json(const qz::report::listed_argument& a) {
    using kind = qz::argument::kind_type;
    switch (a.kind) {
        case kind::node: return "%" + a.text;
        case kind::integer: return a.integer;
        case kind::real: return a.real;
        case kind::boolean: return a.integer != 0;
        case kind::none: return nullptr;
        case kind::list: {
            json list = json::array();
            for (const auto& item : a.items) list.push_back(to_json(item));
            return list;
        }
        default: return a.text;
    }
}

/// The record leaves out what an observer class does not have.
inline json to_json(const qz::observer_config& o) {
    const auto last = [](std::string_view name) { return std::string(name.substr(name.rfind('.') + 1)); };
    const qz::code_range codes = qz::effective_quant_range(o);
    json j;
    j["class"] = std::string(o.fake ? o.fake->name : o.type->name);
    if (o.fake) j["observer"] = std::string(o.type->name);
    j["dtype"] = last(qz::name_of(o.args.dtype));
    j["is_dynamic"] = o.args.is_dynamic;
    j["quant_min"] = codes.min;
    j["quant_max"] = codes.max;
    j["qscheme"] = last(qz::name_of(o.args.qscheme));
    if (o.type->rule != qz::observer_rule::fixed && o.type->rule != qz::observer_rule::placeholder)
        j["reduce_range"] = o.args.reduce_range;
    if (o.type->per_channel) j["ch_axis"] = o.args.ch_axis;
    return j;
}

inline json to_json(const qz::report::listed_node& n) {
    // The record names functions of torch.ops without "torch.".
    const std::string ops = "torch.ops.";
    json j;
    j["name"] = n.name;
    j["op"] = std::string(qz::report::name_of(n.kind));
    j["target"] = n.target.rfind(ops, 0) == 0 ? n.target.substr(6) : n.target;
    j["args"] = json::array();
    for (const auto& a : n.args) j["args"].push_back(to_json(a));
    for (const auto& a : n.kwargs) j["kwargs"][a.keyword] = to_json(a);
    if (!n.module.empty()) j["module"] = n.module;
    if (n.observer) {
        j["observer"] = to_json(*n.observer);
        j["observer_id"] = n.observer_id;
    }
    if (n.value) j["value"] = *n.value;
    return j;
}

/// Compares a node list with the recorded one; fails with the first line that differs.
inline void same_list(const std::vector<qz::report::listed_node>& have, const json& want, const std::string& what) {
    INFO(what);
    for (std::size_t i = 0; i < have.size() && i < want.size(); ++i) {
        const json mine = to_json(have[i]);
        INFO("node " << i << "\n  have " << mine.dump() << "\n  want " << want[i].dump());
        // Order of the keys does not count.
        CHECK(nlohmann::json::parse(mine.dump()) == nlohmann::json::parse(want[i].dump()));
    }
    CHECK(have.size() == want.size());
}

inline void same_text(const std::string& have, const json& want, const std::string& what) {
    INFO(what << "\n--- have\n" << have << "\n--- want\n" << want.get<std::string>());
    CHECK((have == want.get<std::string>()));
}

/// The case of a manifest with this name.
inline const json& find_case(const support::golden_group& g, const std::string& name) {
    for (const json& c : g.cases())
        if (c.at("case") == name) return c;
    throw std::runtime_error(g.name + " has no case " + name);
}

}  // namespace graphs
