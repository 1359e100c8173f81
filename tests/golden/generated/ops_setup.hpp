// SPDX-License-Identifier: BSL-1.0
// What the generated models of single ops share: each recorded op runs as a whole model (prepare, convert, lower, plan,
// run) with the scales, zero points and weight codes of its case, and must give the recorded codes.
#pragma once
#include <cstdio>
#include <cstring>
#include <map>
#include <quantype/backend/native.hpp>
#include <quantype/desk.hpp>
#include <quantype/model/vocabulary/op_lists.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <string>
#include <vector>

#include "golden/ops_case.hpp"
#include "support/vector_kernels.hpp"

namespace planned {

namespace qz = quantype;
using nlohmann::json;

/// The table with the most ops, in the arithmetic of the recorded engine.
struct backend : decltype(qz::backends::native::set_engine<qz::engine::qnnpack>()) {};
/// PReLU's weight has the scale and zero point of its cases.
struct mapping {
    static constexpr auto value = qz::default_qnnpack_mapping::value.set_object_type<qz::nn::prelu<>>(
        qz::qconfig{qz::default_observer, qz::fixed_qparams_observer(0.004, 20).dtype(qz::quint8).quant_range(0, 255)});
};

using names = std::vector<std::string>;
using pairs = std::vector<std::pair<std::string, std::string>>;

inline std::vector<float> real_values(const ops::tensor& t) {
    if (t.dtype == "float32") return t.values;
    std::vector<float> r(t.codes.size());
    const std::size_t per = r.size() / t.scales.size();
    for (std::size_t i = 0; i < r.size(); ++i)
        r[i] = static_cast<float>(t.codes[i] - t.zero_points[i / per]) * static_cast<float>(t.scales[i / per]);
    return r;
}
inline qz::quantized_weight weight_codes(const ops::tensor& t, const std::vector<float>& bias) {
    qz::quantized_weight w;
    for (int d : t.dims) w.extents.dims[w.extents.rank++] = d;
    w.codes.assign(t.codes.begin(), t.codes.end());
    w.scale.assign(t.scales.begin(), t.scales.end());
    w.zero_point.assign(t.zero_points.begin(), t.zero_points.end());
    w.bias = bias;
    return w;
}

/// Runs models and counts.
class runner {
public:
    int run = 0;

    template <class Net>
    void of(const std::string& group, int number, const names& inputs, const pairs& parameters) {
        const json& j = manifest(group).at("cases").at(static_cast<std::size_t>(number));
        INFO(group << " " << j.at("id").get<std::string>());
        const std::string folder = std::string(QUANTYPE_GOLDEN_DIR) + "/" + group;
        const ops::test_case c{folder, j};
        const json& outputs = j.at("outputs");
        const ops::tensor expected =
            ops::read_tensor(folder, outputs.at(outputs.contains("both") ? "both" : "qnnpack"));
        std::vector<ops::tensor> in;
        for (const std::string& name : inputs) in.push_back(c.at(name.c_str()));
        const auto model = converted<Net>(c, in, expected, parameters);
        const auto shapes = Net::inputs::shapes();
        std::vector<qz::tensor<float>> x;
        for (std::size_t k = 0; k < in.size(); ++k) x.emplace_back(shapes[k], real_values(in[k]));
        const auto& plan = qz::stage::plan<Net, backend, mapping>;
        for (int s = 0; s < plan.step_count; ++s) CHECK(plan.steps[s].kind != qz::step_kind::float_op);
        const std::vector<float> want = real_values(expected);
        compare("scalar", model(x)[0].data, want);
        compare("simd", model.template with<vector_kernels>()(x)[0].data, want);
        ++run;
    }

private:
    const json& manifest(const std::string& group) {
        json& m = manifests_[group];
        if (m.is_null()) {
            std::ifstream file(std::string(QUANTYPE_GOLDEN_DIR) + "/" + group + "/manifest.json");
            m = json::parse(file);
        }
        return m;
    }
    static void compare(const char* kernels, const std::vector<float>& got, const std::vector<float>& want) {
        INFO(kernels);
        REQUIRE(got.size() == want.size());
        std::size_t differing = 0;
        for (std::size_t i = 0; i < got.size(); ++i)
            if (got[i] != want[i]) ++differing;
        CHECK(differing == 0);
    }

    /// Observers stand at the inputs, in order, and last at the output; a functional weight's in between is not read.
    template <class Net>
    static qz::quantized_model<Net, backend, mapping> converted(const ops::test_case& c,
                                                                const std::vector<ops::tensor>& in,
                                                                const ops::tensor& expected, const pairs& parameters) {
        constexpr qz::prepared_view p = qz::prepared_view_of<Net, backend, mapping>();
        constexpr qz::graph_view reference = qz::stage::reference<Net, backend, mapping>.view();
        qz::quantized_parameters q;
        const auto qparams_of = [](const ops::tensor& t) {
            return qz::value_qparams{static_cast<float>(t.scale()), t.zero_point()};
        };
        REQUIRE(p.observer_count > 0);
        q.values.resize(static_cast<std::size_t>(p.observer_count), qparams_of(in[0]));
        for (std::size_t k = 0; k < in.size(); ++k) q.values[k] = qparams_of(in[k]);
        q.values.back() = qparams_of(expected);
        qz::tensor_map weights;
        for (const auto& [name, key] : parameters) {
            const ops::tensor t = c.at(key.c_str());
            qz::any_tensor& w = weights[name];
            w.type = qz::float32;
            for (int d : t.dims) w.extents.dims[w.extents.rank++] = d;
            const std::vector<float> values = real_values(t);
            w.bytes.resize(values.size() * sizeof(float));
            std::memcpy(w.bytes.data(), values.data(), w.bytes.size());
        }
        const std::vector<float> bias = c.has("bias") ? c.at("bias").values : std::vector<float>{};
        for (int i = reference.first; i >= 0; i = reference[i].next) {
            const int source = reference[i].arg_count > 0 ? qz::first_input(reference, i) : -1;
            if (reference[i].form == qz::node_form::reference)
                q.weights[i] = weight_codes(c.at("weight"), bias);
            else if (reference[i].op->code == qz::op_code::quantize && source >= 0 &&
                     reference[source].op->code == qz::op_code::parameter)
                q.weights[source] = weight_codes(c.at("weight"), {});
        }
        return qz::convert_from<Net, backend, mapping>(weights, std::move(q));
    }

    std::map<std::string, json> manifests_{};
};

}  // namespace planned

namespace planned {
inline void run_all(runner& run);
}

TEST_CASE("golden ops_planned") {
    planned::runner run;
    planned::run_all(run);
    if (run.run == 0) WARN("SKIPPED golden ops_planned: no recorded ops");
    std::printf("golden ops_planned: %d cases run, %d skipped\n", run.run, run.run == 0 ? 1 : 0);
}
