// SPDX-License-Identifier: BSL-1.0
// The TensorFlow Lite rules against the published int8 models: every tensor of the recorded samples, and the outputs of
// both rounding variants. The kernels run straight from the published weights, scales and shapes.
#include <quantype/kernel/scalar/avg_pool2d.hpp>
#include <quantype/kernel/scalar/conv2d.hpp>
#include <quantype/kernel/scalar/elementwise.hpp>
#include <quantype/kernel/scalar/linear.hpp>
#include <quantype/kernel/scalar/softmax_q31.hpp>

#include "ops_case.hpp"

#ifndef QUANTYPE_MODELS_DIR
#define QUANTYPE_MODELS_DIR "../shared/models"
#endif

namespace {

using namespace ops;
namespace kernel = quantype::kernel;
using quantype::requantize::tflite_double_rounding;
using quantype::requantize::tflite_single_rounding;
using code = std::int8_t;
using codes = std::vector<code>;

// One published model: its description and its constants.
struct model {
    std::string folder;
    json plan;
    std::map<int, codes> weights;
    std::map<int, std::vector<std::int32_t>> biases;

    const json& info(int t) const { return plan.at("tensors").at(static_cast<std::size_t>(t)); }
    double scale(int t, int channel = 0) const {
        const json& s = info(t).at("scale");
        return s.at(s.size() == 1 ? 0U : static_cast<std::size_t>(channel)).get<double>();
    }
    int zero(int t) const { return info(t).at("zero_point").at(0).get<int>(); }
    std::vector<int> dims(int t) const { return info(t).at("shape").get<std::vector<int>>(); }
    kernel::image_layout layout(int t) const {
        const std::vector<int> d = dims(t);
        return d.size() == 4 ? kernel::image_layout{d[1], d[2], d[3]} : kernel::image_layout{1, 1, d.back()};
    }
};

std::string tensor_file(int t) {
    char name[32];
    std::snprintf(name, sizeof name, "tensor_%03d", t);
    return name;
}

model load(const std::string& name) {
    model m{std::string(QUANTYPE_MODELS_DIR) + "/" + name, {}, {}, {}};
    std::ifstream file(m.folder + "/published_int8/quant.json");
    m.plan = json::parse(file);
    for (const json& t : m.plan.at("tensors")) {
        if (!t.at("constant").get<bool>() || t.at("scale").is_null()) continue;
        const int index = t.at("index").get<int>();
        const std::string path = m.folder + "/published_int8/" + tensor_file(index) + ".npy";
        if (t.at("dtype") == "int8")
            m.weights[index] = read_npy<code>(path, "|i1");
        else
            m.biases[index] = read_npy<std::int32_t>(path, "<i4");
    }
    return m;
}

template <class Policy>
std::vector<typename Policy::params> channel_params(const model& m, const json& op, int channels) {
    const int x = op.at("inputs").at(0), w = op.at("inputs").at(1), b = op.at("inputs").at(2),
              y = op.at("outputs").at(0);
    const auto q31 = op.at("multiplier_q31").get<std::vector<std::int32_t>>();
    const auto shift = op.at("shift").get<std::vector<int>>();
    std::vector<typename Policy::params> params;
    for (int o = 0; o < channels; ++o) {
        const auto index = static_cast<std::size_t>(o);
        const auto made = Policy::make({m.scale(x), m.scale(w, o), m.scale(y)}, m.biases.at(b).at(index));
        const std::size_t k = q31.size() == 1 ? 0 : index;
        REQUIRE(made.status == quantype::requantize_status::ok);
        CHECK(made.params.multiplier == quantype::q31_multiplier{q31.at(k), shift.at(k)});
        params.push_back(made.params);
    }
    return params;
}

template <class Args>
void set_range(Args& args, const model& m, const json& op) {
    args.input_zero_point = m.zero(op.at("inputs").at(0));
    args.output_zero_point = m.zero(op.at("outputs").at(0));
    args.output_lo = op.at("act_min_max").at(0);
    args.output_hi = op.at("act_min_max").at(1);
}

template <class Policy>
codes run_conv(const model& m, const json& op, const codes& x, bool depthwise) {
    const json& options = op.at("options");
    const int w = op.at("inputs").at(1);
    const std::vector<int> d = m.dims(w);  // [out][kh][kw][in], or [1][kh][kw][channels]
    const auto pad = op.at("pad_top_bottom_left_right").get<std::vector<int>>();
    kernel::conv2d_config k;
    k.input = m.layout(op.at("inputs").at(0));
    k.output = m.layout(op.at("outputs").at(0));
    k.kernel_height = d[1];
    k.kernel_width = d[2];
    k.stride_height = options.at("stride_h");
    k.stride_width = options.at("stride_w");
    k.dilation_height = options.at("dilation_h");
    k.dilation_width = options.at("dilation_w");
    k.padding = {pad[0], pad[1], pad[2], pad[3]};
    k.groups = depthwise ? k.input.channels : 1;
    REQUIRE(k.valid());
    const codes weights = depthwise ? permuted(m.weights.at(w), 1, d[3], d[1], d[2], true) : m.weights.at(w);
    const auto params = channel_params<Policy>(m, op, k.output.channels);
    codes y(static_cast<std::size_t>(k.output.image()));
    kernel::conv2d_args<code, code, typename Policy::params> args{x.data(), weights.data(), params.data(), y.data()};
    set_range(args, m, op);
    kernel::scalar::conv2d_loop<Policy>(k, args);
    return y;
}

template <class Policy>
codes run_linear(const model& m, const json& op, const codes& x) {
    const int w = op.at("inputs").at(1);
    const std::vector<int> d = m.dims(w);
    const auto params = channel_params<Policy>(m, op, d[0]);
    codes y(static_cast<std::size_t>(d[0]));
    kernel::linear_args<code, code, typename Policy::params> args{x.data(), m.weights.at(w).data(), params.data(),
                                                                  y.data()};
    set_range(args, m, op);
    kernel::scalar::linear_loop<Policy>({1, d[1], d[0]}, args);
    return y;
}

template <class Policy>
codes run_add(const model& m, const json& op, const codes& a, const codes& b) {
    using rule = quantype::add_rule::tflite<Policy>;
    const int ta = op.at("inputs").at(0), tb = op.at("inputs").at(1), out = op.at("outputs").at(0);
    const auto made = rule::make({m.scale(ta), m.scale(tb), m.scale(out)});
    REQUIRE(made.status == quantype::requantize_status::ok);
    codes y(a.size());
    kernel::elementwise_args<code, code, code, typename rule::params> args{a.data(), b.data(), y.data(), made.params};
    args.a_zero_point = m.zero(ta);
    args.b_zero_point = m.zero(tb);
    args.output_zero_point = m.zero(out);
    if (op.at("options").at("fused_activation") == "RELU") args.output_lo = m.zero(out);
    kernel::scalar::elementwise_loop<rule>(kernel::elementwise(static_cast<int>(a.size())), args);
    return y;
}

codes run_average(const model& m, const json& op, const codes& x) {
    const json& o = op.at("options");
    kernel::avg_pool2d_config k{1, m.layout(op.at("inputs").at(0)), m.layout(op.at("outputs").at(0))};
    k.kernel_height = o.at("filter_h");
    k.kernel_width = o.at("filter_w");
    k.stride_height = o.at("stride_h");
    k.stride_width = o.at("stride_w");
    k.rule = kernel::avg_pool_rule::tflite;
    codes y(static_cast<std::size_t>(k.output.image()));
    kernel::scalar::avg_pool2d_loop<code>(k, {x.data(), y.data(), m.zero(op.at("inputs").at(0))});
    return y;
}

codes run_softmax(const model& m, const json& op, const codes& x) {
    codes y(x.size());
    const auto scaling = quantype::softmax_q31::make_scaling(m.scale(op.at("inputs").at(0)));
    kernel::scalar::softmax_q31_loop<code, code>({1, static_cast<int>(x.size())}, {x.data(), y.data(), scaling});
    return y;
}

template <class Policy>
codes run_op(const model& m, const json& op, const std::map<int, codes>& values) {
    const std::string name = op.at("op");
    const codes& x = values.at(op.at("inputs").at(0));
    if (name == "CONV_2D" || name == "DEPTHWISE_CONV_2D") return run_conv<Policy>(m, op, x, name != "CONV_2D");
    if (name == "FULLY_CONNECTED") return run_linear<Policy>(m, op, x);
    if (name == "ADD") return run_add<Policy>(m, op, x, values.at(op.at("inputs").at(1)));
    if (name == "AVERAGE_POOL_2D") return run_average(m, op, x);
    if (name == "SOFTMAX") return run_softmax(m, op, x);
    REQUIRE(name == "RESHAPE");
    return x;
}

// Every tensor that the model computes from one input, by index.
template <class Policy>
std::map<int, codes> run_model(const model& m, const codes& input) {
    std::map<int, codes> values{{m.plan.at("inputs").at(0).get<int>(), input}};
    for (const json& op : m.plan.at("ops")) values[op.at("outputs").at(0).get<int>()] = run_op<Policy>(m, op, values);
    return values;
}

// The input codes of all samples: recorded, or bytes moved by 128 (pictures).
codes all_inputs(const model& m) {
    const std::string published = m.folder + "/inputs_int8_published_nhwc.npy", raw = m.folder + "/inputs_raw.npy";
    if (std::ifstream(published)) return read_npy<code>(published, "|i1");
    if (m.folder.find("kws") != std::string::npos) return read_npy<code>(raw, "|i1");
    codes x;
    for (std::uint8_t v : read_npy<std::uint8_t>(raw, "|u1")) x.push_back(static_cast<code>(v - 128));
    return x;
}

std::size_t differing(const codes& got, const code* expected) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < got.size(); ++i)
        if (got[i] != expected[i]) ++n;
    return n;
}

