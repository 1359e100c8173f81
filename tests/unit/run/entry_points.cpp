// SPDX-License-Identifier: BSL-1.0
// fuse, convert_to_reference, convert with a second mapping, and codes at a model's border, against what PyTorch 1.13.1
// gives: node lists, folded weights, outputs (entry_points/reference.py).
#include <fstream>
#include <map>
#include <sstream>

#include <quantype/backend/qnnpack.hpp>
#include <quantype/desk.hpp>
#include <quantype/run/print.hpp>
#include <quantype/run/write_onnx.hpp>

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace {

namespace qz = quantype;
namespace nn = qz::nn;
using backend = qz::backends::qnnpack;

const std::string folder = QUANTYPE_SOURCE_DIR "/tests/unit/run/entry_points/";

struct block {
    nn::conv2d<2, 2, 3, nn::padding<1>> conv;
    nn::batch_norm2d<2> bn;
    nn::relu relu;
    QUANTYPE_MODULES(conv, bn, relu)
    constexpr auto forward(auto x) const { return relu(bn(conv(x))) + x; }
};
struct net {
    using inputs = qz::inputs<qz::f32<1, 1, 6, 6>>;
    nn::conv2d<1, 2, 3, nn::no_bias> stem;
    nn::batch_norm2d<2> bn;
    struct block block;
    nn::max_pool2d<2> pool;
    nn::linear<8, 4> fc;
    nn::relu act;
    nn::linear<4, 3> head;
    QUANTYPE_MODULES(stem, bn, block, pool, fc, act, head)
    constexpr auto forward(auto x) const { return head(act(fc(qz::flatten(pool(block(bn(stem(x)))), 1)))); }
};

struct everywhere {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::default_qconfig);
};
struct with_head {
    static constexpr auto value = everywhere::value.set_module_name("head", qz::default_qconfig);
};
struct head_in_float {
    static constexpr auto value = everywhere::value.set_module_name("head", qz::no_qconfig);
};
struct block_in_float {
    static constexpr auto value = everywhere::value.set_module_name("block", qz::no_qconfig);
};
struct no_linear {
    static constexpr auto value = everywhere::value.set_object_type<nn::linear<>>(qz::no_qconfig);
};
struct nothing {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::no_qconfig);
};
struct per_channel {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::default_per_channel_qconfig);
};
struct other_head {
    static constexpr auto value = everywhere::value.set_module_name("head", qz::default_per_channel_qconfig);
};

std::map<std::string, std::vector<std::string>> recorded_nodes() {
    std::ifstream file(folder + "nodes.txt");
    REQUIRE(file);
    std::map<std::string, std::vector<std::string>> r;
    std::string line, name;
    while (std::getline(file, line))
        if (line.rfind("# ", 0) == 0)
            name = line.substr(2);
        else
            r[name].push_back(line);
    return r;
}

void add_inputs(const std::vector<qz::report::listed_argument>& list, std::vector<std::string>& names) {
    for (const auto& a : list) {
        add_inputs(a.items, names);
        if (a.kind == qz::argument::kind_type::node && std::find(names.begin(), names.end(), a.text) == names.end())
            names.push_back(a.text);
    }
}

/// As reference.py writes a node.
std::vector<std::string> lines(const std::vector<qz::report::listed_node>& list) {
    std::vector<std::string> r;
    for (const auto& n : list) {
        const bool named = n.kind == qz::node_kind::call_module || n.kind == qz::node_kind::placeholder ||
                           n.kind == qz::node_kind::get_attr;
        std::string line = n.name + " " + std::string(qz::report::name_of(n.kind)) + " " + (named ? n.target : "-");
        if (n.kind == qz::node_kind::call_module)
            line += std::string(n.module.find(".reference.") != std::string::npos   ? " reference "
                                : n.module.find(".quantized.") != std::string::npos ? " quantized "
                                                                                    : " float ") +
                    n.module.substr(n.module.rfind('.') + 1);
        std::vector<std::string> inputs;
        add_inputs(n.args, inputs);
        add_inputs(n.kwargs, inputs);
        for (const std::string& i : inputs) line += " " + i;
        r.push_back(line);
    }
    return r;
}

