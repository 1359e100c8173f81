// SPDX-License-Identifier: BSL-1.0
// The sentences that refuse a model whose shapes do not fit, or that is not put together as it must be.
#pragma once
#include <quantype/core/fail.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace fail {

template <bool Ok, class Where, class Have, class Need>
struct input_rank {
    static_assert(Ok, "quantype: the input has the wrong number of dimensions for this module");
};
template <bool Ok, class Where, class Have, class Need>
struct input_channels {
    static_assert(Ok, "quantype: the input's channels (dimension 1) do not match the module's");
};
template <bool Ok, class Where, class Have, class Need>
struct input_features {
    static_assert(Ok, "quantype: the input's last dimension does not match the module's in_features");
};
template <bool Ok, class Where, class Have, class Need>
struct window_larger_than_input {
    static_assert(Ok, "quantype: the kernel is larger than the padded input");
};
template <bool Ok, class Where, class Have, class Need>
struct shapes_do_not_broadcast {
    static_assert(Ok, "quantype: the operands' shapes do not broadcast");
};
template <bool Ok, class Where, class Have, class Need>
struct reshape_changes_count {
    static_assert(Ok, "quantype: reshape must keep the number of elements");
};
template <bool Ok, class Where, class Have, class Need>
struct cat_shapes_differ {
    static_assert(Ok, "quantype: cat needs equal shapes except along its dimension");
};
template <bool Ok, class Where, class Have, class Need>
struct axis_out_of_range {
    static_assert(Ok, "quantype: the dimension is out of range for the input");
};
template <bool Ok, class Where, class Have, class Need>
struct pad_takes_everything {
    static_assert(Ok, "quantype: negative padding takes away a whole dimension");
};
template <bool Ok, class Where, class Have, class Need>
struct groups_do_not_divide {
    static_assert(Ok, "quantype: groups must divide in_channels and out_channels");
};
template <bool Ok, class Where, class Have, class Need>
struct wrong_input_count {
    static_assert(Ok, "quantype: the operation was called with the wrong number of inputs");
};
template <bool Ok, class Where, class Have, class Need>
struct state_shape_differs {
    static_assert(Ok, "quantype: the first state of a recurrent layer has another size than (layers, N, Hidden)");
};
template <bool Ok, class Where>
struct several_values_used_as_one {
    static_assert(Ok, "quantype: this op takes one tensor, but is given several (output and state); name one by y[0]");
};
template <bool Ok, class Net>
struct module_not_listed {
    static_assert(Ok, "quantype: forward calls a module that is not listed in QUANTYPE_MODULES");
};
template <bool Ok, class Where>
struct whole_module_gives_one_value {
    static_assert(Ok, "quantype: a module that is not traced through must take and give one value each");
};
template <bool Ok, class Where, class Have>
struct shape_not_inferred {
    static_assert(Ok, "quantype: the shape of this value cannot be inferred");
};
template <bool Ok, class Where>
struct name_listed_twice {
    static_assert(Ok, "quantype: QUANTYPE_MODULES lists the same name twice");
};
template <bool Ok, class Where>
struct custom_config_names_no_module {
    static_assert(Ok, "quantype: the custom config names a module that the model does not have");
};
template <bool Ok, class Have, class Need>
struct quantized_index_out_of_range {
    static_assert(Ok, "quantype: the custom config gives the index of an input or output that the model does not have");
};
template <bool Ok, class Net>
struct model_without_inputs {
    static_assert(Ok,
                  "quantype: the model gives no input shapes: add `using inputs = "
                  "quantype::inputs<quantype::f32<1, 3, 32, 32>>;` or use at_shape<model, f32<...>>");
};
template <bool Ok, class Net, class Need>
struct forward_does_not_take_the_inputs {
    static_assert(Ok, "quantype: forward must be const and take as many values as the model has inputs");
};

}  // namespace fail

QUANTYPE_END_NAMESPACE
