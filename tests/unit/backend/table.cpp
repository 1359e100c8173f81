// SPDX-License-Identifier: BSL-1.0
// A backend's table: what the setters write, the order of matching, what makes a backend inconsistent.
#include <string>
#include <type_traits>

#include <boost/hana.hpp>
#include <quantype/backend/common/conv_add.hpp>
#include <quantype/backend/common/linear.hpp>
#include <quantype/backend/table.hpp>

#include "support/catch.hpp"

namespace qz = quantype;
namespace nn = qz::nn;
namespace qb = qz::backends;
using qz::detail::backend_error;

namespace {

using D = qb::dtype_configs<qb::weighted_quint8>;

/// The finding about a backend with these rows, without the compile error.
template <class... Rows>
constexpr qz::detail::backend_finding finding_of() {
    return qz::detail::inspect(qz::detail::table_of<qb::table<Rows...>>.view());
}

// The short form of the built-in tables and the setters give one and the same type.
static_assert(std::is_same_v<qb::row<qb::on<nn::linear<>>, D, qb::root<nn::linear<>>, qb::trained_as<nn::qat::linear>,
                                     qb::reference_of<qz::reference::linear>>,
                             decltype(qz::backend_pattern_config(qz::pattern<nn::linear<>>)
                                          .add_dtype_config<qb::weighted_quint8>()
                                          .set_root_module<nn::linear<>>()
                                          .set_qat_module<nn::qat::linear>()
                                          .set_reference_quantized_module<qz::reference::linear>())>);

struct replaced : decltype(qz::backend_config<"replaced">().set_backend_pattern_config(
                      qz::backend_pattern_config(qz::pattern<nn::linear<>>)
                          .add_dtype_config<qb::weighted_quint8>()
                          .set_dtype_configs<qb::plain_quint8, qb::plain_qint8>()
                          .set_observation_type(qz::output_share_observer_with_input)
                          .set_observation_type(qz::input_output_not_observed)
                          .set_num_tensor_args_to_observation_type<1>(qz::output_share_observer_with_input)
                          .set_input_type_to_index<1, 2>())){};

struct extended : decltype(qz::backend_config<"extended">()
                               .set_engine<qz::engine::onednn>()
                               .set_backend_pattern_configs_of(qb::linear_rows<D>{})
                               .set_name<"renamed">()){};

/// A convolution that only a user knows, fused by the user's object.
struct blurred_conv {
    static constexpr qz::op_info op{"user.BlurredConv", qz::node_kind::call_module};
};
inline constexpr auto blur_or_refuse = [](auto is_qat, auto conv, auto) {
    if constexpr (is_qat)
        return qz::cannot_fuse{};
    else
        return qz::fold_batch_norm<decltype(conv)>{};
};
using blurred_bn = decltype(qz::backend_pattern_config(qz::pattern<blurred_conv, nn::batch_norm2d<>>)
                                .set_fuser_method(blur_or_refuse));

}  // namespace

TEST_CASE("backend: setters replace, dtype configs are added or replaced") {
    const auto& p = qz::detail::table_of<replaced>.patterns[0];
    CHECK(p.observation == qz::observation_type::input_output_not_observed);
    CHECK(p.dtype_config_count == 2);
    CHECK(qz::detail::table_of<replaced>.dtype_configs[p.first_dtype_config].input_dtype.type == qz::quint8);
    CHECK(qz::detail::table_of<replaced>.dtype_configs[p.first_dtype_config + 1].input_dtype.type == qz::qint8);
    CHECK(p.observation_for[1].value == qz::observation_type::output_share_observer_with_input);
    CHECK_FALSE(static_cast<bool>(p.observation_for[0]));
    CHECK(p.weight_index == 1);
    CHECK(p.bias_index == 2);
    CHECK(p.input_index == -1);
}

