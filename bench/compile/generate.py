# SPDX-License-Identifier: BSL-1.0
"""Writes the translation units that the compile-time benchmark compiles.

A model is "empty" (headers only), a header of models/, or a number of nodes: conv, bn, relu, add with the block's
input, repeated; or a small model with a backend of 194 patterns ("native"; or "own_rows", written with setters on ops
of its own) or without any ("no_rows"). A stage is "validate" (can_quantize), "plan" (can_run), "scalar" or "simd" (a
static executor).
"""

STAGE_HEADERS = {
    "validate": [],
    "plan": ["quantype/lower/plan.hpp"],
    "scalar": ["quantype/run/execute.hpp"],
    "simd": ["quantype/run/execute.hpp", "quantype/run/simd_kernels.hpp"],
}
KERNELS = {"scalar": "qz::scalar_kernels", "simd": "qz::simd_kernels<>"}
BLOCK = """struct block {
    nn::conv2d<16, 16, 3, nn::padding<1>> conv;
    nn::batch_norm2d<16> bn;
    nn::relu relu;
    QUANTYPE_MODULES(conv, bn, relu)
    constexpr auto forward(auto x) const { return relu(bn(conv(x))) + x; }
};
"""

# A small model and the whole cost of a table: its header, its ops and its rows.
OWN_OP = 'struct op%d { static constexpr qz::op_info op{"own.op%d", qz::node_kind::call_function}; };\n'
OWN_ROW = """qz::backend_pattern_config(qz::pattern<op%d>)
    .add_dtype_config<plain>()
    .set_observation_type(qz::output_share_observer_with_input)"""
TABLES = {
    "own_rows": (
        "",
        "".join(OWN_OP % (i, i) for i in range(194))
        + 'struct table : decltype(qz::backend_config<"own rows">().set_backend_pattern_configs(\n%s)) {};\n'
        % ",\n".join(OWN_ROW % i for i in range(194)),
    ),
    "no_rows": ("", 'struct table : decltype(qz::backend_config<"no rows">()) {};\n'),
    "native": ("#include <quantype/backend/native.hpp>\n", "using table = qz::backends::native;\n"),
}
SMALL_MODEL = """struct model {
    using inputs = qz::inputs<qz::f32<1, 3, 8, 8>>;
    nn::conv2d<3, 4, 3> conv;
    nn::relu relu;
    nn::flatten<> flat;
    nn::linear<144, 2> fc;
    QUANTYPE_MODULES(conv, relu, flat, fc)
    constexpr auto forward(auto x) const { return fc(flat(relu(conv(x)))); }
};
static_assert(qz::can_quantize<model, table, mapping, qz::keep_float>);
"""


def generated_model(nodes):
    """`nodes` calls: blocks of four, in sequentials of up to 50 blocks, and single relus for the rest."""
    blocks, rest = divmod(nodes, 4)
    members, calls = [], []
    while blocks > 0:
        count = min(blocks, 50)
        name = "part%d" % len(members)
        members.append("    qz::sequential<%s> %s;\n" % (", ".join(["block"] * count), name))
        calls.append("x = %s(x);" % name)
        blocks -= count
    names = ["part%d" % i for i in range(len(members))] + ["relu"]
    calls += ["x = relu(x);"] * rest
    return (
        BLOCK
        + "struct model {\n    using inputs = qz::inputs<qz::f32<1, 16, 8, 8>>;\n"
        + "".join(members)
        + "    nn::relu relu;\n    QUANTYPE_MODULES(%s)\n" % ", ".join(names)
        + "    constexpr auto forward(auto x) const {\n        %s\n        return x;\n    }\n};\n" % " ".join(calls)
    )


def source(model, stage):
    """Text of the translation unit."""
    if model in TABLES:
        header, table = TABLES[model]
        return '#include "models/backend.hpp"\n' + header + "using namespace bench_models;\n" + table + SMALL_MODEL
    includes = [] if model == "empty" else ["models/backend.hpp"]
    if model not in ("empty",) and not model.isdigit():
        includes.append("models/%s.hpp" % model)
    text = "".join('#include "%s"\n' % i for i in includes)
    text += "#include <quantype/quantype.hpp>\n" + "".join("#include <%s>\n" % h for h in STAGE_HEADERS[stage])
    if model == "empty":
        return text
    text += "using namespace bench_models;\n"
    if model.isdigit():
        text += generated_model(int(model))
        net = "model"
    else:
        net = model
    triple = "%s, device, mapping" % net
    text += "static_assert(qz::can_quantize<%s>);\n" % triple
    if stage == "plan":
        text += "static_assert(qz::can_run<%s>);\n" % triple
    if stage in KERNELS:
        text += (
            "void run(const qz::step_data* data, const qz::run_buffers& buffers);\n"
            "void run(const qz::step_data* data, const qz::run_buffers& buffers) {\n"
            "    qz::execute<%s, %s>(data, buffers);\n}\n" % (triple, KERNELS[stage])
        )
    return text


if __name__ == "__main__":
    import sys

    sys.stdout.write(source(sys.argv[1], sys.argv[2]))
