// SPDX-License-Identifier: BSL-1.0
// Observer and fake-quantize configurations of the recorded cases, by PyTorch's names; bits of floats to compare.
#pragma once
#include <bit>

#include <quantype/qconfig/observer.hpp>

#include "support/golden.hpp"

namespace support {

namespace qz = quantype;

/// The class with this name, without arguments.
inline qz::observer_config observer_named(const std::string& name) {
    for (const qz::observer_class* c :
         {&qz::observers::min_max, &qz::observers::moving_average_min_max, &qz::observers::per_channel_min_max,
          &qz::observers::moving_average_per_channel_min_max, &qz::observers::histogram, &qz::observers::fixed_qparams})
        if (c->name == name) return qz::observer_config(*c);
    throw std::runtime_error("unknown observer " + name);
}

inline qz::dtype dtype_of(const json& j) {
    for (qz::dtype d : {qz::quint8, qz::qint8, qz::qint32, qz::quint4x2})
        if (qz::name_of(d) == "torch." + j.get<std::string>()) return d;
    throw std::runtime_error("unknown dtype " + j.dump());
}

inline qz::qscheme qscheme_of(const json& j) {
    for (qz::qscheme s : {qz::per_tensor_affine, qz::per_tensor_symmetric, qz::per_channel_affine,
                          qz::per_channel_symmetric, qz::per_channel_affine_float_qparams})
        if (qz::name_of(s) == "torch." + j.get<std::string>()) return s;
    throw std::runtime_error("unknown qscheme " + j.dump());
}

/// The arguments of a record bound in their order; "class" and "observer" are no arguments.
inline qz::observer_config with_arguments(qz::observer_config o, const json& arguments) {
    for (const auto& [name, value] : arguments.items()) {
        if (name == "class" || name == "observer")
            continue;
        else if (name == "dtype")
            o = o.dtype(dtype_of(value));
        else if (name == "qscheme")
            o = o.qscheme(qscheme_of(value));
        else if (name == "quant_min")
            o = o.quant_min(value.get<std::int64_t>());
        else if (name == "quant_max")
            o = o.quant_max(value.get<std::int64_t>());
        else if (name == "eps")
            o = o.eps(value.get<double>());
        else if (name == "reduce_range")
            o = o.reduce_range(value.get<bool>());
        else if (name == "is_dynamic")
            o = o.is_dynamic(value.get<bool>());
        else if (name == "averaging_constant")
            o = o.averaging_constant(value.get<double>());
        else if (name == "ch_axis")
            o = o.ch_axis(value.get<int>());
        else if (name == "bins")
            o = o.bins(value.get<int>());
        else if (name == "scale")
            o = o.scale(value.get<double>());
        else if (name == "zero_point")
            o = o.zero_point(value.get<std::int32_t>());
        else
            throw std::runtime_error("unknown argument " + name);
    }
    return o;
}

/// {"class": ..., "observer": {...}, arguments}: an observer, or a fake-quantize around one.
inline qz::observer_config recorded_config(const json& c) {
    const auto short_name = [](const json& j) {
        const auto name = j.at("class").get<std::string>();
        return name.substr(name.rfind('.') + 1);
    };
    if (!c.contains("observer")) return with_arguments(observer_named(short_name(c)), c);
    const qz::observer_config inner = recorded_config(c.at("observer"));
    for (const qz::fake_quantize_class* f :
         {&qz::fake_quantizers::plain, &qz::fake_quantizers::fixed_qparams, &qz::fake_quantizers::fused_moving_average})
        if (f->name == short_name(c)) return with_arguments(inner.inside(*f), c);
    throw std::runtime_error("unknown fake-quantize " + c.dump());
}

inline std::vector<std::uint32_t> bits_of(const std::vector<float>& v) {
    std::vector<std::uint32_t> bits;
    for (float x : v) bits.push_back(std::bit_cast<std::uint32_t>(x));
    return bits;
}

}  // namespace support
