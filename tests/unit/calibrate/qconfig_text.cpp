// SPDX-License-Identifier: BSL-1.0
// The texts of QConfigs and warnings, against recorded ones and against what PyTorch 1.13 prints.
#include <quantype/host/warnings.hpp>
#include <quantype/qconfig/qat_qconfig.hpp>

#include "support/golden.hpp"

namespace qz = quantype;
using support::json;

TEST_CASE("the recorded warnings are reproduced word for word", "[calibrate]") {
    const support::golden_group g("tutorial");
    if (!support::available(g)) return;
    const std::string ours =
        qz::warnings::eps_too_small(qz::warnings::which::activation, qz::default_x86_qconfig.activation, 0x1p-12,
                                    qz::to_string(qz::default_x86_qconfig, qz::attached_arguments));
    int found = 0;
    for (const json& c : g.cases())
        for (const json& w : c.at("warnings")) {
            CHECK(w.get<std::string>() == ours);
            ++found;
        }
    CHECK(found > 0);
}

// print(default_qat_qconfig_v2) and so on in PyTorch 1.13.
TEST_CASE("fake-quantizes are printed with their observer", "[calibrate]") {
    CHECK(qz::to_string(qz::default_qat_qconfig_v2) ==
          "QConfig(activation=functools.partial(<class "
          "'torch.ao.quantization.fake_quantize.FusedMovingAvgObsFakeQuantize'>, observer=<class "
          "'torch.ao.quantization.observer.MovingAverageMinMaxObserver'>, quant_min=0, quant_max=255, "
          "dtype=torch.quint8){}, weight=functools.partial(<class "
          "'torch.ao.quantization.fake_quantize.FusedMovingAvgObsFakeQuantize'>, observer=<class "
          "'torch.ao.quantization.observer.MovingAverageMinMaxObserver'>, quant_min=-128, quant_max=127, "
          "dtype=torch.qint8, qscheme=torch.per_tensor_symmetric){})");
    CHECK(qz::to_string(qz::default_fixed_qparams_range_0to1_fake_quant) ==
          "functools.partial(<class 'torch.ao.quantization.fake_quantize.FixedQParamsFakeQuantize'>, "
          "observer=functools.partial(<class 'torch.ao.quantization.observer.FixedQParamsObserver'>, "
          "scale=0.00390625, zero_point=0, dtype=torch.quint8, quant_min=0, quant_max=255){}){}");
    CHECK(qz::to_string(qz::default_dynamic_fake_quant).find("dtype=torch.quint8, averaging_constant=1){}") !=
          std::string::npos);
    CHECK(qz::to_string(qz::identity_observer()) == "<class 'torch.nn.modules.linear.Identity'>");
    CHECK(qz::to_string(qz::fake_quantize(qz::min_max_observer()), "{'device'}") ==
          "functools.partial(<class 'torch.ao.quantization.fake_quantize.FakeQuantize'>, observer=<class "
          "'torch.ao.quantization.observer.MinMaxObserver'>){'device'}");
}

TEST_CASE("warning texts", "[calibrate]") {
    namespace w = qz::warnings;
    CHECK(qz::to_string(qz::default_qconfig) ==
          "QConfig(activation=functools.partial(<class 'torch.ao.quantization.observer.MinMaxObserver'>, quant_min=0, "
          "quant_max=127){}, weight=functools.partial(<class 'torch.ao.quantization.observer.MinMaxObserver'>, "
          "dtype=torch.qint8, qscheme=torch.per_tensor_symmetric){})");
    CHECK(qz::to_string(qz::min_max_observer()) == "<class 'torch.ao.quantization.observer.MinMaxObserver'>");
    CHECK(qz::to_string(qz::min_max_observer().eps(0x1p-12)).find("eps=0.000244140625)") != std::string::npos);
    CHECK(qz::to_string(qz::moving_average_min_max_observer().averaging_constant(0.3)).find("=0.3)") !=
          std::string::npos);
    CHECK(w::quant_range_missing(w::which::weight, "Q") ==
          "QConfig weight must specify 'quant_min' and 'quant_max', ignoring Q");
    CHECK(w::quant_range_outside(w::which::activation, {0, 255}, {0, 127}, "Q") ==
          "QConfig activation quantization range must fall within the backend's:\n"
          "QConfig range = (0, 255), BackendConfig range = (0, 127), ignoring Q");
    CHECK(w::eps_missing(w::which::activation, "Q") == "QConfig activation must specify 'eps', ignoring Q");
    CHECK(w::eps_too_small(w::which::activation, qz::placeholder_observer(), 0x1p-12, "Q") ==
          "QConfig activation eps (1.1920928955078125e-07) must be greater than or equal to the backend's min scale "
          "value (0.000244140625), ignoring Q");
    CHECK(w::fixed_qparams_missing("Q").find("for fixed qparams ops, ignoring Q.\nPlease use torch.ao") !=
          std::string::npos);
    CHECK(w::fixed_qparams_differ(qz::fixed_qparams_observer(1.0 / 256, 0), 2.0 / 256, 128, "Q")
              .find("QConfig fixed scale (tensor([0.0039])) and zero point (tensor([0], dtype=torch.int32)) do not "
                    "match the backend's (0.0078125 and 128), ignoring Q.\nPlease") == 0);
}
