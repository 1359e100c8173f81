// SPDX-License-Identifier: BSL-1.0
// The float32 kernels against PyTorch's float networks: logits of the real models, single layers on recorded inputs,
// the recorded small models, and the bits of weights folded with a batch norm.
#include <quantype/io/safetensors.hpp>
#include <quantype/kernel/float32/fold.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>

#include "support/catch.hpp"
#include "support/float_graph.hpp"
#include "support/golden.hpp"

namespace {

using quantype::op_code;
using quantype::shape;
using support::floats;
using support::graph_json;

constexpr const char* models[] = {"ad_autoencoder", "ic_resnet8",  "kws_dscnn",       "mnist_cnn",
                                  "mnist_mbv2",     "sww_dscnn1d", "mobilenetv2_224", "vww_mobilenetv1_025"};

floats from_bytes(const quantype::any_tensor& t) {
    floats f(t.extents);
    std::memcpy(f.data.data(), t.bytes.data(), t.bytes.size());
    return f;
}

shape to_shape(const std::vector<std::int64_t>& dims) {
    shape s;
    for (std::int64_t d : dims) s.dims[s.rank++] = static_cast<std::int32_t>(d);
    return s;
}

graph_json read_json(const std::string& path) {
    std::ifstream in(path);
    if (!in) return {};
    return graph_json::parse(in);
}

std::map<std::string, floats> load_floats(const std::string& path) {
    std::map<std::string, floats> out;
    for (const auto& [name, t] : quantype::load_safetensors(path))
        if (t.type == quantype::float32) out[name] = from_bytes(t);
    return out;
}

// mobilenetv2_224 is shipped as uint8 weights: float32(double(u8) * scale + min).
std::map<std::string, floats> load_u8_weights(const std::string& folder) {
    std::map<std::string, floats> out = load_floats(folder + "/weights_u8.safetensors");
    const graph_json scales = read_json(folder + "/weights_u8_dequant.json").at("tensors");
    for (const auto& [name, t] : quantype::load_safetensors(folder + "/weights_u8.safetensors")) {
        if (!scales.contains(name)) continue;
        floats f(t.extents);
        for (std::size_t i = 0; i < t.bytes.size(); ++i)
            f.data[i] = static_cast<float>(std::to_integer<int>(t.bytes[i]) * scales[name]["scale"].get<double>() +
                                           scales[name]["min"].get<double>());
        out[name] = f;
    }
    return out;
}

support::float_graph load_model(const std::string& folder) {
    support::float_graph g;
    g.description = read_json(folder + "/model.json");
    const bool u8 = std::ifstream(folder + "/weights_u8.safetensors").good();
    if (!g.description.is_null())
        g.weights = u8 ? load_u8_weights(folder) : load_floats(folder + "/weights.safetensors");
    return g;
}

// The first samples as float NCHW, after the model's input_transform.
floats load_inputs(const support::float_graph& g, const std::string& folder, int samples) {
    const graph_json& d = g.description;
    const support::npy_array raw =
        support::read_npy(folder + "/" + d.value("inputs_folder", std::string(".")) + "/inputs_raw.npy");
    shape stored = to_shape(raw.shape);
    stored[0] = samples;
    const bool u8 = raw.descr == "|u1", i8 = raw.descr == "|i1";
    float scale = u8 ? 1.0F / 255 : 1.0F;
    float zero_point = 0;
    const bool divides = d.at("input_transform").is_string();  // "float = uint8 / 255"
    if (!divides) {
        scale = static_cast<float>(d["input_transform"]["scale"].get<double>());
        zero_point = static_cast<float>(d["input_transform"]["zero_point"].get<double>());
    }
    floats x(stored);
    for (std::size_t i = 0; i < x.data.size(); ++i) {
        float v = 0;
        if (u8)
            v = static_cast<float>(static_cast<unsigned char>(raw.bytes[i]));
        else if (i8)
            v = static_cast<float>(static_cast<signed char>(raw.bytes[i]));
        else
            std::memcpy(&v, raw.bytes.data() + 4 * i, 4);
        x.data[i] = divides ? v / 255.0F : (v - zero_point) * scale;
    }
    if (d.at("input_layout_of_files") != "NHWC") return x;
    const int h = stored[1], w = stored[2], c = stored[3];
    floats y(shape(samples, c, h, w));
    for (std::size_t i = 0; i < y.data.size(); ++i) {
        const auto at = static_cast<int>(i);
        const int col = at % w, row = at / w % h, channel = at / w / h % c, n = at / w / h / c;
        y.data[i] = x.data[static_cast<std::size_t>(((n * h + row) * w + col) * c + channel)];
    }
    return y;
}

struct difference {
    double largest = 0;    // |got - want|
    double magnitude = 0;  // largest |want|
    std::size_t unequal = 0;
    double relative() const { return magnitude > 0 ? largest / magnitude : largest; }
};
difference compare(const std::vector<float>& got, const float* want) {
    difference d;
    for (std::size_t i = 0; i < got.size(); ++i) {
        const double error = std::fabs(static_cast<double>(got[i]) - static_cast<double>(want[i]));
        if (!(error <= d.largest)) d.largest = error;
        d.magnitude = std::fmax(d.magnitude, std::fabs(static_cast<double>(want[i])));
        d.unequal += got[i] != want[i];
    }
    return d;
}

bool check_model(const std::string& name) {
    const std::string folder = std::string(QUANTYPE_MODELS_DIR) + "/" + name;
    const support::float_graph g = load_model(folder);
    if (g.description.is_null()) return false;
    const int samples = name == "mobilenetv2_224" ? 2 : 8;
    const floats x = load_inputs(g, folder, samples);
    const auto start = std::chrono::steady_clock::now();
    const auto values = g.run(x);
    const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
    const graph_json& last = g.nodes().back();
    const bool softmax = last.at("op") == "softmax";
    const auto& logits = values.at(softmax ? last["inputs"][0].get<std::string>() : last["name"].get<std::string>());
    const auto want = support::elements<float>(support::read_npy(folder + "/ref_float/logits_f32.npy"));
    const difference d = compare(logits.data, want.data());
    std::printf("  %-20s %d samples, %.1f ms each, logits within %.2g (largest %.3g, relative %.2g)\n", name.c_str(),
                samples, spent.count() / samples, d.largest, d.magnitude, d.relative());
    CHECK(d.relative() <= 1e-5);
    if (softmax) {
        const auto probabilities = support::elements<float>(support::read_npy(folder + "/ref_float/output_f32.npy"));
        CHECK(compare(values.at(last["name"].get<std::string>()).data, probabilities.data()).relative() <= 1e-5);
    }
    return true;
}

// Every node alone, on PyTorch's recorded inputs.
void check_layers(const std::string& name) {
    const std::string folder = std::string(QUANTYPE_MODELS_DIR) + "/" + name;
    const support::float_graph g = load_model(folder);
    if (g.description.is_null()) return;
    auto recorded = load_floats(folder + "/ref_float/intermediates_f32.safetensors");
    recorded["x"] = load_inputs(g, folder, 1);
    std::map<std::string, std::size_t> unequal, total;
    for (const graph_json& node : g.nodes()) {
        std::vector<const floats*> in;
        bool known = recorded.contains(node["name"].get<std::string>());
        for (const graph_json& i : node["inputs"]) {
            known = known && recorded.contains(i.get<std::string>());
            if (known) in.push_back(&recorded[i.get<std::string>()]);
        }
        if (!known) continue;
        const floats y = g.run_node(node, in);
        const difference d = compare(y.data, recorded[node["name"].get<std::string>()].data.data());
        const std::string op = node["op"].get<std::string>();
        INFO(name << " " << node["name"].get<std::string>());
        CHECK(d.relative() <= 1e-6);
        unequal[op] += d.unequal;
        total[op] += y.data.size();
    }
    for (const auto& [op, n] : total)
        std::printf("  %-12s %-18s %zu of %zu values differ in some bit\n", name.c_str(), op.c_str(), unequal[op], n);
    for (const char* op : {"relu", "relu6", "maxpool2d", "flatten", "add", "batchnorm2d"}) CHECK(unequal[op] == 0);
}

// The recorded small models: float graphs, whose convolutions' padding and groups stand in the printed lowered model.
struct small_model {
    const graph_json& record;
    std::map<std::string, floats> parameters{};
    std::map<std::string, floats> folded{};  // "c.weight", "c.bias" after folding
    std::size_t folded_codes = 0;

