// SPDX-License-Identifier: BSL-1.0
// Published int8 .tflite models through the library's own path: a backend of int8 activations and per-channel weights,
// and their weights, integer biases and qparams in place of a calibration. Pads are folded into the convolutions.
#pragma once
#include <quantype/backend/backend_config.hpp>
#include <quantype/backend/common/conv.hpp>
#include <quantype/backend/common/elementwise.hpp>
#include <quantype/backend/common/linear.hpp>
#include <quantype/backend/common/share_observer.hpp>
#include <quantype/backend/engine.hpp>
#include <quantype/model/folded_pads.hpp>

#include "golden/real_data.hpp"
#include "golden/real_lowered.hpp"

namespace real_models {

namespace tflite_table {
using weighted = qz::backends::dtype_configs<qz::backends::weighted_qint8>;
using plain = qz::backends::dtype_configs<qz::backends::plain_qint8>;
using patterns = qz::backends::join<qz::backends::conv_rows<weighted>, qz::backends::linear_rows<weighted>,
                                    qz::backends::add_rows<plain>, qz::backends::share_observer_rows<plain>,
                                    qz::backends::rows<qz::backends::ops<qz::nn::softmax<>>, plain>>;
}  // namespace tflite_table

/// TensorFlow Lite's int8 ops under one of its roundings.
template <class Engine>
struct tflite_backend
    : decltype(qz::backend_config<"tflite">().template set_engine<Engine>().set_backend_pattern_configs_of(
          tflite_table::patterns{})){};

struct tflite_mapping {
    static constexpr auto value = qz::qconfig_mapping().set_global(
        qz::qconfig{qz::min_max_observer().dtype(qz::qint8), qz::default_per_channel_weight_observer});
};

/// A published model: its description and its constants.
class published_model {
public:
    explicit published_model(const real_model& m)
        : folder_(m.folder + "/published_int8"), plan_(read_json(folder_ + "/quant.json")) {}

    const json& ops() const { return plan_["ops"]; }
    int input() const { return plan_["inputs"][0].get<int>(); }
    qz::value_qparams qparams(int tensor) const {
        const json& t = info(tensor);
        return {t["scale"][0].get<float>(), t["zero_point"][0].get<std::int32_t>()};
    }
    /// Weight of an op in PyTorch's order: OHWI, or 1HWC of a depthwise op, to OIHW.
    qz::quantized_weight weight(const json& op) const {
        const int tensor = op["inputs"][1].get<int>();
        const qz::any_tensor file = constant(tensor);
        const auto values = qz::values_of<std::int8_t>(file).data;
        const qz::shape s = file.extents;
        qz::quantized_weight w;
        w.extents = s;
        w.codes = values;
        if (s.rank == 4) {
            const bool depthwise = op["op"] == "DEPTHWISE_CONV_2D";
            w.extents = depthwise ? qz::shape(s[3], 1, s[1], s[2]) : qz::shape(s[0], s[3], s[1], s[2]);
            const int inner = s[3], taps = s[1] * s[2];
            for (int i = 0; i < static_cast<int>(values.size()); ++i) {
                const int channel = i % inner, tap = i / inner % taps, outer = i / inner / taps;
                const int place = depthwise ? channel * taps + tap : (outer * inner + channel) * taps + tap;
                w.codes[static_cast<std::size_t>(place)] = values[static_cast<std::size_t>(i)];
            }
        }
        for (const json& scale : info(tensor)["scale"]) w.scale.push_back(scale.get<float>());
        w.zero_point.assign(w.scale.size(), 0);
        return w;
    }
    std::vector<std::int32_t> bias(const json& op) const {
        return qz::values_of<std::int32_t>(constant(op["inputs"][2].get<int>())).data;
    }
    std::vector<std::int8_t> codes(const std::string& file) const {
        return qz::values_of<std::int8_t>(qz::load_npy(folder_ + "/" + file)).data;
    }
    qz::tensor_map intermediates() const { return qz::load_safetensors(folder_ + "/intermediates_i8.safetensors"); }

private:
    const json& info(int tensor) const { return plan_["tensors"][static_cast<std::size_t>(tensor)]; }
    qz::any_tensor constant(int tensor) const {
        char file[32];
        std::snprintf(file, sizeof file, "/tensor_%03d.npy", tensor);
        return qz::load_npy(folder_ + file);
    }
    std::string folder_;
    json plan_;
};

/// The input codes of all samples, (N, C, H, W): recorded as such, the raw bytes, or bytes moved by 128 (pictures).
inline std::vector<std::int32_t> input_codes(const real_model& m) {
    const std::string recorded = m.folder + "/inputs_int8_published_nhwc.npy";
    const qz::any_tensor file = qz::load_npy(exists(recorded) ? recorded : m.folder + "/inputs_raw.npy");
    const int moved = file.type == qz::dtype::uint8 ? 128 : 0;
    std::vector<std::int32_t> codes;
    for (const double v : to_nchw(numbers(file), file.extents)) codes.push_back(static_cast<std::int32_t>(v) - moved);
    return codes;
}

/// The model's input is float32: the float of a code, after showing that every code survives the way there and back.
inline std::vector<float> input_floats(const std::vector<std::int32_t>& codes, const qz::value_qparams& q) {
    const float inverse = qz::inverse_of(static_cast<double>(q.scale));
    int survived = 0;
    for (std::int32_t c = -128; c < 128; ++c)
        survived += qz::quantize(qz::dequantize(c, q.scale, q.zero_point), inverse, q.zero_point,
                                 qz::codes_of(qz::dtype::qint8)) == c;
    REQUIRE(survived == 256);
    std::vector<float> x;
    for (const std::int32_t c : codes) x.push_back(qz::dequantize(c, q.scale, q.zero_point));
    return x;
}

/// One model under one rounding. Our nodes that give codes are the input and then the file's ops, in order.
template <class Net, class Engine>
struct published_run {
    using backend = tflite_backend<Engine>;
    using s = stages<Net, backend, tflite_mapping>;
    using recorder = code_recorder<s>;