/// The lowered graph after a second mapping; "refused" where it is.
template <class First, class Second>
std::vector<std::string> converted() {
    using both = qz::converted_with<First, Second>;
    if constexpr (qz::stage::prepared<net, backend, both>.error != qz::detail::mapping_error::none)
        return {"refused"};
    else
        return lines(qz::report::lowered_list(qz::prepared_view_of<net, backend, both>(),
                                              qz::stage::lowered<net, backend, both>.view(), {}));
}

qz::tensor_map part(const qz::tensor_map& all, const std::string& prefix) {
    qz::tensor_map r;
    for (const auto& [name, value] : all)
        if (name.rfind(prefix, 0) == 0) r[name.substr(prefix.size())] = value;
    return r;
}

void check_close(const std::vector<float>& have, const std::vector<float>& want) {
    REQUIRE(have.size() == want.size());
    for (std::size_t i = 0; i < have.size(); ++i) CHECK(have[i] == Approx(want[i]).epsilon(1e-6).margin(1e-7));
}

const qz::tensor_map& expected() {
    static const qz::tensor_map all = qz::load_safetensors(folder + "expected.safetensors");
    return all;
}
auto prepared() {
    auto p = qz::prepare<net, backend, everywhere>(part(expected(), "float."));
    p(qz::get<float>(expected(), "input"));
    return p;
}

struct borders_net {
    using inputs = qz::inputs<qz::f32<1, 3, 6, 7>, qz::f32<1, 3, 6, 7>>;
    nn::conv2d<3, 4, 3> a, b;
    nn::max_pool2d<2> pool;
    QUANTYPE_MODULES(a, b, pool)
    constexpr auto forward(auto x, auto y) const {
        const auto from_x = a(x);
        const auto from_y = b(y);
        return qz::tuple(from_y, from_x, pool(from_x + from_y));
    }
};
struct borders_config {
    static constexpr auto value =
        qz::prepare_custom_config().set_input_quantized_indexes({0}).set_output_quantized_indexes({1, 2});
};
using borders = qz::customized<borders_net, borders_config>;
/// Scales that no float sum decides.
struct fixed {
    static constexpr auto value = qz::qconfig_mapping().set_global(
        qz::qconfig{qz::fixed_qparams_observer(0.0231, 117), qz::default_weight_observer});
};

auto prepared_borders() {
    auto p = qz::prepare<borders, backend, fixed>(part(expected(), "borders.float."));
    p(qz::get<float>(expected(), "borders.x"), qz::get<float>(expected(), "borders.y"));
    return p;
}
template <class F>
std::string error_of(F&& f) {
    try {
        f();
    } catch (const qz::error& e) {
        return e.what();
    }
    return {};
}

}  // namespace

TEST_CASE("fuse: graph, folded weights and outputs are those of fuse_fx") {
    auto fused = qz::fuse<net, backend>(part(expected(), "float."));
    CHECK(lines(qz::report::prepared_list(fused.view())) == recorded_nodes().at("fused"));
    const qz::tensor_map have = fused.weights(), want = part(expected(), "fused.");
    CHECK(have.size() == want.size());
    for (const auto& [name, value] : want) {
        INFO(name);
        check_close(qz::get<float>(have, name, value.extents).data, qz::get<float>(want, name).data);
    }
    check_close(fused(qz::get<float>(expected(), "input"))[0].data, qz::get<float>(expected(), "output.fused").data);
    CHECK(to_string(fused).find("ConvReLU2d") != std::string::npos);
}

TEST_CASE("convert_to_reference: graph and outputs are those of convert_to_reference_fx") {
    const auto reference = qz::convert_to_reference(prepared());
    const auto list =
        qz::report::reference_list(qz::prepared_view_of<net, backend, everywhere>(), reference.graph(), {});
    CHECK(lines(list) == recorded_nodes().at("reference"));
    check_close(reference(qz::get<float>(expected(), "input"))[0].data,
                qz::get<float>(expected(), "output.reference").data);
    CHECK(to_string(reference).find("QuantizedConv2d(Reference)") != std::string::npos);
}

TEST_CASE("convert with a second mapping: graphs and refusals are those of convert_fx(qconfig_mapping=)") {
    const auto recorded = recorded_nodes();
    CHECK(converted<everywhere, head_in_float>() == recorded.at("head_in_float"));
    CHECK(converted<everywhere, block_in_float>() == recorded.at("block_in_float"));
    CHECK(converted<everywhere, no_linear>() == recorded.at("no_linear"));
    CHECK(converted<with_head, head_in_float>() == recorded.at("named_head"));
    CHECK(converted<with_head, with_head>() == recorded.at("unchanged"));
    CHECK(converted<everywhere, nothing>() == recorded.at("global_none"));
    CHECK(converted<everywhere, per_channel>() == recorded.at("global_differs"));
    CHECK(converted<with_head, everywhere>() == recorded.at("missing_entry"));
    CHECK(converted<everywhere, other_head>() == recorded.at("another_qconfig"));
    CHECK(converted<head_in_float, with_head>() == recorded.at("float_becomes_quantized"));
}

