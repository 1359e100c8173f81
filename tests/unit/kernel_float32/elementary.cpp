// SPDX-License-Identifier: BSL-1.0
// elementary.hpp: accuracy against long double, special values, and one digest that every build must reproduce.
#include <quantype/numerics/elementary.hpp>

#include <cfloat>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>

#include "support/catch.hpp"
#include "support/subnormals.hpp"

namespace el = quantype::elementary;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double least = std::numeric_limits<double>::denorm_min();
constexpr double largest = std::numeric_limits<double>::max();

constexpr std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

// Distance to the true value in units of the last place of the nearest double.
double ulp_error(double got, long double want) {
    const double nearest = static_cast<double>(want);
    if (std::isinf(nearest) && got == nearest) return 0;
    const double unit = std::nextafter(std::fabs(nearest), inf) - std::fabs(nearest);
    return static_cast<double>(std::fabs((static_cast<long double>(got) - want) / static_cast<long double>(unit)));
}

struct generator {
    std::uint64_t state = 88172645463325252U;
    constexpr std::uint64_t next() {
        state ^= state << 13U;
        state ^= state >> 7U;
        state ^= state << 17U;
        return state;
    }
    /// Uniform in [low, high).
    constexpr double between(double low, double high) {
        const double t = static_cast<double>(next() >> 11U) * 0x1p-53;
        return el::detail::add(low, el::detail::mul(t, el::detail::sub(high, low)));
    }
    /// Any exponent from least to most, any sign.
    constexpr double spread(int least_exponent, int most_exponent) {
        const auto range = static_cast<std::uint64_t>(most_exponent - least_exponent + 1);
        const auto e = static_cast<std::uint64_t>(1023 + least_exponent) + next() % range;
        return el::detail::from_bits((next() & 0x800fffffffffffffU) | (e << 52U));
    }
};

template <class Function, class Reference>
double worst(Function f, Reference reference, double low, double high, int count, bool spread_exponents) {
    generator g;
    double most = 0;
    for (int i = 0; i < count; ++i) {
        const double uniform = low + (high - low) * (i + 0.37) / count;
        double x = i % 2 ? uniform : g.between(low, high);
        if (spread_exponents && i % 3 == 0) x = g.spread(-60, 5);
        if (x < low || x > high) x = -x;
        if (x < low || x > high) continue;
        const double error = ulp_error(f(x), reference(static_cast<long double>(x)));
        if (!(error <= most)) most = error;
    }
    return most;
}

constexpr std::uint64_t digest(int count) {
    generator g;
    std::uint64_t h = 14695981039346656037U;
    const auto mix = [&h](double v) { h = (h ^ bits(v)) * 1099511628211U; };
    for (int i = 0; i < count; ++i) {
        const double x = g.between(-30, 30), small = g.spread(-40, 2), wide = g.spread(-300, 300);
        const double positive = el::detail::magnitude(wide);
        for (double v : {x, small}) {
            mix(el::exp(v));
            mix(el::expm1(v));
            mix(el::tanh(v));
            mix(el::sigmoid(v));
            mix(el::sin(v));
        }
        mix(el::erf(small));
        mix(el::sin(wide));
        mix(el::log(positive));
        mix(el::sqrt(positive));
        mix(el::rsqrt(positive));
        mix(el::exp(23 * x));
    }
    return h;
}

// The compiler's arithmetic, and below the machine's: the same number.
constexpr std::uint64_t digest_of_20 = 2826511084577948294U;
constexpr std::uint64_t digest_of_20000 = 1765984224584663907U;
static_assert(digest(20) == digest_of_20);

static_assert(el::exp(0.0) == 1 && el::log(1.0) == 0 && el::tanh(0.0) == 0 && el::sigmoid(0.0) == 0.5);
static_assert(el::exp(1.0) == 0x1.5bf0a8b145769p+1 && el::log(2.0) == 0x1.62e42fefa39efp-1);
static_assert(el::sqrt(2.0) == 0x1.6a09e667f3bcdp+0 && el::rsqrt(0.25) == 2 && el::sqrt(1e-310) > 0);
static_assert(el::erf(0.5) == 0x1.0a7ef5c18edd2p-1 && el::sin(1.0) == 0x1.aed548f090ceep-1);
static_assert(el::sigmoid(2.0F) == 0.880797078F && el::tanh(1.0F) == 0.761594156F);

}  // namespace

TEST_CASE("elementary: at run time the bits of the constant expressions", "[elementary]") {
    CHECK(digest(20) == digest_of_20);
    CHECK(digest(20000) == digest_of_20000);
}

