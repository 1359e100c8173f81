// SPDX-License-Identifier: BSL-1.0
// What every generated test of recorded values does with one model: run it from the recorded numbers and expect every
// recorded value again; calibrate it on the recorded batches and count the differences.
#pragma once
#include <set>

#include <quantype/report/graph_text.hpp>

#include "golden/generated/node_recorder.hpp"
#include "golden/generated/printed_text.hpp"
#include "golden/generated/recorded_case.hpp"
#include "support/close.hpp"

namespace values {

/// Relative distance allowed to float results whose order of summation is PyTorch's own.
inline constexpr double float_tolerance = 1e-5;

struct totals {
    std::size_t run = 0;
    std::size_t skipped = 0;

    void skip(const std::string& name, const std::string& why) {
        WARN("SKIPPED golden case " << name << ": " << why);
        ++skipped;
    }
    void report(const std::string& group) const {
        std::printf("golden %s: %zu cases run, %zu skipped\n", group.c_str(), run, skipped);
        std::fflush(stdout);
    }
};

/// How the values of a run differ from the recorded ones, in sum over its nodes.
struct run_difference {
    std::size_t nodes = 0;
    std::size_t codes = 0;
    std::size_t codes_differing = 0;
    std::int64_t largest_code = 0;
    std::size_t exact_floats = 0;  ///< floats that must be equal: dequantized codes, and dynamic layers
    std::size_t exact_differing = 0;
    std::size_t other_floats = 0;  ///< floats of float ops, equal but for the order of summation
    std::size_t other_differing = 0;
    double other_relative = 0;
};

template <class Net, class Backend, class Mapping>
class value_case {
    using recorder = node_recorder<Net, Backend, Mapping>;
    using prepared_type = qz::prepared_model<Net, Backend, Mapping, qz::keep_float>;
    using model_type = qz::quantized_model<Net, Backend, Mapping>;
    static constexpr qz::prepared_view prepared = qz::prepared_view_of<Net, Backend, Mapping>();
    static constexpr qz::graph_view reference = qz::stage::reference<Net, Backend, Mapping>.view();
    static constexpr qz::graph_view lowered = qz::stage::lowered<Net, Backend, Mapping>.view();

public:
    value_case(const support::golden_group& g, const std::string& name)
        : name_(name), record_(g, name), floats_(record_.parameters(parameter_names())), calibrated_(floats_) {
        const qz::report::node_names names = qz::report::names_of(prepared, lowered);
        for (int i = lowered.first; i >= 0; i = lowered[i].next) node_[names[i]] = i;
    }

    void run() {
        INFO("case " << name_);
        find_misplaced();
        const qz::quantized_parameters given = from_record();
        const model_type model = qz::convert_from<Net, Backend, Mapping, qz::keep_float>(floats_, given);
        for (const recorded_run& r : record_.runs) check_recorded(model, r);
        for (const recorded_run& r : record_.runs) check_reference(given, r);
        if (record_.trained()) {
            check_state_dict(given);
            calibrated_.train();
        }
        calibrate();
        const qz::quantized_parameters own = qz::convert_parameters(calibrated_, reference);
        check_observers(own);
        if (record_.trained()) check_trained();
        check_weights(own, given);
        check_texts(own);
        const model_type own_model(calibrated_.view(), calibrated_.parameters(), own);
        for (const recorded_run& r : record_.runs) check_calibrated(own_model, r);
    }

private:
    // --- from the record -------------------------------------------------------------------------------------------

    static std::set<std::string> parameter_names() {
        std::set<std::string> names;
        const qz::trace_view& t = prepared.trace;
        for (int m = 0; m < t.module_count; ++m)
            for (int k = 0; k < t.modules[m].parameter_count; ++k) {
                const std::string path(t.module_path(m));
                const std::string name(t.parameters[t.modules[m].first_parameter + k].name);
                names.insert(name.empty() ? path : path + "." + name);
            }
        return names;
    }

