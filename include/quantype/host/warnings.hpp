// SPDX-License-Identifier: BSL-1.0
// The texts of PyTorch's warnings about a QConfig that does not satisfy a backend's constraints. `which` is
// "activation" or "weight"; `q` is the printed QConfig.
#pragma once
#include <string>
#include <string_view>

#include <quantype/host/qconfig_text.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace warnings {

/// "activation" or "weight".
enum class which : bool { activation, weight };

namespace detail {

inline std::string start(which w) { return w == which::activation ? "QConfig activation" : "QConfig weight"; }
inline std::string ignoring(std::string_view q) { return ", ignoring " + std::string(q); }
inline std::string range_text(code_range r) { return "(" + std::to_string(r.min) + ", " + std::to_string(r.max) + ")"; }

// A placeholder keeps eps as a number, all other observers as a tensor.
inline std::string eps_text(const observer_config& o) {
    namespace text = quantype::detail::qconfig_text;
    if (o.type->rule == observer_rule::placeholder) return text::python_float(static_cast<double>(o.args.eps));
    return "tensor([" + text::tensor_float(o.args.eps) + "])";
}

inline std::string fixed_hint() {
    return ".\nPlease use torch.ao.quantization.get_default_qconfig_mapping or "
           "torch.ao.quantization.get_default_qat_qconfig_mapping. Example:\n"
           "    qconfig_mapping = get_default_qconfig_mapping(\"fbgemm\")\n"
           "    model = prepare_fx(model, qconfig_mapping, example_inputs)";
}

}  // namespace detail

/// The observer has no quant range, the backend asks for one.
inline std::string quant_range_missing(which w, std::string_view q) {
    return detail::start(w) + " must specify 'quant_min' and 'quant_max'" + detail::ignoring(q);
}

/// The observer's quant range is not within the backend's.
inline std::string quant_range_outside(which w, code_range have, code_range need, std::string_view q) {
    return detail::start(w) +
           " quantization range must fall within the backend's:\nQConfig range = " + detail::range_text(have) +
           ", BackendConfig range = " + detail::range_text(need) + detail::ignoring(q);
}

/// The observer has no eps, the backend asks for a smallest scale.
inline std::string eps_missing(which w, std::string_view q) {
    return detail::start(w) + " must specify 'eps'" + detail::ignoring(q);
}

/// The observer's eps is below the backend's smallest scale.
inline std::string eps_too_small(which w, const observer_config& o, double scale_min, std::string_view q) {
    return detail::start(w) + " eps (" + detail::eps_text(o) +
           ") must be greater than or equal to the backend's min scale value (" +
           quantype::detail::qconfig_text::python_float(scale_min) + ")" + detail::ignoring(q);
}

/// The op has fixed qparams, the observer is of another class.
inline std::string fixed_qparams_missing(std::string_view q) {
    return "QConfig must specify a FixedQParamsObserver or a FixedQParamsFakeQuantize for fixed qparams ops" +
           detail::ignoring(q) + detail::fixed_hint();
}

/// The op has fixed qparams, the observer has others.
inline std::string fixed_qparams_differ(const observer_config& o, double scale, std::int64_t zero_point,
                                        std::string_view q) {
    namespace text = quantype::detail::qconfig_text;
    return "QConfig fixed scale (tensor([" + text::tensor_float(o.args.scale) + "])) and zero point (tensor([" +
           std::to_string(o.args.zero_point) + "], dtype=torch.int32)) do not match the backend's (" +
           text::python_float(scale) + " and " + std::to_string(zero_point) + ")" + detail::ignoring(q) +
           detail::fixed_hint();
}

}  // namespace warnings

QUANTYPE_END_NAMESPACE
