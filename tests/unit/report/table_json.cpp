// SPDX-License-Identifier: BSL-1.0
// Backends and mappings of a user's own as JSON: what PyTorch has no name for is refused or marked. The built-in ones
// stand in tests/golden/tables.cpp.
#include <quantype/backend/common/conv_add.hpp>
#include <quantype/backend/common/row.hpp>
#include <quantype/qconfig/qconfig_mapping.hpp>
#include <quantype/qconfig/regex.hpp>
#include <quantype/report/backend_json.hpp>
#include <quantype/report/mapping_json.hpp>

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace {

namespace qz = quantype;
namespace qb = qz::backends;
namespace nn = qz::nn;
namespace fn = qz::fn;

struct codes : qz::dtype_config {
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8).quant_range(0, 127);
    static constexpr qz::dtype_with_constraints output_dtype = qz::quint8, weight_dtype = qz::qint8;
};
struct own_kernel {
    static constexpr qz::op_info op{"mine.linear", qz::node_kind::call_function, qz::op_code::custom};
};
struct own_table : decltype(qz::backend_config<"mine">()
                                .set_backend_pattern_config(qz::backend_pattern_config(qz::pattern<nn::linear<>>)
                                                                .add_dtype_config<codes>()
                                                                .set_lowering<own_kernel>())
                                .set_backend_pattern_config(
                                    qz::backend_pattern_config(qz::pattern<fn::add>).add_dtype_config<codes>())){};

/// Folds in evaluation and wraps in training: no fuser of PyTorch's does that for a linear layer with a relu.
struct folding {
    template <class IsQat, class... Parts>
    constexpr auto operator()(IsQat, Parts...) const {
        if constexpr (IsQat::value)
            return nn::intrinsic::linear_relu{};
        else
            return qz::fold_batch_norm<nn::intrinsic::linear_relu>{};
    }
};
using fuses = qb::table<
    qb::row<qb::on<nn::linear<>, nn::batch_norm1d<>, nn::relu>, qb::dtype_configs<codes>, qb::fused_by<folding>>,
    qb::row<qb::on<nn::intrinsic::linear_relu>, qb::dtype_configs<codes>>>;
struct own_fuser : decltype(qz::backend_config<"mine">().set_backend_pattern_configs_of(fuses{})){};

struct own_mapping {
    static constexpr auto value =
        qz::qconfig_mapping()
            .set_object_type<nn::linear<>>(qz::no_qconfig)
            .set_module_name_glob("layer?.con*", qz::default_qconfig)
            .set_module_name_regex<qz::regex<"head\\.[01]">>(qz::no_qconfig)
            .set_module_name("fc", qz::qconfig{qz::moving_average_min_max_observer().averaging_constant(0.1),
                                               qz::default_weight_observer})
            .set_module_name_object_type_order<fn::add>("body", 2, qz::no_qconfig);
};

}  // namespace

TEST_CASE("a table as JSON: one dtype config for all that are equal, and kernels of its own") {
    const auto j = qz::report::backend_json<own_table>();
    CHECK(j.at("name") == "mine");
    CHECK(j.at("dtype_configs").size() == 1);
    CHECK(j.at("dtype_configs").at(0).at("input").at("quant_max_upper_bound") == 127);
    CHECK(j.at("patterns").at(1).at("dtype_config_ids") == qz::report::ordered_json{0});
    CHECK(j.at("patterns").at(0).at("lowering") == "mine.linear");
    CHECK(!j.at("patterns").at(1).contains("lowering"));
}

TEST_CASE("a fuser that PyTorch has no name for is refused") {
    CHECK_THROWS_WITH(qz::report::backend_json<own_fuser>(),
                      "pattern torch.nn.Linear, torch.nn.BatchNorm1d, torch.nn.ReLU: its fuser does what none of "
                      "PyTorch's does, and has no name in a table");
}

TEST_CASE("tables and mappings as files") {
    const support::temp_dir folder;
    const std::string table_path = folder.file("mine.json"), mapping_path = folder.file("my_mapping.json");
    qz::report::write_json(table_path, qz::report::backend_json<own_table>());
    qz::report::write_json(mapping_path, qz::report::mapping_json<own_mapping>("my_mapping"));
    const auto read = [](const std::string& path) {
        const std::vector<std::byte> bytes = qz::read_file(path);
        return qz::parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
    };
    CHECK(read(table_path) == qz::json(qz::report::backend_json<own_table>()));
    CHECK(read(mapping_path).at("name") == "my_mapping");
}

TEST_CASE("a mapping as JSON") {
    const auto j = qz::report::mapping_json<own_mapping>("mine");
    CHECK(j.at("global").is_null());
    CHECK(j.at("object_type").dump() == R"([["torch.nn.Linear",null]])");
    CHECK(j.at("module_name_regex").at(0).at(0) == "layer.\\.con.*$");
    CHECK(j.at("module_name_regex").at(0).at(1).at("activation").dump() ==
          R"({"class":"torch.ao.quantization.MinMaxObserver","quant_min":0,"quant_max":127})");
    CHECK(j.at("module_name_regex").at(1).dump() == R"(["head\\.[01]",null])");
    CHECK(j.at("module_name").at(0).at(1).at("activation").at("averaging_constant").dump() == "0.1");
    CHECK(j.at("module_name_object_type_order").dump() == R"([["body","operator.add",2,null]])");
}