    /// Scales and zero points by observer slot; weights by node. A functional op's weight is not recorded as codes: it
    /// is quantized here, and its scale must be the recorded one.
    qz::quantized_parameters from_record() const {
        qz::quantized_parameters q;
        q.values.resize(static_cast<std::size_t>(prepared.observer_count));
        for (int slot = 0; slot < prepared.observer_count; ++slot) {
            const qz::observer_config& c = prepared.observer(slot);
            qz::value_qparams& v = q.values[static_cast<std::size_t>(slot)];
            if (const json* o = record_.observer(slot))
                v = {support::numbers32(o->at("scale")).at(0), o->at("zero_point").at(0).template get<std::int32_t>()};
            else if (c.type->rule == qz::observer_rule::fixed)
                v = {c.args.scale, c.args.zero_point};
            else if (!c.args.is_dynamic)
                FAIL(name_ << ": observer " << slot << " is not recorded");
        }
        std::size_t used = 0;
        for (int i = lowered.first; i >= 0; i = lowered[i].next) {
            if (lowered[i].kind != qz::node_kind::call_module) continue;
            const auto w = record_.weights.find(std::string(prepared.trace.path_of(lowered[i])));
            if (w == record_.weights.end()) continue;
            q.weights[i] = weight(i, w->second);
            ++used;
        }
        CHECK(used == record_.weights.size());
        functional_weights(q);
        return q;
    }
    qz::quantized_weight weight(int node, const recorded_weight& w) const {
        qz::quantized_weight r{w.extents, w.codes, w.scale, w.zero_point, w.bias};
        if (!w.has_bias) r.bias = qz::detail::weights_of(prepared.trace, lowered, node, calibrated_.parameters()).bias;
        return r;
    }
    void functional_weights(qz::quantized_parameters& q) const {
        for (int i = prepared.graph.first; i >= 0; i = prepared.graph[i].next) {
            const int slot = prepared.graph[i].observer;
            if (slot < 0) continue;
            const int source = qz::first_input(prepared.graph, i);
            if (prepared.graph[source].kind != qz::node_kind::get_attr) continue;
            const qz::tensor<float>& w = calibrated_.parameters().of(prepared.graph[source].module, 0);
            q.weights[source] = qz::detail::quantize_weight({w.extents, w.data, {}}, prepared.observer(slot), "weight");
            CHECK(q.weights[source].scale == support::numbers32(record_.observer(slot)->at("scale")));
        }
    }

    /// relu6 nodes whose recorded result is their recorded input, clamped, in another order (node_recorder.hpp).
    void find_misplaced() const {
        recorder::misplaced.clear();
        const json& recorded = record_.runs.back().values;
        std::map<int, std::string> names;
        for (const auto& [name, i] : node_) names[i] = name;
        for (const auto& [i, name] : names) {
            if (lowered[i].op->code != qz::op_code::relu6 || lowered[i].form != qz::node_form::quantized) continue;
            const std::string& source = names.at(qz::first_input(lowered, i));
            if (!recorded.contains(name) || !recorded.contains(source)) continue;
            const auto want = record_.codes(recorded[name]);
            auto clamped = record_.codes(recorded[source]);
            const auto [low, high] = std::minmax_element(want.begin(), want.end());
            for (std::int64_t& code : clamped) code = std::clamp(code, *low, *high);
            if (clamped == want || channels_last(prepared.trace.shape_of(lowered[i]), clamped) != want) continue;
            recorder::misplaced.insert(i);
            std::printf("  %s %s: recorded with right codes at wrong places, as PyTorch's mobile clamp leaves them\n",
                        name_.c_str(), name.c_str());
        }
    }

    void run_model(const model_type& model, const recorded_run& r) const {
        recorder::seen.clear();
        std::vector<qz::tensor<float>> outputs = model.empty_outputs();
        std::vector<float*> out;
        for (qz::tensor<float>& t : outputs) out.push_back(t.data.data());
        const float* in = r.input.data.data();
        model.template run<recorder>(&in, out.data(), model.own_arena());
        recorder::seen[node_.at("output")].floats = outputs.at(0).data;
    }

    /// A float value that PyTorch computes in one defined order.
    static bool exact_float(int i) {
        if (lowered[i].op->code == qz::op_code::output) return exact_float(qz::first_input(lowered, i));
        return lowered[i].op->code == qz::op_code::dequantize || lowered[i].form == qz::node_form::dynamic;
    }

    run_difference compare_run(const recorded_run& r, bool print) const {
        run_difference d;
        for (const auto& [name, j] : r.values.items()) {
            INFO(r.label << ": value " << name);
            REQUIRE(node_.count(name) == 1);
            const int i = node_.at(name);
            if (lowered[i].kind == qz::node_kind::placeholder) {
                CHECK(record_.floats(j) == r.input.data);
                continue;
            }
            REQUIRE(recorder::seen.count(i) == 1);
            const node_value& have = recorder::seen.at(i);
            ++d.nodes;
            if (j.contains("qscheme")) {
                const support::difference c = support::compare(have.codes, record_.codes(j));
                d.codes += c.count;
                d.codes_differing += c.differing;
                d.largest_code = std::max(d.largest_code, static_cast<std::int64_t>(std::min(c.largest, 1e9)));
                if (print && c.differing > 0)
                    std::printf("    %s %s: %zu of %zu codes differ, by %g at most\n", name_.c_str(), name.c_str(),
                                c.differing, c.count, c.largest);
            } else {
                const support::difference f = support::compare(have.floats, record_.floats(j));
                (exact_float(i) ? d.exact_floats : d.other_floats) += f.count;
                (exact_float(i) ? d.exact_differing : d.other_differing) += f.differing;
                if (!exact_float(i)) d.other_relative = std::max(d.other_relative, f.relative());
            }
        }
        return d;
    }