TEST_CASE("backend: parts of a table, name, engine, and Hana's view of it") {
    CHECK(extended::name() == "renamed");
    CHECK(std::is_same_v<extended::engine, qz::engine::onednn>);
    CHECK(decltype(boost::hana::length(extended::configs()))::value == 12);
    int with_dtypes = 0;
    boost::hana::for_each(extended::configs(), [&](auto config) {
        constexpr auto properties = decltype(config)::type::properties();
        boost::hana::for_each(properties, [&](auto property) {
            using type = typename decltype(property)::type;
            if (qz::detail::is_dtype_config<type>) ++with_dtypes;
        });
    });
    CHECK(with_dtypes == qz::detail::reader_for<extended>::dtype_configs);
    CHECK(qz::valid_backend<extended>);
    // Two-op patterns first, in the order they were given; single ops keep theirs.
    const qz::detail::backend_view b = qz::detail::table_of<extended>.view();
    REQUIRE(b.pattern_count == 12);
    const int expected[] = {3, 4, 7, 8, 9, 0, 1, 2, 5, 6, 10, 11};
    for (int i = 0; i < 12; ++i) CHECK(b.match_order[i] == expected[i]);
}

TEST_CASE("backend: trees come before chains, match_all counts as a leaf") {
    using part = qb::join<qb::linear_rows<D>, qb::conv_add_rows<D>>;
    const qz::detail::backend_view b = qz::detail::table_of<part>.view();
    REQUIRE(b.pattern_count == 12 + 18);
    CHECK(b.patterns[b.match_order[0]].tree.leaves == 2);
    CHECK(b.match_order[0] == 12);
    CHECK(b.patterns[b.match_order[16]].tree.leaves == 1);
    // relu(add(*, bn(conv))): positions in preorder.
    const auto& p = b.patterns[12 + 9 + 4];
    REQUIRE(p.tree.size == 5);
    CHECK(p.root_getter({}) == 4);
    CHECK(p.extra_inputs_getter({}) == 2);
    CHECK(p.fuses_to[0] == qz::id_of<nn::intrinsic::conv_add_relu2d>);
    CHECK(p.folds_batch_norm[0]);
    CHECK(p.fuses_to[1] == nullptr);
}

TEST_CASE("backend: a user's op and fuser") {
    using alone = qb::row<qb::on<blurred_conv>, D>;
    const auto& p = qz::detail::table_of<qb::table<alone, blurred_bn>>.patterns[1];
    CHECK(p.fuses_to[0] == qz::id_of<blurred_conv>);
    CHECK(p.folds_batch_norm[0]);
    CHECK(p.fuses_to[1] == nullptr);
    CHECK(finding_of<alone, blurred_bn>().error == backend_error::none);
}

TEST_CASE("backend: inconsistent tables") {
    using linear = qb::row<qb::on<nn::linear<>>, D>;
    using relu = qb::row<qb::on<nn::relu>, D>;
    using nothing = qb::row<qb::on<nn::relu>, qb::dtype_configs<>>;
    using linear_relu = qb::row<qb::on<nn::linear<>, nn::relu>, D>;
    using sequential = qb::fused_by<qz::fusers::sequential<nn::intrinsic::linear_relu>>;
    using fusing = qb::row<qb::on<nn::linear<>, nn::relu>, D, sequential>;
    using fused = qb::row<qb::on<nn::intrinsic::linear_relu>, D>;
    using single = qb::row<qb::on<nn::linear<>>, D, sequential>;

    CHECK(finding_of<>().error == backend_error::none);
    CHECK(finding_of<linear, relu, linear_relu>().error == backend_error::none);
    CHECK(finding_of<linear, fusing, fused>().error == backend_error::none);

    const auto twice = finding_of<linear, relu, linear_relu, linear>();
    CHECK(twice.error == backend_error::two_configs);
    CHECK(twice.pattern == 3);
    CHECK(twice.other == 0);
    CHECK(finding_of<linear_relu, relu, fusing>().error == backend_error::two_configs);
    CHECK(finding_of<single, fused>().error == backend_error::fuser_on_single_op);
    CHECK(finding_of<linear, fusing>().error == backend_error::fused_not_quantized);
    CHECK(finding_of<linear, fusing>().pattern == 1);
    CHECK(finding_of<linear, nothing>().error == backend_error::no_dtype_configs);
    // The fused class has a row, but one without dtypes, or one where it is only a part.
    CHECK(finding_of<fusing, qb::row<qb::on<nn::intrinsic::linear_relu>, qb::dtype_configs<>>>().error ==
          backend_error::fused_not_quantized);
    CHECK(finding_of<fusing, qb::row<qb::on<nn::intrinsic::linear_relu, nn::relu>, D>>().error ==
          backend_error::fused_not_quantized);
}
