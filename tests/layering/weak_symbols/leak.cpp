// SPDX-License-Identifier: BSL-1.0
// A function that every arch compiles under the same name: check.sh must refuse it.
#define QUANTYPE_JOIN(a, b) a##b
#define QUANTYPE_NAME(arch) QUANTYPE_JOIN(all_kernels_, arch)

template <class T>
__attribute__((noinline)) void twice(T* x) {
    *x += *x;
}

extern "C" void QUANTYPE_NAME(QUANTYPE_UNIT)(int* x);
void QUANTYPE_NAME(QUANTYPE_UNIT)(int* x) {
    twice(x);
    twice(x + 1);
}
