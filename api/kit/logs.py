"""运行日志: one JSON object per line on standard error, from every part of the program.

A line holds ids and kinds of things, never what a person typed or is called: messages of errors are
left out too, for a driver may quote the row that it refused.
"""

from __future__ import annotations

import logging
import re
import sys

import structlog
from structlog.typing import EventDict, Processor

from expert_pool.facts.trace import trace

_TOKEN_LIKE = re.compile(r"[A-Za-z0-9_\-]{40,}")
_PLAIN = frozenset({"request_id", "viewer", "timestamp", "level"})


def masked(text: str) -> str:
    """Replace whatever could be a token: 40 or more URL-safe characters in a row."""
    return _TOKEN_LIKE.sub("***", text)


def mask_event(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Last line of defence: no text of a log line keeps anything token-like."""
    return {
        name: masked(value) if isinstance(value, str) and name not in _PLAIN else value
        for name, value in event.items()
    }


def bare_trace(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Where an error happened and of what kind, without its words."""
    found = event.pop("exc_info", None)
    if found:
        error = found if isinstance(found, BaseException) else sys.exc_info()[1]
        if isinstance(found, tuple):
            error = found[1]
        event["trace"] = trace(error)
    return event


def configure(level: str) -> None:
    """Our own lines and those of the libraries in one form; uvicorn's access log, which prints
    paths in clear, is switched off.
    """
    logging.getLogger("uvicorn.access").disabled = True
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = [
        bare_trace,
        mask_event,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _configure_libraries(shared, last)


def _configure_libraries(shared: list[Processor], last: list[Processor]) -> None:
    root = logging.getLogger()
    if any(isinstance(one, _Lines) for one in root.handlers):
        return
    handler = _Lines(logging.WARNING)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root.addHandler(handler)


class _Lines(logging.Handler):
    """Ours, known by its class; writes where standard error is now."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr)
