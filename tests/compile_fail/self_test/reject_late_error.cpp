// SPDX-License-Identifier: BSL-1.0
// Thirteen warnings stand before the error.
// EXPECT: the two numbers differ
#ifndef QUANTYPE_TWIN
#warning "1"
#warning "2"
#warning "3"
#warning "4"
#warning "5"
#warning "6"
#warning "7"
#warning "8"
#warning "9"
#warning "10"
#warning "11"
#warning "12"
#warning "13"
static_assert(1 == 2, "the two numbers differ");
#endif
