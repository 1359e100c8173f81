// SPDX-License-Identifier: BSL-1.0
// How a vocabulary entry is written: `struct elu : vocabulary::module_named<"torch.nn.ELU"> {};`. It names a PyTorch op
// for backends and mappings; it is not a module and cannot be called in a forward.
#pragma once
#include <quantype/core/fixed_string.hpp>
#include <quantype/core/op.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace vocabulary {

/// A module class: "torch.nn.ELU".
template <fixed_string Name, op_code Code = op_code::none>
struct module_named {
    static constexpr op_info op{Name.view(), node_kind::call_module, Code};
};
/// A function: "torch.nn.functional.elu".
template <fixed_string Name, op_code Code = op_code::none>
struct function_named {
    static constexpr op_info op{Name.view(), node_kind::call_function, Code};
};
/// A method of a tensor: "method:permute".
template <fixed_string Name, op_code Code = op_code::none>
struct method_named {
    static constexpr op_info op{Name.view(), node_kind::call_method, Code};
};

}  // namespace vocabulary

QUANTYPE_END_NAMESPACE