    small_model(const support::golden_group& g, const graph_json& c) : record(c) {
        for (const auto& [name, t] : c.at("params").items()) {
            const support::npy_array a = g.load(t);
            parameters[name] = floats(to_shape(a.shape), support::elements<float>(a));
        }
        if (c.contains("after_training_mode_calls"))
            for (const auto& [name, t] : c.at("after_training_mode_calls").items()) read_state(g, name, t);
    }
    void read_state(const support::golden_group& g, std::string name, const graph_json& t) {
        const std::size_t inner = name.find(".bn.");
        if (inner == std::string::npos || !t.is_object() || !t.contains("file")) return;
        parameters["b" + name.substr(inner + 3)].data = g.floats(t);
    }

    /// Integer after `key` in the line of the printed model that describes `module`, or `otherwise`.
    int printed(const std::string& module, const std::string& key, int otherwise) const {
        const auto text = record.at("lowered_text").get<std::string>();
        const std::size_t from = text.find("(" + module + "): ");
        const std::string line = from == std::string::npos ? "" : text.substr(from, text.find('\n', from) - from);
        const std::size_t at = line.find(key);
        return at == std::string::npos ? otherwise : std::stoi(line.substr(at + key.size()));
    }

    quantype::attributes weighted(const std::string& module) const {
        const shape w = parameters.at(module + ".weight").extents;
        quantype::attributes a = support::attributes_with(w.rank == 2 ? op_code::linear : op_code::conv);
        a.bias = true;
        a.groups = printed(module, "groups=", 1);
        a.out = w[0];
        a.in = w[1] * a.groups;
        a.geometry.rank = w.rank - 2;
        for (int i = 0; i < w.rank - 2; ++i) {
            a.geometry.kernel[i] = w[2 + i];
            a.geometry.pad_before[i] = a.geometry.pad_after[i] = printed(module, "padding=(", 0);
        }
        return a;
    }

