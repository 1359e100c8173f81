// SPDX-License-Identifier: BSL-1.0
// The rows of the parity page that are kept by hand: PyTorch's API, the name here, and what is different. Each name is
// used in an expression that is compiled.
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>
#include <quantype/backend/executorch.hpp>
#include <quantype/backend/fbgemm.hpp>
#include <quantype/backend/native.hpp>
#include <quantype/backend/onednn.hpp>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/backend/tensorrt.hpp>
#include <quantype/backend/x86.hpp>
#include <quantype/debug/model_report.hpp>
#include <quantype/debug/numeric_suite.hpp>
#include <quantype/debug/report_table.hpp>
#include <quantype/debug/sensitivity.hpp>
#include <quantype/debug/suggested_mapping.hpp>
#include <quantype/desk.hpp>
#include <quantype/host/warnings.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/qconfig/default_qat_mappings.hpp>
#include <quantype/qconfig/regex.hpp>
#include <quantype/report/backend_json.hpp>
#include <quantype/report/mapping_json.hpp>
#include <quantype/report/warnings.hpp>
#include <quantype/run/print.hpp>
#include <tuple>
#include <type_traits>
#include <utility>

#include "page.hpp"

namespace parity {

namespace {

namespace qz = quantype;
namespace nn = qz::nn;

/// A row with its name, and the expression (or type, in `qz::type<...>`) that uses it.
#define ROW(STATE, TORCH, NAME, WHY, ...)                       \
    do {                                                        \
        using checked [[maybe_unused]] = decltype(__VA_ARGS__); \
        p.add(TORCH, NAME, state::STATE, WHY, #__VA_ARGS__);    \
    } while (false)
#define SAME(TORCH, NAME, ...) ROW(same, TORCH, NAME, "", __VA_ARGS__)
#define DIFFERS(TORCH, NAME, WHY, ...) ROW(differs, TORCH, NAME, WHY, __VA_ARGS__)
#define NOT_YET(TORCH, WHY) p.add({TORCH, "", state::not_yet, WHY})

// Reasons that several rows share.
constexpr const char* standalone =
    "the module takes the model's backend, and the QConfig that it has there as its own global one";
constexpr const char* non_traceable =
    "one call of the graph, run by code of its own (`op_info::evaluate`); without it the model cannot be run";

struct dtypes : qz::dtype_config {
    static constexpr qz::dtype_with_constraints input_dtype = qz::quint8, output_dtype = qz::quint8;
};
struct own_kernel {
    static constexpr qz::op_info op{"own.linear", qz::node_kind::call_function, qz::op_code::custom};
};
struct net {
    using inputs = qz::inputs<qz::f32<1, 4>>;
    nn::linear<4, 3> fc;
    QUANTYPE_MODULES(fc)
    constexpr auto forward(auto x) const { return fc(x); }
};
using backend = qz::backends::qnnpack;
using mapping = qz::default_qnnpack_mapping;
using prepared = qz::prepared_model<net, backend, mapping>;
using converted = qz::quantized_model<net, backend, mapping>;
using reported = qz::debug::model_report<net, backend, mapping>;
constexpr auto row = qz::backend_pattern_config(qz::pattern<nn::linear<>>);
constexpr auto custom = qz::prepare_custom_config();
constexpr qz::dtype_with_constraints codes = qz::quint8;

void add_backend_config(page& p) {
    p.section("Built-in backends");
    SAME("get_native_backend_config", "backends::native", qz::backends::native{});
    SAME("get_fbgemm_backend_config", "backends::fbgemm", qz::backends::fbgemm{});
    SAME("get_x86_backend_config", "backends::x86", qz::backends::x86{});
    SAME("get_qnnpack_backend_config", "backends::qnnpack", qz::backends::qnnpack{});
    SAME("get_onednn_backend_config", "backends::onednn", qz::backends::onednn{});
    SAME("get_executorch_backend_config", "backends::executorch", qz::backends::executorch{});
    SAME("get_tensorrt_backend_config", "backends::tensorrt", qz::backends::tensorrt{});
    DIFFERS("get_native_backend_config_dict", "report::backend_json", "as JSON",
            qz::report::backend_json<qz::backends::native>());

    p.section("BackendConfig");
    SAME("BackendConfig(name)", "backend_config<\"name\">()", qz::backend_config<"name">());
    SAME("BackendConfig.set_name", "set_name", qz::backend_config<"name">().set_name<"other">());
    SAME("BackendConfig.set_backend_pattern_config", "set_backend_pattern_config",
         qz::backend_config<"name">().set_backend_pattern_config(row));
    SAME("BackendConfig.set_backend_pattern_configs", "set_backend_pattern_configs",
         qz::backend_config<"name">().set_backend_pattern_configs(row));
    SAME("BackendConfig.configs", "configs", qz::backend_config<"name">().configs());
    DIFFERS("two configs for one pattern", "valid_backend", "refused by the compiler; PyTorch keeps the later one",
            qz::valid_backend<backend>);
    DIFFERS("BackendConfig.to_dict", "report::backend_json", "as JSON; a fuser that PyTorch has no name for is refused",
            qz::report::backend_json<qz::backends::x86>());
    DIFFERS("BackendConfig.from_dict", "valid_backend",
            "tools/quantype_export makes the type from a BackendConfig or its dict", qz::valid_backend<backend>);

    p.section("BackendPatternConfig");
    SAME("BackendPatternConfig(pattern)", "backend_pattern_config(pattern<...>)",
         qz::backend_pattern_config(qz::pattern<nn::linear<>>));
    DIFFERS("BackendPatternConfig.set_pattern", "pattern<...>",
            "given at the start; a chain of two or three ops is in forward order, as in PyTorch",
            qz::pattern<nn::linear<>, nn::relu>);
    SAME("_set_pattern_complex_format", "tree<...>", qz::tree<qz::fn::add, nn::linear<>, qz::match_all>{});
    SAME("MatchAllNode", "match_all", qz::match_all{});
    SAME("set_observation_type", "set_observation_type",
         row.set_observation_type(qz::output_share_observer_with_input));
    SAME("add_dtype_config", "add_dtype_config", row.add_dtype_config<dtypes>());
    SAME("set_dtype_configs", "set_dtype_configs", row.set_dtype_configs<dtypes>());
    SAME("set_root_module", "set_root_module", row.set_root_module<nn::linear<>>());
    SAME("set_qat_module", "set_qat_module", row.set_qat_module<nn::qat::linear>());
    SAME("set_reference_quantized_module", "set_reference_quantized_module",
         row.set_reference_quantized_module<qz::reference::linear>());
    SAME("set_fused_module", "set_fused_module", row.set_fused_module<nn::intrinsic::linear_relu>());
    DIFFERS("set_fuser_method", "set_fuser_method", "gets classes and gives a class; fold_batch_norm<T> folds",
            row.set_fuser_method([](auto, auto) { return qz::fold_batch_norm<nn::linear<>>{}; }));
    SAME("_set_root_node_getter", "set_root_node_getter",
         row.set_root_node_getter([](const qz::match_view&) { return 0; }));
    SAME("_set_extra_inputs_getter", "set_extra_inputs_getter",
         row.set_extra_inputs_getter([](const qz::match_view&) { return 1; }));
    SAME("_set_num_tensor_args_to_observation_type", "set_num_tensor_args_to_observation_type",
         row.set_num_tensor_args_to_observation_type<1>(qz::output_share_observer_with_input));
    SAME("_set_input_type_to_index", "set_input_type_to_index", row.set_input_type_to_index<1, 2>());
    SAME("ObservationType.OUTPUT_USE_DIFFERENT_OBSERVER_AS_INPUT", "output_use_different_observer_as_input",
         qz::output_use_different_observer_as_input);
    SAME("ObservationType.OUTPUT_SHARE_OBSERVER_WITH_INPUT", "output_share_observer_with_input",
         qz::output_share_observer_with_input);
    SAME("ObservationType.INPUT_OUTPUT_NOT_OBSERVED", "input_output_not_observed", qz::input_output_not_observed);
    DIFFERS("lowering of a reference pattern by hand", "set_lowering", "a row names the kernel of a pattern",
            row.set_lowering<own_kernel>());
    DIFFERS("BackendPatternConfig.to_dict", "report::backend_json", "as a row of BackendConfig.to_dict",
            qz::report::backend_json<qz::backends::x86>().at("patterns").at(0));

    p.section("DTypeConfig and DTypeWithConstraints");
    SAME("DTypeConfig", "dtype_config", qz::dtype_config{});
    SAME("DTypeConfig.input_dtype", "input_dtype", dtypes::input_dtype);
    SAME("DTypeConfig.output_dtype", "output_dtype", dtypes::output_dtype);
    SAME("DTypeConfig.weight_dtype", "weight_dtype", dtypes::weight_dtype);
    SAME("DTypeConfig.bias_dtype", "bias_dtype", dtypes::bias_dtype);
    SAME("DTypeConfig.is_dynamic", "is_dynamic", dtypes::is_dynamic);
    SAME("DTypeWithConstraints", "dtype_with_constraints", qz::dtype_with_constraints(qz::quint8));
    SAME("quant_min_lower_bound, quant_max_upper_bound", "quant_range", codes.quant_range(0, 255));
    SAME("scale_min_lower_bound", "scale_min", codes.scale_min(0x1p-12));
    SAME("scale_max_upper_bound", "scale_max", codes.scale_max(1));
    SAME("scale_exact_match, zero_point_exact_match", "exactly", codes.exactly(0x1p-8, 0));
    DIFFERS("a dtype config that cannot hold", "dtype_config", "an empty range, or one outside its dtype, is refused",
            qz::dtype_config{});
}

void add_qconfig(page& p) {
    p.section("QConfig and QConfigMapping");
    SAME("QConfig(activation, weight)", "qconfig", qz::qconfig{});
    SAME("QConfigMapping", "qconfig_mapping", qz::qconfig_mapping());
    SAME("QConfigMapping.set_global", "set_global", qz::qconfig_mapping().set_global(qz::default_qconfig));
    SAME("QConfigMapping.set_object_type", "set_object_type",
         qz::qconfig_mapping().set_object_type<nn::linear<>>(qz::no_qconfig));
    SAME("QConfigMapping.set_module_name_regex", "set_module_name_regex",
         qz::qconfig_mapping().set_module_name_regex<qz::regex<"fc.*">>(qz::no_qconfig));
    DIFFERS("a regular expression of another kind", "set_module_name_glob",
            "globs too; an expression that regex<> "
            "cannot read is refused",
            qz::qconfig_mapping().set_module_name_glob("fc*", qz::no_qconfig));
    SAME("QConfigMapping.set_module_name", "set_module_name",
         qz::qconfig_mapping().set_module_name("fc", qz::no_qconfig));
    SAME("QConfigMapping.set_module_name_object_type_order", "set_module_name_object_type_order",
         qz::qconfig_mapping().set_module_name_object_type_order<nn::linear<>>("", 0, qz::no_qconfig));
    SAME("None as a QConfig", "no_qconfig", qz::no_qconfig);
    DIFFERS("an entry that names no module", "can_quantize", "refused by the compiler; PyTorch ignores it",
            qz::can_quantize<net, backend, mapping>);
    DIFFERS("QConfigMapping.to_dict", "report::mapping_json", "as JSON",
            qz::report::mapping_json<qz::default_x86_mapping>("default_x86"));
    DIFFERS("QConfigMapping.from_dict", "qconfig_mapping",
            "tools/quantype_export makes the C++ from a QConfigMapping, its dict or its JSON", qz::qconfig_mapping());
    SAME("qconfig_equals", "qconfig", qz::qconfig{} == qz::qconfig{});
    SAME("get_default_qconfig_mapping",
         "default_x86_mapping, default_fbgemm_mapping, default_qnnpack_mapping, "
         "default_onednn_mapping",
         std::is_same_v<std::tuple<qz::default_x86_mapping, qz::default_fbgemm_mapping, qz::default_qnnpack_mapping,
                                   qz::default_onednn_mapping>,
                        int>);
    SAME("get_default_qat_qconfig_mapping",
         "default_qat_x86_mapping, default_qat_fbgemm_mapping, "
         "default_qat_qnnpack_mapping, default_qat_onednn_mapping",
         std::is_same_v<std::tuple<qz::default_qat_x86_mapping, qz::default_qat_fbgemm_mapping,
                                   qz::default_qat_qnnpack_mapping, qz::default_qat_onednn_mapping>,
                        int>);
    SAME("get_default_qat_qconfig_mapping(version=0)", "default_qat_v0_x86_mapping, default_qat_v0_qnnpack_mapping",
         std::is_same_v<qz::default_qat_v0_x86_mapping, qz::default_qat_v0_qnnpack_mapping>);
    SAME("_get_symmetric_qnnpack_qconfig_mapping", "symmetric_qnnpack_mapping", qz::symmetric_qnnpack_mapping{});
    SAME("get_default_qconfig", "default_x86_qconfig, default_qnnpack_qconfig, default_onednn_qconfig",
         qz::default_x86_qconfig == qz::default_qnnpack_qconfig || qz::default_onednn_qconfig == qz::qconfig{});
    SAME("get_default_qat_qconfig", "default_qat_x86_qconfig, default_qat_qnnpack_qconfig, default_qat_v0_x86_qconfig",
         qz::default_qat_x86_qconfig == qz::default_qat_qnnpack_qconfig ||
             qz::default_qat_v0_x86_qconfig == qz::qconfig{});

    p.section("Named QConfigs", "Each equals PyTorch's, observer by observer (`./dev test -R table`).");
#define NAMED(NAME) SAME(#NAME, #NAME, qz::NAME)
    NAMED(default_qconfig);
    NAMED(default_debug_qconfig);
    NAMED(default_per_channel_qconfig);
    NAMED(default_dynamic_qconfig);
    NAMED(per_channel_dynamic_qconfig);
    NAMED(float16_dynamic_qconfig);
    NAMED(float16_static_qconfig);
    NAMED(float_qparams_weight_only_qconfig);
    NAMED(float_qparams_weight_only_qconfig_4bit);
    NAMED(default_quint8_weight_qconfig);
    NAMED(default_reuse_input_qconfig);
    NAMED(default_symmetric_qnnpack_qconfig);
    NAMED(default_per_channel_symmetric_qnnpack_qconfig);
    NAMED(default_qat_qconfig);
    NAMED(default_dynamic_qat_qconfig);
    NAMED(default_weight_only_qconfig);
    NAMED(default_activation_only_qconfig);
    NAMED(default_qat_qconfig_v2);
    NAMED(default_embedding_qat_qconfig);
    NAMED(default_embedding_qat_qconfig_4bit);
    NAMED(default_symmetric_qnnpack_qat_qconfig);
    NAMED(default_per_channel_symmetric_qnnpack_qat_qconfig);

    p.section("Observers and fake-quantizes");
    SAME("MinMaxObserver", "min_max_observer", qz::min_max_observer());
    SAME("MovingAverageMinMaxObserver", "moving_average_min_max_observer", qz::moving_average_min_max_observer());
    SAME("PerChannelMinMaxObserver", "per_channel_min_max_observer", qz::per_channel_min_max_observer());
    SAME("MovingAveragePerChannelMinMaxObserver", "moving_average_per_channel_min_max_observer",
         qz::moving_average_per_channel_min_max_observer());
    SAME("HistogramObserver", "histogram_observer", qz::histogram_observer());
    SAME("FixedQParamsObserver", "fixed_qparams_observer", qz::fixed_qparams_observer(0x1p-8, 0));
    SAME("PlaceholderObserver", "placeholder_observer", qz::placeholder_observer());
    SAME("NoopObserver", "noop_observer", qz::noop_observer());
    SAME("RecordingObserver", "recording_observer", qz::recording_observer());
    SAME("ReuseInputObserver", "reuse_input_observer", qz::reuse_input_observer());
    SAME("FakeQuantize", "fake_quantize", qz::fake_quantize(qz::min_max_observer()));
    SAME("FixedQParamsFakeQuantize", "fixed_qparams_fake_quantize",
         qz::fixed_qparams_fake_quantize(qz::default_fixed_qparams_range_0to1_observer));
    SAME("FusedMovingAvgObsFakeQuantize", "fused_moving_avg_obs_fake_quantize",
         qz::fused_moving_avg_obs_fake_quantize(qz::moving_average_min_max_observer()));
    DIFFERS("with_args", "quant_range, dtype, qscheme", "setters of the observer's arguments",
            qz::min_max_observer().quant_range(0, 127).dtype(qz::quint8).qscheme(qz::per_tensor_affine));
    DIFFERS("ObserverBase, UniformQuantizationObserverBase, FakeQuantizeBase", "observer_class",
            "an observer is a value: a class with a rule, and arguments; rules are the library's own",
            qz::observer_class{});
    DIFFERS("get_observer_state_dict, load_observer_state_dict", "prepare",
            "a prepared model is read from PyTorch's state_dict, by the same names",
            qz::prepare<net, backend, mapping>(qz::tensor_map{}));
    NAMED(default_observer);
    NAMED(default_placeholder_observer);
    NAMED(default_histogram_observer);
    NAMED(default_debug_observer);
    NAMED(default_reuse_input_observer);
    NAMED(default_weight_observer);
    NAMED(default_per_channel_weight_observer);
    NAMED(default_dynamic_quant_observer);
    NAMED(default_float_qparams_observer);
    NAMED(default_float_qparams_observer_4bit);
    NAMED(weight_observer_range_neg_127_to_127);
    NAMED(per_channel_weight_observer_range_neg_127_to_127);
    NAMED(default_fixed_qparams_range_0to1_observer);
    NAMED(default_fixed_qparams_range_neg1to1_observer);
    DIFFERS("default_affine_fixed_qparams_observer, default_symmetric_fixed_qparams_observer",
            "default_fixed_qparams_range_0to1_observer", "older names; write the newer ones",
            qz::default_fixed_qparams_range_0to1_observer);
    NAMED(default_fake_quant);
    NAMED(default_weight_fake_quant);
    NAMED(default_per_channel_weight_fake_quant);
    NAMED(default_dynamic_fake_quant);
    NAMED(default_fused_act_fake_quant);
    NAMED(default_fused_wt_fake_quant);
    NAMED(default_fused_per_channel_wt_fake_quant);
    NAMED(default_embedding_fake_quant);
    NAMED(default_embedding_fake_quant_4bit);
    NAMED(fused_wt_fake_quant_range_neg_127_to_127);
    NAMED(fused_per_channel_wt_fake_quant_range_neg_127_to_127);
    SAME("enable_observer, disable_observer", "enable_observer, disable_observer",
         (std::declval<prepared&>().enable_observer(), std::declval<prepared&>().disable_observer()));
    SAME("enable_fake_quant, disable_fake_quant", "enable_fake_quant, disable_fake_quant",
         (std::declval<prepared&>().enable_fake_quant(), std::declval<prepared&>().disable_fake_quant()));
    SAME("freeze_bn_stats, update_bn_stats", "freeze_bn_stats, update_bn_stats",
         (std::declval<prepared&>().freeze_bn_stats(), std::declval<prepared&>().update_bn_stats()));
}

void add_entry_points(page& p) {
    using second = qz::default_qnnpack_mapping;
    p.section("Entry points");
    SAME("fuse_fx", "fuse", qz::fuse<net, backend>(qz::tensor_map{}));
    SAME("prepare_fx", "prepare", qz::prepare<net, backend, mapping>(qz::tensor_map{}));
    DIFFERS("prepare_qat_fx", "prepare_qat",
            "observes, rounds and converts as PyTorch; weights are learned there (read its state_dict)",
            qz::prepare_qat<net, backend, mapping>(qz::tensor_map{}));
    SAME("convert_to_reference_fx", "convert_to_reference", qz::convert_to_reference(std::declval<prepared&>()));
    SAME("convert_fx", "convert", qz::convert(std::declval<prepared&>()));
    SAME("convert_fx(qconfig_mapping=)", "convert<second>", qz::convert<second>(std::declval<prepared&>()));
    DIFFERS("a node that cannot be quantized as asked", "strict, keep_float",
            "strict, the default, refuses it; keep_float leaves it in float, as PyTorch does",
            std::is_same_v<qz::strict, qz::keep_float>);
    SAME("print(model)", "print", qz::print(std::declval<const converted&>()));
    SAME("warnings of prepare", "predicted_warnings",
         qz::report::predicted_warnings(std::declval<const prepared&>().view()));
    DIFFERS("torch.save, torch.load of a converted model", "save_model, load_model",
            "a safetensors file with a hash of graph, backend and mapping",
            (qz::save_model(std::declval<const converted&>(), ""), qz::load_model<net, backend, mapping>("")));
    NOT_YET("prepare_fx(_equalization_config=)",
            "input-weight equalization is a prototype in PyTorch and part of no table; before prepare, the weights "
            "of a layer can be scaled by input channel and those of the layer before it divided");
    DIFFERS("reuse of one module by several calls", "can_quantize",
            "each call keeps its own output scale and zero point; PyTorch's last call wins",
            qz::can_quantize<net, backend, mapping>);

    p.section("Custom configs", "They are part of the model's type: `customized<net, config>`.");
    SAME("PrepareCustomConfig", "prepare_custom_config", qz::prepare_custom_config());
    DIFFERS("PrepareCustomConfig.set_input_quantized_indexes", "set_input_quantized_indexes",
            "scale and zero point of such an input are given to convert", custom.set_input_quantized_indexes({0}));
    SAME("PrepareCustomConfig.set_output_quantized_indexes", "set_output_quantized_indexes",
         custom.set_output_quantized_indexes({0}));
    DIFFERS("PrepareCustomConfig.set_standalone_module_name", "set_standalone_module_name", standalone,
            custom.set_standalone_module_name("fc"));
    DIFFERS("PrepareCustomConfig.set_standalone_module_class", "set_standalone_module_class", standalone,
            custom.set_standalone_module_class<net>());
    DIFFERS("StandaloneModuleConfigEntry", "set_standalone_module_name",
            "the module's inputs and outputs that are codes stand in the setter",
            custom.set_standalone_module_name("fc"));
    DIFFERS("PrepareCustomConfig.set_non_traceable_module_names", "set_non_traceable_module_name", non_traceable,
            custom.set_non_traceable_module_name("fc"));
    DIFFERS("PrepareCustomConfig.set_non_traceable_module_classes", "set_non_traceable_module_class", non_traceable,
            custom.set_non_traceable_module_class<net>());
    DIFFERS("PrepareCustomConfig.set_preserved_attributes", "customized",
            "needless: the model is a type and keeps its members at every stage", qz::customized<net, mapping>{});
    DIFFERS("ConvertCustomConfig, FuseCustomConfig (set_preserved_attributes)", "customized", "likewise",
            qz::customized<net, mapping>{});
    DIFFERS("PrepareCustomConfig.set_float_to_observed_mapping", "leaf_module",
            "ordinary observers watch a module of the user's own", qz::leaf_module{});
    DIFFERS("ConvertCustomConfig.set_observed_to_quantized_mapping", "set_lowering",
            "the kernel of the module's pattern takes its place", row.set_lowering<own_kernel>());
}

void add_rest(page& p) {
    p.section("Engines", "The arithmetic of the integer kernels: `set_engine<...>()`.");
    SAME("torch.backends.quantized.engine = 'qnnpack'", "engine::qnnpack", qz::engine::qnnpack{});
    SAME("torch.backends.quantized.engine = 'onednn'", "engine::onednn", qz::engine::onednn{});
    DIFFERS("torch.backends.quantized.engine = 'fbgemm' or 'x86'", "engine::fbgemm",
            "from its source; without the saturation of 16-bit sums that CPUs without VNNI have", qz::engine::fbgemm{});

    p.section("Debugging");
    DIFFERS(
        "torch.ao.ns: extract_weights, add_loggers, extract_logger_info, add_shadow_loggers, "
        "extract_shadow_logger_info, extend_logger_results_with_comparison, OutputLogger",
        "debug::numeric_suite", "one object: values of the float, reference and int8 forms, call by call",
        qz::debug::numeric_suite(std::declval<prepared&>(), std::declval<converted&>()));
    SAME("compute_sqnr", "sqnr", qz::debug::similarity{}.sqnr());
    SAME("compute_cosine_similarity", "cosine", qz::debug::similarity{}.cosine());
    SAME("compute_normalized_l2_error", "normalized_l2_error", qz::debug::similarity{}.normalized_l2_error());
    DIFFERS("ModelReport", "debug::model_report",
            "of every observed value: range, saturation, codes used, outliers, stationarity",
            qz::debug::model_report(std::declval<prepared&>(), std::declval<converted&>()));
    DIFFERS("PerChannelDetector, DynamicStaticDetector", "debug::suggestions",
            "dynamic quantization only where the backend has it; with how much one scale for all channels wastes",
            qz::debug::suggestions(std::declval<const reported&>()));
    DIFFERS("OutlierDetector", "has_outliers", "of a whole value, not channel by channel",
            qz::debug::value_report().has_outliers());
    DIFFERS("ModelReport.generate_qconfig_mapping", "debug::mapping_source",
            "as C++ text, because a mapping is a constant of the program; observers of activations stay",
            qz::debug::mapping_source(qz::debug::suggestions(std::declval<const reported&>())));
    DIFFERS("ModelReport.generate_visualizer", "debug::to_csv", "a table for any program that plots; also as JSON",
            qz::debug::to_csv(std::declval<const reported&>().values()));
    NOT_YET("InputWeightEqualizationDetector, ModelReport.generate_equalization_mapping",
            "as `_equalization_config`: see Entry points");
}

}  // namespace

void add_api(page& p) {
    add_backend_config(p);
    add_qconfig(p);
    add_entry_points(p);
    add_rest(p);
}

}  // namespace parity