    static std::vector<int> nodes() {
        std::vector<int> r;
        for (const int i : s::calls())
            if (s::gives_codes(i)) r.push_back(i);
        return r;
    }
    static qz::quantized_parameters parameters(const published_model& p) {
        const std::vector<int> at = nodes();
        REQUIRE(at.size() == p.ops().size() + 1);
        qz::quantized_parameters q;
        q.values.resize(static_cast<std::size_t>(s::prepared.observer_count));
        const auto set = [&](int node, int tensor) {
            const int slot = s::lowered[node].observer;
            if (slot >= 0) q.values[static_cast<std::size_t>(slot)] = p.qparams(tensor);
        };
        set(at[0], p.input());
        for (std::size_t i = 0; i < p.ops().size(); ++i) {
            const json& op = p.ops()[i];
            const int node = at[i + 1];
            set(node, op["outputs"][0].get<int>());
            if (!s::is_weighted(node)) continue;
            q.weights[node] = p.weight(op);
            q.integer_bias[node] = p.bias(op);
        }
        return q;
    }
    /// Tensors of one sample that differ from the record, which is (N, H, W, C).
    static std::size_t check_tensors(const published_model& p, const qz::tensor_map& record, int sample,
                                     std::size_t& values) {
        const std::vector<int> at = nodes();
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < p.ops().size(); ++i) {
            const int tensor = p.ops()[i]["outputs"][0].get<int>();
            char name[32];
            std::snprintf(name, sizeof name, "tensor_%03d", tensor);
            const auto found = record.find(name);
            if (found == record.end()) continue;
            if (s::merged(at[i + 1])) continue;
            const std::vector<double> all = to_nchw(numbers(found->second), found->second.extents);
            const std::vector<std::uint8_t>& got = recorder::codes.at(at[i + 1]);
            for (std::size_t k = 0; k < got.size(); ++k)
                wrong += static_cast<double>(static_cast<std::int8_t>(got[k])) !=
                         all[static_cast<std::size_t>(sample) * got.size() + k];
            values += got.size();
        }
        return wrong;
    }

    static void check(const real_model& m, const std::string& output_file, bool with_tensors, int wanted, tally& t) {
        const published_model p(m);
        const auto model = qz::convert_from<Net, backend, tflite_mapping>(m.weights, parameters(p));
        const both_kernels both(model);
        const std::vector<float> inputs = input_floats(input_codes(m), p.qparams(p.input()));
        const std::vector<std::int8_t> want = p.codes(output_file);
        const qz::value_qparams out = p.qparams(p.ops().back()["outputs"][0].get<int>());
        const std::size_t width = want.size() / static_cast<std::size_t>(m.inputs.count);
        const qz::tensor_map record = with_tensors ? p.intermediates() : qz::tensor_map{};
        const int recorded_samples = with_tensors ? record.begin()->second.extents[0] : 0;
        const int count = std::min(wanted, m.inputs.count);
        std::size_t wrong = 0, tensors_wrong = 0, tensor_values = 0;
        for (int i = 0; i < count; ++i) {
            const float* x = inputs.data() + static_cast<std::size_t>(i) * m.inputs.size;
            const std::vector<float> y = both.template run<recorder>(x, i < recorded_samples);
            REQUIRE(y.size() == width);
            for (std::size_t k = 0; k < width; ++k)  // distinct codes are distinct floats
                wrong +=
                    y[k] != qz::dequantize(want[static_cast<std::size_t>(i) * width + k], out.scale, out.zero_point);
            if (i < recorded_samples) tensors_wrong += check_tensors(p, record, i, tensor_values);
        }
        std::printf("  %s published, %s: %zu of %zu outputs differ (%d of %d samples)", m.name.c_str(),
                    Engine::name.data(), wrong, static_cast<std::size_t>(count) * width, count, m.inputs.count);
        if (with_tensors)
            std::printf("; %zu of %zu codes of all tensors differ (%d samples)", tensors_wrong, tensor_values,
                        recorded_samples);
        std::printf("\n");
        if (with_tensors) CHECK(tensor_values > 0);
        CHECK(tensors_wrong == 0);
        CHECK(wrong == 0);
        ++t.run;
    }
};

/// Both roundings.
template <class Net>
void check_published(const real_model& m, int wanted, tally& t) {
    using net = qz::folded_pads<Net>;
    published_run<net, qz::engine::tflite_double_rounding>::check(m, "output_i8.npy", true, wanted, t);
    published_run<net, qz::engine::tflite_single_rounding>::check(m, "output_i8_single_rounding.npy", false, wanted, t);
}

}  // namespace real_models
