// SPDX-License-Identifier: BSL-1.0
// Says it in more than 3072 bytes.
// EXPECT: the two numbers differ
#ifndef QUANTYPE_TWIN
template <int N>
struct says {
    static_assert(N < 0, "the two numbers differ");
};
template struct says<10000>;
template struct says<10001>;
template struct says<10002>;
template struct says<10003>;
template struct says<10004>;
template struct says<10005>;
template struct says<10006>;
template struct says<10007>;
template struct says<10008>;
template struct says<10009>;
template struct says<10010>;
template struct says<10011>;
template struct says<10012>;
template struct says<10013>;
template struct says<10014>;
template struct says<10015>;
template struct says<10016>;
template struct says<10017>;
template struct says<10018>;
template struct says<10019>;
#endif
