// SPDX-License-Identifier: BSL-1.0
// A model trained in PyTorch's quantization-aware training: the training forward, the trained state_dict by PyTorch's
// names, its evaluation and printed form, the converted weights and the reference form. The numbers are of
// qat/reference.py.
#include <algorithm>
#include <fstream>
#include <iterator>

#include <quantype/backend/native.hpp>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/desk.hpp>
#include <quantype/qconfig/default_qat_mappings.hpp>
#include <quantype/run/print.hpp>

#include "support/catch.hpp"
#include "support/close.hpp"

namespace qz = quantype;
namespace nn = qz::nn;

namespace {

struct trained_net {
    using inputs = qz::inputs<qz::f32<4, 2, 6, 6>>;
    nn::batch_norm2d<2> alone;
    nn::conv2d<2, 4, 3, nn::padding<1>, nn::no_bias> c;
    nn::batch_norm2d<4> b;
    nn::relu r;
    nn::conv2d<4, 4, 3, nn::padding<1>> d;
    nn::batch_norm2d<4> e;
    nn::max_pool2d<2> p;
    nn::conv2d<4, 2, 1> q;
    nn::sigmoid s;
    nn::linear<18, 6> l;
    nn::batch_norm1d<6> lb;
    nn::linear<6, 5> m;
    nn::relu mr;
    QUANTYPE_MODULES(alone, c, b, r, d, e, p, q, s, l, lb, m, mr)
    constexpr auto forward(auto x) const {
        const auto y = r(b(c(alone(x))));
        const auto z = s(q(p(y + e(d(y)))));
        return mr(m(lb(l(qz::flatten(z, 1)))));
    }
};

const std::string folder = QUANTYPE_SOURCE_DIR "/tests/unit/run/qat/";

qz::tensor_map load(const std::string& name) { return qz::load_safetensors(folder + name + ".safetensors"); }

template <class Backend, class Mapping>
class trained_case {
    using net = qz::training<trained_net>;
    using prepared_type = qz::prepared_model<net, Backend, Mapping, qz::keep_float>;
    static constexpr qz::graph_view reference = qz::stage::reference<net, Backend, Mapping>.view();

public:
    explicit trained_case(const std::string& name) : name_(name), expected_(load(name + "_expected")) {}

    /// Outputs of three batches in training; sums are in another order than PyTorch's.
    void check_training() const {
        prepared_type p(load(name_ + "_float"));
        p.train();
        for (const std::string i : {"0", "1", "2"})
            CHECK(support::compare(p(get("x" + i))[0].data, get("train" + i).data).relative() <= 2e-6);
    }
    void check_trained(std::size_t quantized_layers) const {
        prepared_type p(load(name_ + "_trained"));
        CHECK(p(get("x3"))[0].data == get("eval").data);
        check_text(qz::to_string(p));
        const qz::quantized_parameters q = qz::convert_parameters(p, reference);
        CHECK(q.weights.size() == quantized_layers);
        for (const auto& [node, w] : q.weights) {
            const std::string path(p.view().trace.path_of(reference[node]));
            INFO(path);
            CHECK(std::vector<std::int32_t>(w.codes.begin(), w.codes.end()) ==
                  qz::get<std::int32_t>(expected_, path + ".codes").data);
            CHECK(w.scale == get(path + ".scale").data);
            CHECK(w.bias == get(path + ".bias").data);
        }
        const int last = qz::first_input(reference, reference.last);
        CHECK(qz::run_reference(p, reference, q, {get("x3")})[static_cast<std::size_t>(last)].data ==
              get("reference").data);
    }

private:
    void check_text(const std::string& have) const {
        std::ifstream in(folder + name_ + "_printed.txt");
        const std::string want{std::istreambuf_iterator<char>(in), {}};
        CHECK(!want.empty());
        const auto differs = std::mismatch(have.begin(), have.end(), want.begin(), want.end());
        INFO("first difference: " << std::string(differs.first, have.end()).substr(0, 80));
        CHECK((have == want));
    }
    qz::tensor<float> get(const std::string& name) const { return qz::get<float>(expected_, name); }

    std::string name_;
    qz::tensor_map expected_;
};

/// The second convolution and its batch norm are fused and stay in float.
struct partly_mapping {
    static constexpr auto value = qz::default_qat_qnnpack_mapping::value.set_module_name("d", qz::no_qconfig);
};

using x86_case = trained_case<qz::backends::native, qz::default_qat_x86_mapping>;
using partly_case = trained_case<qz::backends::qnnpack, partly_mapping>;
using qnnpack_case = trained_case<qz::backends::qnnpack, qz::default_qat_v0_qnnpack_mapping>;

}  // namespace

TEST_CASE("QAT: a model trains as PyTorch's does", "[run]") {
    x86_case("x86").check_training();
    qnnpack_case("v0_qnnpack").check_training();
    partly_case("partly").check_training();
}

TEST_CASE("QAT: a model trained in PyTorch is read by its state_dict, evaluated and converted", "[run]") {
    x86_case("x86").check_trained(5);
    qnnpack_case("v0_qnnpack").check_trained(5);
    partly_case("partly").check_trained(4);
}

TEST_CASE("QAT: a state_dict that does not fit is refused by name", "[run]") {
    using prepared_type =
        qz::prepared_model<qz::training<trained_net>, qz::backends::native, qz::default_qat_x86_mapping>;
    using Catch::Matchers::Contains;
    qz::tensor_map state = load("x86_trained");
    const std::string eps = "c.weight_fake_quant.activation_post_process.eps";
    const qz::any_tensor kept = state.at(eps);
    state[eps] = qz::to_any_tensor(qz::tensor<float>(qz::shape(1), {0x1p-12f}));
    CHECK_THROWS_WITH(prepared_type(state), Contains("tensor " + eps + " is 0.000244 where the QConfig has 0.000000"));
    state[eps] = kept;
    state["activation_post_process_77.scale"] = kept;
    CHECK_THROWS_WITH(prepared_type(state), Contains("activation_post_process_77.scale"));
    state.erase("activation_post_process_77.scale");
    state.erase("d.weight_fake_quant.activation_post_process.min_val");
    CHECK_THROWS_WITH(prepared_type(state),
                      Contains("\"d.weight_fake_quant.activation_post_process.min_val\" is missing"));
}

TEST_CASE("QAT: switches hold for all fake-quantizes", "[run]") {
    auto p = qz::prepare_qat<trained_net, qz::backends::native, qz::default_qat_x86_mapping>(load("x86_float"));
    p.disable_observer();
    p.disable_fake_quant();
    const qz::tensor<float> x = qz::get<float>(load("x86_expected"), "x0");
    const std::vector<float> in_float = p(x)[0].data;
    CHECK_FALSE(p.state(0).observed());
    p.enable_observer();
    CHECK(support::compare(p(x)[0].data, in_float).relative() <= 2e-6);
    CHECK(p.state(0).observed());
    p.enable_fake_quant();
    CHECK(support::compare(p(x)[0].data, in_float).relative() > 1e-4);
}