// Recorded values of every computed tensor for the first samples.
std::size_t check_intermediates(const model& m, const std::map<int, codes>& values, std::size_t sample) {
    std::ifstream file(m.folder + "/published_int8/intermediates_i8.safetensors", std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    std::uint64_t header = 0;
    std::memcpy(&header, bytes.data(), sizeof header);
    std::size_t wrong = 0;
    const json entries = json::parse(bytes.substr(8, header));
    for (const auto& [name, info] : entries.items()) {
        if (name == "__metadata__") continue;
        const codes& got = values.at(std::stoi(name.substr(7)));
        const std::size_t begin = 8 + header + info.at("data_offsets").at(0).get<std::size_t>() + sample * got.size();
        REQUIRE(begin + got.size() <= bytes.size());
        codes expected(got.size());
        std::memcpy(expected.data(), bytes.data() + begin, got.size());
        wrong += differing(got, expected.data());
    }
    return wrong;
}

int run_published(const std::string& name, std::size_t samples) {
    INFO(name);
    const model m = load(name);
    const codes inputs = all_inputs(m);
    const auto twice = read_npy<code>(m.folder + "/published_int8/output_i8.npy", "|i1");
    const auto once = read_npy<code>(m.folder + "/published_int8/output_i8_single_rounding.npy", "|i1");
    const std::vector<int> in = m.dims(m.plan.at("inputs").at(0)), out = m.dims(m.plan.at("outputs").at(0));
    const int result = m.plan.at("outputs").at(0);
    const std::size_t available = inputs.size() / product(in);
    int done = 0;
    for (std::size_t s = 0; s < available && s < samples; ++s, ++done) {
        INFO("sample " << s);
        const auto first = inputs.begin() + static_cast<std::ptrdiff_t>(s * product(in));
        const codes x(first, first + static_cast<std::ptrdiff_t>(product(in)));
        const auto values = run_model<tflite_double_rounding>(m, x);
        CHECK(differing(values.at(result), twice.data() + s * product(out)) == 0);
        if (s < 3) CHECK(check_intermediates(m, values, s) == 0);
        CHECK(differing(run_model<tflite_single_rounding>(m, x).at(result), once.data() + s * product(out)) == 0);
    }
    std::printf("%s: %d samples, both roundings\n", name.c_str(), done);
    return done;
}

}  // namespace

TEST_CASE("golden ops_tflite") {
    if (!std::ifstream(std::string(QUANTYPE_MODELS_DIR) + "/kws_dscnn/published_int8/quant.json")) {
        WARN("SKIPPED golden ops_tflite: no published models in " QUANTYPE_MODELS_DIR);
        std::printf("golden ops_tflite: 0 cases run, 1 skipped\n");
        return;
    }
    const int run = run_published("kws_dscnn", 20) + run_published("ic_resnet8", 8) +
                    run_published("vww_mobilenetv1_025", 16) + run_published("sww_dscnn1d", 23) +
                    run_published("ad_autoencoder", 98);
    std::printf("golden ops_tflite: %d cases run, 0 skipped\n", run);
}
