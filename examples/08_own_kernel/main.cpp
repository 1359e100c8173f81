// SPDX-License-Identifier: BSL-1.0
// A backend that runs bmm and softmax in one kernel of its own, held to the reference form.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/desk.hpp>
#include <quantype/model/call.hpp>

namespace qz = quantype;
namespace nn = qz::nn;

// torch.bmm, which the library does not name; its float form is a product of matrices.
struct bmm {
    static constexpr qz::op_info op{"torch.bmm", qz::node_kind::call_function, qz::op_code::matmul};
};

// What the device runs in place of bmm and softmax. A real one would call the device here.
struct attention_weights {
    static constexpr qz::op_info op{"device.attention_weights", qz::node_kind::call_function, qz::op_code::custom};

    static void run(const qz::code_tensor (&inputs)[2], const qz::code_tensor& output) {
        const int batch = output.extents[0], rows = output.extents[1], columns = output.extents[2];
        const int depth = inputs[0].extents[2];
        const float scale = inputs[0].scale * inputs[1].scale;
        float line[64];
        for (int b = 0; b < batch; ++b)
            for (int r = 0; r < rows; ++r) {
                float most = -INFINITY, sum = 0;
                for (int c = 0; c < columns; ++c) {
                    std::int32_t product = 0;
                    for (int k = 0; k < depth; ++k)
                        product += (inputs[0][(b * rows + r) * depth + k] - inputs[0].zero_point) *
                                   (inputs[1][(b * depth + k) * columns + c] - inputs[1].zero_point);
                    line[c] = static_cast<float>(product) * scale;
                    most = std::max(most, line[c]);
                }
                for (int c = 0; c < columns; ++c) sum += line[c] = std::exp(line[c] - most);
                for (int c = 0; c < columns; ++c) {
                    const float code = std::nearbyint(line[c] / (sum * output.scale));
                    output.store((b * rows + r) * columns + c,
                                 std::min(255, static_cast<int>(code) + output.zero_point));
                }
            }
    }
};

struct codes : qz::dtype_config {
    static constexpr qz::dtype_with_constraints input_dtype = qz::quint8, output_dtype = qz::quint8;
};
inline constexpr auto attention_row = qz::backend_pattern_config(qz::pattern<bmm, nn::softmax<>>)
                                          .add_dtype_config<codes>()
                                          .set_lowering<attention_weights>();
struct device : decltype(qz::backend_config<"device">()
                             .set_backend_pattern_configs_of(qz::backends::qnnpack{})
                             .set_backend_pattern_config(attention_row)){};

struct attention {
    using inputs = qz::inputs<qz::f32<2, 5, 8>, qz::f32<2, 8, 5>>;
    nn::linear<8, 8> query;
    nn::softmax<2> softmax;
    QUANTYPE_MODULES(query, softmax)
    constexpr auto forward(auto x, auto y) const { return softmax(qz::call<bmm>(query(x), y)); }
};
struct mapping {
    static constexpr auto value =
        qz::qconfig_mapping().set_global(qz::qconfig{qz::min_max_observer(), qz::default_weight_observer});
};
static_assert(qz::can_run<attention, device, mapping>);

namespace {

qz::tensor<float> numbers(qz::shape s, int seed) {
    qz::tensor<float> x(s);
    for (float& v : x.data) v = static_cast<float>((seed = seed * 75 % 65537) % 1000) / 250.0f - 2.0f;
    return x;
}

}  // namespace

int main() {
    std::printf("%s\n", qz::explain<attention, device, mapping>().c_str());
    const qz::tensor_map weights{{"query.weight", qz::to_any_tensor(numbers(qz::shape(8, 8), 3))},
                                 {"query.bias", qz::to_any_tensor(numbers(qz::shape(8), 5))}};
    auto prepared = qz::prepare<attention, device, mapping>(weights);
    for (int i = 1; i <= 8; ++i) prepared(numbers(qz::shape(2, 5, 8), i), numbers(qz::shape(2, 8, 5), 10 + i));

    const auto model = qz::convert(prepared);
    const auto reference = qz::convert_to_reference(prepared);
    const auto x = numbers(qz::shape(2, 5, 8), 21), y = numbers(qz::shape(2, 8, 5), 22);
    const auto have = model(x, y)[0], want = reference(x, y)[0];
    float largest = 0;
    for (std::size_t i = 0; i < have.data.size(); ++i)
        largest = std::max(largest, std::abs(have.data[i] - want.data[i]));
    const float step = model.quantized().values.back().scale;
    std::printf("%zu values, largest difference from the reference form: %.1f steps of %g\n", have.data.size(),
                static_cast<double>(largest / step), static_cast<double>(step));
    return largest <= 1.001f * step ? 0 : 1;
}
