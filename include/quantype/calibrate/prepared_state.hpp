// SPDX-License-Identifier: BSL-1.0
// The state_dict of a model that PyTorch prepared and ran: parameters under the names of fused modules, and the states
// of observers and fake-quantizes.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <quantype/calibrate/fake_quantize.hpp>
#include <quantype/calibrate/model_parameters.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail::calibrate {

inline bool is_observer_entry(std::string_view name) {
    return name.starts_with("activation_post_process_") || name.find(".weight_fake_quant.") != std::string_view::npos;
}

/// "weight" of "c.bn.weight" for the prefix "c." and the child "bn", else empty.
inline std::string_view behind(std::string_view name, std::string_view prefix, std::string_view child) {
    if (!name.starts_with(prefix) || !name.substr(prefix.size()).starts_with(child)) return {};
    const std::string_view rest = name.substr(prefix.size() + child.size());
    return rest.starts_with('.') ? rest.substr(1) : std::string_view{};
}

/// "c.bn.weight" of a fused QAT module as "b.weight" of the float model; "c.1.weight" of a fused float module as well.
inline std::string float_name(const prepared_view& p, const std::string& name) {
    for (int i = p.graph.first; i >= 0; i = p.graph[i].next) {
        if (p.graph[i].fusion < 0) continue;
        const std::string prefix = std::string(p.trace.path_of(p.graph[i])) + ".";
        const fusion& f = p.graph.fusions[p.graph[i].fusion];
        for (int k = 0; k < f.count; ++k) {
            const int module = p.trace.graph[traced_node(p.trace, f.parts[k])].module;
            if (module < 0) continue;
            std::string_view rest = behind(name, prefix, std::to_string(k));
            if (p.trace.calls[f.parts[k]].attrs().code == op_code::batch_norm && rest.empty())
                rest = behind(name, prefix, "bn");
            if (!rest.empty()) return std::string(p.trace.module_path(module)) + "." + std::string(rest);
        }
    }
    return name;
}

}  // namespace detail::calibrate

/// A prepared model's state_dict taken apart; empty for that of a float model.
struct prepared_state {
    tensor_map parameters{};  ///< under the float model's names
    tensor_map observers{};   ///< under PyTorch's names
};

inline prepared_state take_apart(const prepared_view& p, const tensor_map& state_dict) {
    prepared_state r;
    for (const auto& [name, value] : state_dict)
        if (detail::calibrate::is_observer_entry(name)) r.observers.emplace(name, value);
    if (r.observers.empty()) return r;
    for (const auto& [name, value] : state_dict)
        if (!r.observers.contains(name)) r.parameters.emplace(detail::calibrate::float_name(p, name), value);
    return r;
}

/// Reads states of observers and remembers what it read.
class observer_reader {
public:
    observer_reader(const tensor_map& observers, const std::string& source) : map_(observers), source_(source) {}

    /// `name`: "activation_post_process_0", "conv.weight_fake_quant".
    void read(const std::string& name, const observer_config& o, fake_quantize_state& s) {
        if (o.fake == nullptr) return read_observer(name, o, s.observer);
        s.fake_quant_enabled = flag(name + ".fake_quant_enabled");
        s.observer_enabled = flag(name + ".observer_enabled");
        s.scale = floats(name + ".scale");
        s.zero_point.clear();
        s.float_zero_point.clear();
        if (o.args.qscheme == qscheme::per_channel_affine_float_qparams)
            s.float_zero_point = floats(name + ".zero_point");
        else
            s.zero_point = integers(name + ".zero_point");
        read_observer(name + ".activation_post_process", o, s.observer);
    }

    /// Refuses entries that no observer of the model has.
    void check_all_read() const { check_no_extra(map_, used_, source_); }

private:
    void read_observer(const std::string& name, const observer_config& o, observer_state& s) {
        if (o.type->rule == observer_rule::fixed) {  // constants, of the QConfig
            same(name + ".scale", floats(name + ".scale").at(0), o.args.scale);
            same(name + ".zero_point", static_cast<float>(integers(name + ".zero_point").at(0)),
                 static_cast<float>(o.args.zero_point));
            return;
        }
        if (!calculates_qparams(o)) return;
        if (map_.contains(name + ".eps")) same(name + ".eps", floats(name + ".eps").at(0), o.args.eps);
        s.min = floats(name + ".min_val");
        s.max = floats(name + ".max_val");
        if (o.type->rule == observer_rule::histogram) s.histogram = floats(name + ".histogram");
        if (s.min.size() != s.max.size())
            raise(source_ + ": " + name + ": " + std::to_string(s.min.size()) + " minima, " +
                  std::to_string(s.max.size()) + " maxima");
        if (s.min.size() == 1 && !is_finite(s.min[0])) s = {};  // inf and -inf: nothing observed
    }
    void same(const std::string& name, float have, float want) const {
        if (have != want)
            raise(source_ + ": tensor " + name + " is " + std::to_string(have) + " where the QConfig has " +
                  std::to_string(want));
    }
    const any_tensor& find(const std::string& name) {
        used_.push_back(name);
        return detail::find_tensor(map_, name, source_);
    }
    std::vector<float> floats(const std::string& name) {
        return detail::converted<float>(find(name), source_ + ": tensor " + name + ": ").data;
    }
    std::vector<std::int32_t> integers(const std::string& name) {
        const any_tensor& t = find(name);
        const std::string where = source_ + ": tensor " + name + ": ";
        if (t.type == dtype::int32) return detail::converted<std::int32_t>(t, where).data;
        std::vector<std::int32_t> r;
        for (const std::int64_t z : detail::converted<std::int64_t>(t, where).data)
            r.push_back(static_cast<std::int32_t>(z));
        return r;
    }
    bool flag(const std::string& name) {
        const any_tensor& t = find(name);
        const std::string where = source_ + ": tensor " + name + ": ";
        return t.type == dtype::uint8 ? detail::converted<std::uint8_t>(t, where).data.at(0) != 0
                                      : detail::converted<std::int64_t>(t, where).data.at(0) != 0;
    }

    const tensor_map& map_;
    std::string source_;
    std::vector<std::string> used_{};
};

QUANTYPE_END_NAMESPACE
