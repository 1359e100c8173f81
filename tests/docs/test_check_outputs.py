#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""check_outputs.py itself: what it lets pass, and what it does not."""
import tempfile
import unittest
from pathlib import Path

from check_outputs import Outputs, check_page, first_missing, same_line

PRINTED = ["a  1.25 dB", "b    2.5", "c 3", "done in 0.81 s"]


class Lines(unittest.TestCase):
    def test_words_and_numbers(self) -> None:
        self.assertTrue(same_line("a   1.25  dB", "a 1.24 dB"))
        self.assertTrue(same_line("x 1.3e-05", "x 1.4e-05"))
        self.assertFalse(same_line("a 1.25 dB", "a 1.23 dB"))
        self.assertFalse(same_line("a 3", "a 4"))
        self.assertFalse(same_line("a 1.25 dB", "a 1.25"))
        self.assertTrue(same_line("done in 0.81 s", "done in 12.5 s"))
        self.assertFalse(same_line("done in 0.81 m", "done in 12.5 m"))

    def test_order_and_gaps(self) -> None:
        self.assertIsNone(first_missing(PRINTED, ["b 2.5", "c 3"]))
        self.assertIsNone(first_missing(PRINTED, ["a 1.25 dB", "...", "c 3"]))
        self.assertEqual(first_missing(PRINTED, ["a 1.25 dB", "c 3"]), "c 3")
        self.assertEqual(first_missing(PRINTED, ["c 3", "...", "b 2.5"]), "b 2.5")
        self.assertEqual(first_missing(PRINTED, ["nothing"]), "nothing")


class Pages(unittest.TestCase):
    def check(self, text: str) -> tuple[int, int]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "page.md").write_text(text)
            (folder / "program.txt").write_text("one\ntwo\n")
            return check_page(folder / "page.md", Outputs(folder, folder))

    def test_a_page(self) -> None:
        good = "<!-- output of program -->\n```text\none\ntwo\n```\n"
        command = "```sh\nprintf 'three\\n'\n```\n<!-- output of the command -->\n```text\nthree\n```\n"
        self.assertEqual(self.check(good + command), (2, 0))
        self.assertEqual(self.check(good.replace("two", "three")), (1, 1))
        self.assertEqual(self.check("```text\none\n```\n"), (0, 1))


if __name__ == "__main__":
    unittest.main()