#if LDBL_MANT_DIG >= 64 && !defined(__FAST_MATH__)
TEST_CASE("elementary: within one ulp of the true value", "[elementary]") {
    const auto check = [](const char* name, double error, double limit) {
        INFO(name << ": " << error << " ulp");
        CHECK(error <= limit);
    };
    const int n = 60000;
    const auto exp = [](double x) { return el::exp(x); };
    const auto expl = [](long double x) { return std::exp(x); };
    check("exp", worst(exp, expl, -745, 709.7, n, true), 0.8);
    check("exp near 0", worst(exp, expl, -1, 1, n, true), 0.55);
    const auto expm1 = [](double x) { return el::expm1(x); };
    const auto expm1l = [](long double x) { return std::expm1(x); };
    check("expm1", worst(expm1, expm1l, -45, 709, n, true), 0.65);
    check("expm1 near 0", worst(expm1, expm1l, -1.5, 1.5, n, true), 0.65);
    const auto log = [](double x) { return el::log(x); };
    const auto logl = [](long double x) { return std::log(x); };
    check("log", worst(log, logl, 1e-12, 100, n, false), 0.6);
    check("log near 1", worst(log, logl, 0.9, 1.1, n, false), 0.6);
    check("log of large", worst(log, logl, 1e3, 1e300, n, false), 0.6);
    check("log of subnormal", worst(log, logl, 1e-320, 1e-308, n, false), 0.6);
    const auto tanh = [](double x) { return el::tanh(x); };
    const auto tanhl = [](long double x) { return std::tanh(x); };
    check("tanh", worst(tanh, tanhl, -21, 21, n, true), 0.6);
    check("tanh near 0", worst(tanh, tanhl, -1, 1, n, true), 0.6);
    const auto sigmoid = [](double x) { return el::sigmoid(x); };
    const auto sigmoidl = [](long double x) {
        return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x));
    };
    check("sigmoid", worst(sigmoid, sigmoidl, -745, 60, n, true), 0.8);
    check("sigmoid near 0", worst(sigmoid, sigmoidl, -8, 8, n, true), 0.6);
    const auto erf = [](double x) { return el::erf(x); };
    const auto erfl = [](long double x) { return std::erf(x); };
    check("erf", worst(erf, erfl, -6.1, 6.1, 8000, true), 0.6);
    const auto sin = [](double x) { return el::sin(x); };
    const auto sinl = [](long double x) { return std::sin(x); };
    check("sin", worst(sin, sinl, -1e5, 1e5, n, true), 0.75);
    check("sin near 0", worst(sin, sinl, -7, 7, n, true), 0.75);
    check("sin of large", worst(sin, sinl, 1e5, 1e18, n, false), 0.75);
    const auto rsqrt = [](double x) { return el::rsqrt(x); };
    const auto rsqrtl = [](long double x) { return 1 / std::sqrt(x); };
    check("rsqrt", worst(rsqrt, rsqrtl, 1e-3, 10, n, false), 0.6);
    check("rsqrt of small", worst(rsqrt, rsqrtl, 1e-318, 1e-300, n, false), 0.6);
}

TEST_CASE("elementary: sin next to multiples of pi", "[elementary]") {
    for (int k = 1; k < 40000; k += 7) {
        const double x = static_cast<double>(k * 3.14159265358979323846264338327950288L);
        CHECK(ulp_error(el::sin(x), std::sin(static_cast<long double>(x))) <= 0.75);
    }
    CHECK(el::sin(0x1.6ac5b262ca1ffp+849) == 1.0);  // the double nearest to an odd multiple of pi/2
    CHECK(std::fabs(el::sin(largest) - 0.00496195478918406) < 1e-16);
}
#endif

TEST_CASE("elementary: sqrt is correctly rounded, also of subnormals", "[elementary]") {
    generator g;
    for (int i = 0; i < 20000; ++i) {
        const bool normal = i % 10 != 0 || !subnormals_are_kept();
        const double x = normal ? el::detail::magnitude(g.spread(-1022, 1023)) : el::detail::from_bits(g.next() >> 20U);
        REQUIRE(el::sqrt(x) == std::sqrt(x));
        const float f = static_cast<float>(g.between(0, 100));
        REQUIRE(el::sqrt(f) == std::sqrt(f));
    }
}

#if !defined(__FAST_MATH__)
TEST_CASE("elementary: special values", "[elementary]") {
    for (double v : {el::exp(not_a_number), el::expm1(not_a_number), el::log(not_a_number), el::tanh(not_a_number),
                     el::sigmoid(not_a_number), el::erf(not_a_number), el::sin(not_a_number), el::sqrt(not_a_number),
                     el::rsqrt(not_a_number), el::sin(inf), el::sin(-inf), el::log(-1.0), el::log(-inf), el::sqrt(-1.0),
                     el::rsqrt(-1.0), el::sqrt(-inf)})
        CHECK(std::isnan(v));
    CHECK((el::exp(inf) == inf && el::exp(-inf) == 0 && el::exp(709.79) == inf && el::exp(-745.2) == 0 &&
           el::exp(-1e308) == 0));
    CHECK((el::exp(709.78) > 1e308 && el::exp(709.78) < inf && el::exp(-745.13) == least));
    CHECK((el::expm1(inf) == inf && el::expm1(-inf) == -1 && el::expm1(-50.0) == -1 && el::expm1(1000.0) == inf));
    CHECK((el::log(0.0) == -inf && el::log(-0.0) == -inf && el::log(inf) == inf));
    CHECK((el::tanh(inf) == 1 && el::tanh(-inf) == -1 && el::erf(inf) == 1 && el::erf(-inf) == -1));
    CHECK((el::sigmoid(inf) == 1 && el::sigmoid(-inf) == 0 && el::sigmoid(-740.0) > 0));
    CHECK((el::sqrt(inf) == inf && el::rsqrt(inf) == 0 && el::rsqrt(0.0) == inf && el::rsqrt(-0.0) == -inf));
    CHECK((el::sqrt(largest) == std::sqrt(largest) && el::log(least) == std::log(least) && el::rsqrt(least) > 0));
    for (double tiny : {least, -least, 0.0, -0.0, 1e-300, -1e-20})
        for (double v : {el::expm1(tiny), el::tanh(tiny), el::sin(tiny)}) CHECK(bits(v) == bits(tiny));
    CHECK(bits(el::erf(-0.0)) == bits(-0.0));
    CHECK(bits(el::sqrt(-0.0)) == bits(-0.0));
    CHECK((el::erf(least) == least && el::erf(1e-310) > 1e-310));
}
#endif
