// SPDX-License-Identifier: BSL-1.0
// clang-format off: as main.cpp prints it
struct suggested {
    static constexpr auto qconfig_0 =
        qz::qconfig{qz::histogram_observer().reduce_range(false), qz::default_per_channel_weight_observer};
    static constexpr auto value = mapping::value
                                      .set_module_name("stem", qconfig_0)
                                      .set_module_name("blocks.0.conv", qconfig_0)
                                      .set_module_name("blocks.1.conv", qconfig_0)
                                      .set_module_name("fc", qconfig_0);
};
