// SPDX-License-Identifier: BSL-1.0
// A model report as a table for other programs: CSV for a spreadsheet, JSON. PyTorch's ModelReportVisualizer gives the
// same numbers as a table or a plot.
#pragma once
#include <string>
#include <vector>

#include <quantype/debug/model_report.hpp>
#include <quantype/io/json.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace debug {

/// A line for each observed value; numbers have all their digits. A quotation mark in a field is doubled (RFC 4180).
inline std::string to_csv(const std::vector<value_report>& values) {
    const auto quoted = [](const std::string& s) {
        std::string r = "\"";
        for (const char c : s) r += c == '"' ? std::string("\"\"") : std::string(1, c);
        return r + "\"";
    };
    const auto number = [](double x) { return detail::number("%.9g", x); };
    std::string text =
        "value,op,min,max,scale,zero_point,codes_used,codes,saturation,outlier_ratio,has_outliers,stationarity\n";
    for (const value_report& v : values)
        text += quoted(v.path) + "," + quoted(v.op) + "," + number(static_cast<double>(v.min)) + "," +
                number(static_cast<double>(v.max)) + "," + number(static_cast<double>(v.qparams.scale)) + "," +
                std::to_string(v.qparams.zero_point) + "," + std::to_string(v.codes_used) + "," +
                std::to_string(v.codes) + "," + number(v.saturation()) + "," + number(v.outlier_ratio) + "," +
                (v.has_outliers() ? "1" : "0") + "," + number(v.stationarity()) + "\n";
    return text;
}

/// A list of objects with the columns of to_csv.
inline json to_json(const std::vector<value_report>& values) {
    json list = json::array();
    for (const value_report& v : values)
        list.push_back({{"value", v.path},
                        {"op", v.op},
                        {"min", v.min},
                        {"max", v.max},
                        {"scale", v.qparams.scale},
                        {"zero_point", v.qparams.zero_point},
                        {"codes_used", v.codes_used},
                        {"codes", v.codes},
                        {"saturation", v.saturation()},
                        {"outlier_ratio", v.outlier_ratio},
                        {"has_outliers", v.has_outliers()},
                        {"stationarity", v.stationarity()}});
    return list;
}

}  // namespace debug

QUANTYPE_END_NAMESPACE
