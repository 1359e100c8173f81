// SPDX-License-Identifier: BSL-1.0
// The sentence stands on a note line, not on an error line.
// EXPECT: the_two_numbers_differ
#ifndef QUANTYPE_TWIN
template <class the_two_numbers_differ>
int differ(the_two_numbers_differ*);
int value = differ(1);
#endif