TEST_CASE("a model converted with a second mapping runs") {
    const auto p = prepared();
    const auto x = qz::get<float>(expected(), "input");
    const auto all = qz::convert(p)(x)[0].data, without_head = qz::convert<head_in_float>(p)(x)[0].data;
    check_close(without_head, qz::convert_to_reference<head_in_float>(p)(x)[0].data);
    CHECK(all != without_head);
    CHECK(qz::convert<with_head>(p)(x)[0].data == all);
}

TEST_CASE("codes as inputs and outputs: PyTorch's codes, scales and zero points") {
    const auto model = qz::convert(prepared_borders(), {{0.0043f, 7}});
    const auto codes = qz::get<std::uint8_t>(expected(), "borders.codes");
    const auto y = qz::get<float>(expected(), "borders.y");
    CHECK(model.input_qparams(0) == qz::value_qparams{0.0043f, 7});
    const auto out = model.run_tensors({qz::to_any_tensor(codes, qz::quint8), qz::to_any_tensor(y)});
    REQUIRE(out.size() == 3);
    CHECK(qz::values_of<float>(out[0]).data == qz::get<float>(expected(), "borders.0").data);
    for (int i : {1, 2}) {
        const std::string name = "borders." + std::to_string(i);
        CHECK(out[static_cast<std::size_t>(i)].type == qz::quint8);
        CHECK(qz::values_of<std::uint8_t>(out[static_cast<std::size_t>(i)]).data ==
              qz::get<std::uint8_t>(expected(), name).data);
        CHECK(model.output_qparams(i).scale == qz::get<float>(expected(), name + ".scale").data[0]);
        CHECK(model.output_qparams(i).zero_point == qz::get<std::int32_t>(expected(), name + ".zero_point").data[0]);
    }
    // The same through pointers.
    std::vector<float> first(80);
    std::vector<std::uint8_t> second(80), third(16);
    const qz::run_input in[] = {codes.data.data(), y.data.data()};
    const qz::run_output to[] = {first.data(), second.data(), third.data()};
    model.run(in, to, model.own_arena());
    CHECK(second == qz::get<std::uint8_t>(expected(), "borders.1").data);
    CHECK(third == qz::get<std::uint8_t>(expected(), "borders.2").data);
    // As ONNX, with codes where the model has them (tests/onnx runs such a file): x reads no QuantizeLinear.
    const std::string file = qz::onnx_bytes(model);
    for (const char* name : {"x.scale", "x.zero_point", "output_1.scale", "output_2.zero_point"})
        CHECK(file.find(name) != std::string::npos);
    CHECK(file.find("output_0.scale") == std::string::npos);
    // A saved model knows them too.
    const support::temp_dir folder_of_model;
    const std::string path = folder_of_model.file("borders.safetensors");
    qz::save_model(model, path);
    const auto loaded = qz::load_model<borders, backend, fixed>(path);
    CHECK(loaded.input_qparams(0) == model.input_qparams(0));
    CHECK(loaded.run_tensors({qz::to_any_tensor(codes, qz::quint8), qz::to_any_tensor(y)})[1].bytes == out[1].bytes);
}

TEST_CASE("codes at the border: what is refused") {
    const auto p = prepared_borders();
    CHECK(error_of([&] { qz::convert(p); }) ==
          "the model takes codes at 1 inputs, but scales and zero points of 0 were given to convert");
    const auto model = qz::convert(p, {{0.0043f, 7}});
    const auto y = qz::to_any_tensor(qz::get<float>(expected(), "borders.y"));
    CHECK(error_of([&] { model.run_tensors({y, y}); }) == "input 0: torch.float32 where torch.quint8 is expected");
    CHECK(error_of([&] { model.run_tensors({y}); }).find("the model has 2 inputs and 3 outputs") == 0);
    CHECK(error_of([&] { static_cast<void>(model.input_qparams(1)); }) ==
          "input 1 is float32: it has no scale and zero point");
}