    void check_recorded(const model_type& model, const recorded_run& r) const {
        run_model(model, r);
        const run_difference d = compare_run(r, true);
        std::printf(
            "  %s from the record, %s: %zu nodes; %zu of %zu codes differ, %zu of %zu dequantized floats, %zu of "
            "%zu other floats (relative %.2g)\n",
            name_.c_str(), r.label.c_str(), d.nodes, d.codes_differing, d.codes, d.exact_differing, d.exact_floats,
            d.other_differing, d.other_floats, d.other_relative);
        CHECK(d.nodes > 0);
        CHECK(d.codes_differing == 0);
        CHECK(d.exact_differing == 0);
        CHECK(d.other_relative <= float_tolerance);
    }

    /// The reference form, float ops between quantize and dequantize. A sum at the edge between two codes may fall to
    /// either side: such an output is a whole step away, and counted.
    void check_reference(const qz::quantized_parameters& q, const recorded_run& r) const {
        const auto values = qz::run_reference(calibrated_, reference, q, {r.input});
        const int last = qz::first_input(reference, reference.last);
        const std::vector<float>& have = values[static_cast<std::size_t>(last)].data;
        const support::difference d = support::compare(have, r.reference_output);
        const std::vector<float>& want = r.reference_output;
        std::size_t far = 0;
        for (std::size_t k = 0; k < have.size() && k < want.size(); ++k)
            far += std::fabs(static_cast<double>(have[k] - want[k])) > float_tolerance * d.scale;
        std::printf("  %s reference form, %s: %zu of %zu floats differ, %zu by more than %g relative (largest %.2g)\n",
                    name_.c_str(), r.label.c_str(), d.differing, d.count, far, float_tolerance, d.relative());
        CHECK(have.size() == want.size());
        CHECK(far == 0);
    }

    // --- from our own calibration ------------------------------------------------------------------------------------

    void calibrate() {
        std::vector<qz::tensor<float>> last;
        for (const qz::tensor<float>& batch : record_.batches) last = calibrated_(batch);
        const std::vector<float> want = record_.float_output();
        if (want.empty()) return;
        const support::difference d = support::compare(last.at(0).data, want);
        std::printf("  %s float model: %zu of %zu outputs differ, relative %.2g\n", name_.c_str(), d.differing, d.count,
                    d.relative());
        CHECK(d.relative() <= float_tolerance);
    }

    void check_observers(const qz::quantized_parameters& own) const {
        std::int64_t worst = 0;
        std::size_t slots = 0, range_differs = 0, scale_differs = 0, zero_point_differs = 0;
        for (int slot = 0; slot < prepared.observer_count; ++slot) {
            const json* o = record_.observer(slot);
            if (o == nullptr) continue;
            const qz::observer_state& s = calibrated_.state(slot);
            ++slots;
            // A weight's observer is run at conversion and leaves no state here.
            if (s.observed()) {
                const std::int64_t low = support::ulps(s.min.at(0), support::number32(o->at("min_val")));
                const std::int64_t high = support::ulps(s.max.at(0), support::number32(o->at("max_val")));
                worst = std::max({worst, low, high});
                range_differs += low != 0 || high != 0;
            }
            if (is_weight(slot)) continue;
            const qz::value_qparams& v = own.values[static_cast<std::size_t>(slot)];
            scale_differs += v.scale != support::numbers32(o->at("scale")).at(0);
            zero_point_differs += v.zero_point != o->at("zero_point").at(0).template get<std::int32_t>();
        }
        std::printf(
            "  %s calibrated: of %zu observers %zu ranges differ (%lld ulp at most), %zu scales, %zu zero points\n",
            name_.c_str(), slots, range_differs, static_cast<long long>(worst), scale_differs, zero_point_differs);
        CHECK(worst <= 4);
        CHECK(zero_point_differs == 0);
    }
    /// Ranges of the weights' fake-quantizes, and running statistics.
    void check_trained() const {
        std::int64_t worst = 0;
        for (const auto& [node, s] : calibrated_.layers().weights()) {
            const json& o = record_.weight_fake_quant(std::string(prepared.trace.path_of(prepared.graph[node])));
            worst = std::max(worst, support::ulps(s.observer.min.at(0), support::number32(o.at("min_val"))));
            worst = std::max(worst, support::ulps(s.observer.max.at(0), support::number32(o.at("max_val"))));
        }
        const qz::prepared_state trained = qz::take_apart(prepared, record_.trained_state_dict());
        const qz::trace_view& t = prepared.trace;
        double statistics = 0;
        for (int m = 0; m < t.module_count; ++m)
            for (int k = 2; k < t.modules[m].parameter_count; ++k) {
                const std::string name = calibrated_.parameters().name_of(m, k);
                const std::vector<float> want = qz::get<float>(trained.parameters, name).data;
                statistics =
                    std::max(statistics, support::compare(calibrated_.parameters().of(m, k).data, want).relative());
            }
        std::printf("  %s trained: weight ranges differ by %lld ulp at most, running statistics by %.2g relative\n",
                    name_.c_str(), static_cast<long long>(worst), statistics);
        CHECK(worst <= 4);
        CHECK(statistics <= float_tolerance);
    }

