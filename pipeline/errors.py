"""The exception tree. Each error is one clear line for a person and knows the exit code of the command.

ActionnariatError            1   something failed
├── InputError              65   bad input data: no text, no feed, no JSON, a PDF
│   └── FeedError           65   bytes that are no feed
├── MissingInputError       66   a file that is not there
├── FetchError              69   a URL that could not be fetched
│   └── AllFeedsFailedError 69   no feed of a run could be read
├── LockedError             75   another run holds the lock
├── ConfigurationError      78   a setting, feed list or model that cannot be used
└── DatabaseError            1   a database that cannot be opened

The codes follow sysexits.h, which cron users can tell apart.
"""

from __future__ import annotations


class ActionnariatError(Exception):
    """Anything that a person can do something about; printed as one line, never as a traceback."""

    exit_code = 1


class InputError(ActionnariatError):
    """What was given to read is not what it should be."""

    exit_code = 65


class FeedError(InputError):
    """The bytes are no feed."""


class MissingInputError(ActionnariatError):
    """A named file does not exist."""

    exit_code = 66


class FetchError(ActionnariatError):
    """A URL could not be fetched: network, HTTP status, size, time or address limit."""

    exit_code = 69


class AllFeedsFailedError(FetchError):
    """Every feed of a run failed."""


class LockedError(ActionnariatError):
    """Another run works on the same database."""

    exit_code = 75


class ConfigurationError(ActionnariatError):
    """A setting, a feed list or a model cannot be used."""

    exit_code = 78


class DatabaseError(ActionnariatError):
    """The database cannot be opened: not SQLite, not ours, or made by a newer version."""
