# SPDX-License-Identifier: BSL-1.0
"""What cannot be expressed: collected while exporting, told all at once."""
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One thing without a C++ form: where it stands, what it is, why it cannot be written."""

    path: str
    what: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path or 'the model'}: {self.what}: {self.reason}"


class CannotExport(Exception):
    """Nothing was written; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = problems


class Refused(Exception):
    """The reason why one module or call has no C++ form; the caller knows where it stands."""


@dataclass
class Problems:
    """The problems found so far, and remarks that belong into the header."""

    found: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, path: str, what: str, reason: object) -> None:
        problem = Problem(path, what, str(reason))
        if problem not in self.found:
            self.found.append(problem)

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def raise_if_any(self) -> None:
        if self.found:
            raise CannotExport(self.found)