    /// The trained model's state_dict, read by PyTorch's names, converts to the recorded numbers.
    void check_state_dict(const qz::quantized_parameters& given) const {
        const prepared_type p(record_.trained_state_dict());
        const qz::quantized_parameters q = qz::convert_parameters(p, reference);
        CHECK(q.values == given.values);
        check_weights(q, given);
        const qz::model_parameters& parameters = p.parameters();
        const model_type model(p.view(), parameters, q);
        for (const recorded_run& r : record_.runs) {
            run_model(model, r);
            const run_difference d = compare_run(r, true);
            std::printf("  %s from the trained state_dict, %s: %zu of %zu codes differ\n", name_.c_str(),
                        r.label.c_str(), d.codes_differing, d.codes);
            CHECK(d.codes_differing == 0);
        }
    }
    static bool is_weight(int slot) { return prepared.observers[slot].weight; }

    void check_weights(const qz::quantized_parameters& own, const qz::quantized_parameters& given) const {
        CHECK(own.weights.size() == given.weights.size());
        std::size_t codes = 0, codes_differ = 0, scales_differ = 0;
        for (const auto& [node, w] : given.weights) {
            REQUIRE(own.weights.count(node) == 1);
            const qz::quantized_weight& mine = own.weights.at(node);
            const support::difference d = support::compare(mine.codes, w.codes);
            codes += d.count;
            codes_differ += d.differing;
            scales_differ += support::compare(mine.scale, w.scale).differing;
            CHECK(mine.zero_point == w.zero_point);
        }
        std::printf("  %s weights: %zu of %zu codes differ, %zu scales\n", name_.c_str(), codes_differ, codes,
                    scales_differ);
        CHECK(codes_differ == 0);
        CHECK(scales_differ == 0);
    }

    /// Printed models with our own numbers: equal but for the digits of scale, minimum and maximum.
    void check_texts(const qz::quantized_parameters& own) const {
        qz::report::graph_values v;
        v.range = [this](int slot) {
            const qz::observer_state& s = calibrated_.state(slot);
            return qz::report::observed_range{s.min, s.max};
        };
        v.qparams = [&own](int slot) {
            const qz::value_qparams& q = own.values[static_cast<std::size_t>(slot)];
            return qz::report::slot_qparams{q.scale, q.zero_point};
        };
        text_difference d;
        if (const auto* want = record_.text("prepared_text"))
            d += compare_texts(qz::report::prepared_text(prepared, v), *want);
        for (const char* key : {"converted_text", "lowered_text"})
            if (const auto* want = record_.text(key))
                d += compare_texts(qz::report::lowered_text(prepared, lowered, v), *want);
        std::printf("  %s printed with own numbers: %zu of %zu real numbers differ (relative %.2g), other text %s\n",
                    name_.c_str(), d.differing, d.numbers, d.relative, d.same_words ? "equal" : "NOT EQUAL");
        CHECK(d.same_words);
        CHECK(d.relative <= float_tolerance);
    }

    void check_calibrated(const model_type& model, const recorded_run& r) const {
        run_model(model, r);
        const run_difference d = compare_run(r, false);
        std::printf("  %s calibrated, %s: %zu of %zu codes differ, by %lld at most\n", name_.c_str(), r.label.c_str(),
                    d.codes_differing, d.codes, static_cast<long long>(d.largest_code));
        CHECK(d.largest_code <= 1);
    }

    std::string name_;
    recorded_case record_;
    qz::tensor_map floats_;
    prepared_type calibrated_;
    std::map<std::string, int> node_{};
};

template <class Net, class Backend, class Mapping>
void check_case(const support::golden_group& g, const std::string& name, totals& t) {
    static_assert(qz::can_quantize<Net, Backend, Mapping, qz::keep_float>);
    value_case<Net, Backend, Mapping>(g, name).run();
    ++t.run;
}

}  // namespace values