    void fold(const std::string& module, const std::string& bn) {
        const quantype::attributes a = weighted(module);
        folded[module + ".weight"] = parameters.at(module + ".weight");
        folded[module + ".bias"] = parameters.at(module + ".bias");
        const auto vector = [&](const char* role) { return parameters.at(bn + role).data.data(); };
        floats &w = folded[module + ".weight"], &b = folded[module + ".bias"];
        quantype::kernel::float32::fold_batch_norm(
            a, w.count() / a.out, w.data.data(), b.data.data(),
            {vector(".weight"), vector(".bias"), vector(".running_mean"), vector(".running_var"), 1e-5}, w.data.data(),
            b.data.data());
    }
    const floats& weight_of(const std::string& name) const {
        const auto f = folded.find(name);
        return f == folded.end() ? parameters.at(name) : f->second;
    }

    floats run_module(const graph_json& node, const floats& x) const {
        const std::string type = node.at("module").get<std::string>(), name = node.at("target").get<std::string>();
        if (parameters.contains(name + ".running_mean")) return x;  // folded into the layer before it
        if (parameters.contains(name + ".weight"))
            return support::call(weighted(name), {&x},
                                 {weight_of(name + ".weight").data.data(), weight_of(name + ".bias").data.data()});
        const std::map<std::string, op_code> codes = {{"torch.nn.ReLU", op_code::relu},
                                                      {"torch.nn.ReLU6", op_code::relu6},
                                                      {"torch.nn.Hardswish", op_code::hardswish},
                                                      {"torch.nn.MaxPool2d", op_code::max_pool}};
        quantype::attributes a = support::attributes_with(codes.at(type));
        if (a.code == op_code::max_pool) a.geometry = {2, {2, 2, 1}, {2, 2, 1}};
        return support::call(a, {&x}, {});
    }

    floats run_function(const graph_json& node, const std::vector<const floats*>& in) const {
        const std::map<std::string, op_code> codes = {
            {"operator.add", op_code::add},
            {"operator.mul", op_code::mul},
            {"torch.cat", op_code::cat},
            {"torch.flatten", op_code::flatten},
            {"torch.sigmoid", op_code::sigmoid},
            {"torch.sin", op_code::sin},
            {"torch.nn.functional.relu", op_code::relu},
            {"torch.nn.functional.linear", op_code::linear},
            {"torch.nn.functional.adaptive_avg_pool2d", op_code::adaptive_avg_pool}};
        quantype::attributes a = support::attributes_with(codes.at(node.at("target").get<std::string>()));
        if (a.code == op_code::linear) {
            a.in = in[1]->extents[1];
            a.out = in[1]->extents[0];
            a.bias = in.size() > 2;
        }
        a.axis_count = a.code == op_code::cat ? 1 : 2;
        a.axes[0] = 1;
        a.axes[1] = a.code == op_code::flatten ? -1 : 1;
        return support::call(a, in, {});
    }

    floats run(const floats& x) const {
        std::map<std::string, floats> values;
        std::string last;
        for (const graph_json& node : record.at("float_graph")) {
            std::vector<const floats*> in;
            const auto collect = [&](const graph_json& arg, const auto& self) -> void {
                if (arg.is_array())
                    for (const graph_json& a : arg) self(a, self);
                if (arg.is_string() && arg.get<std::string>().starts_with("%"))
                    in.push_back(&values.at(arg.get<std::string>().substr(1)));
            };
            collect(node.at("args"), collect);
            const auto kind = node.at("op").get<std::string>(), name = node.at("name").get<std::string>();
            if (kind == "placeholder") values[name] = x;
            if (kind == "get_attr") values[name] = parameters.at(name);
            if (kind == "call_module") values[name] = run_module(node, *in[0]);
            if (kind == "call_function") values[name] = run_function(node, in);
            if (kind == "output") return *in[0];
        }
        return {};
    }
};

// Codes of a folded weight: symmetric, scale = max|w| / 127.5, and rounding as quantize_per_tensor.
void check_folded(const support::golden_group& g, small_model& m, const std::string& module, bool scale_from_weight) {
    namespace ex = quantype::exact;
    const graph_json& recorded = m.record["engines"]["qnnpack"]["weights"][module];
    const floats &w = m.folded.at(module + ".weight"), &b = m.folded.at(module + ".bias");
    INFO(m.record["case"].get<std::string>() << " " << module);
    CHECK(g.floats(recorded["bias"]) == b.data);
    const auto codes = support::elements<std::int8_t>(g.load(recorded["weight"]));
    const std::int64_t per_output = w.count() / w.extents[0];
    const bool per_channel = recorded["weight"]["qscheme"] == "per_channel";
    for (std::int64_t o = 0; o < w.extents[0]; ++o) {
        const std::int64_t from = per_channel ? o * per_output : 0, count = per_channel ? per_output : w.count();
        float most = 0;
        for (std::int64_t i = from; i < from + count; ++i)
            most = std::fmax(most, std::fabs(w.data[static_cast<std::size_t>(i)]));
        const double s = per_channel ? recorded["weight"]["scales"][static_cast<std::size_t>(o)].get<double>()
                                     : recorded["weight"]["scale"].get<double>();
        if (scale_from_weight) CHECK(ex::div(most, 127.5F) == static_cast<float>(s));
        const float inverse = ex::div(1.0F, static_cast<float>(s));
        for (std::int64_t i = o * per_output; i < (o + 1) * per_output; ++i) {
            const auto at = static_cast<std::size_t>(i);
            const float q = std::nearbyint(ex::mul(w.data[at], inverse));
            REQUIRE(std::fmin(std::fmax(q, -128.0F), 127.0F) == static_cast<float>(codes[at]));
            ++m.folded_codes;
        }
    }
}

}  // namespace

TEST_CASE("golden float_forward: layers on recorded inputs", "[golden]") {
    check_layers("mnist_cnn");
    check_layers("mnist_mbv2");
}

TEST_CASE("golden float_forward: small models and folded batch norms", "[golden]") {
    const support::golden_group g("models");
    if (!support::available(g)) return;
    std::size_t run = 0;
    const std::map<std::string, std::string> bn_of = {{"c", "b"},   {"c1", "b1"}, {"c2", "b2"}, {"p1", "b1"},
                                                      {"dw", "b2"}, {"p2", "b3"}, {"l1", "b"}};
    for (const graph_json& c : g.cases()) {
        small_model m(g, c);
        const bool qat = c.at("qat").get<bool>();
        for (const auto& [module, bn] : bn_of)
            if (m.parameters.contains(module + ".weight") && m.parameters.contains(bn + ".running_mean")) {
                m.fold(module, bn);
                check_folded(g, m, module, !qat);
            }
        if (!qat) {  // a QAT model's prepared output went through fake quantization; only its folded weights are
                     // compared
            const support::npy_array x = g.load(c.at("batches").back());
            const floats y = m.run(floats(to_shape(x.shape), support::elements<float>(x)));
            const auto want = g.floats(c.at("prepared_output_last_batch"));
            const difference d = compare(y.data, want.data());
            std::printf("  %-36s output within %.2g of %.3g, %zu folded codes equal\n",
                        c.at("case").get<std::string>().c_str(), d.largest, d.magnitude, m.folded_codes);
            CHECK(y.data.size() == want.size());
            CHECK(d.relative() <= 1e-6);
        }
        ++run;
    }
    std::printf("golden float_forward: %zu cases run, 0 skipped\n", run);
}

TEST_CASE("golden float_forward: logits of the real models", "[golden]") {
    std::size_t run = 0, skipped = 0;
    for (const char* name : models) {
        const bool here = check_model(name);
        if (!here) WARN("SKIPPED golden float_forward: no " << QUANTYPE_MODELS_DIR << "/" << name);
        ++(here ? run : skipped);
    }
    std::printf("golden float_forward_models: %zu cases run, %zu skipped\n", run, skipped);
}
