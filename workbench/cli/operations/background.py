"""What `workbench up` does beside serving: a thread that works as long as the server runs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from workbench.domain.operations.first_start import FirstStart, Stage
from workbench.ingest.starter.load import is_empty
from workbench.runtime import Workbench


@contextmanager
def background(workbench: Workbench, *, starter: bool, when_filled: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Works in a thread for as long as the block runs, first on the starter data when it is wanted and the database empty.

    `when_filled` is called once a first start is over. What is at hand when the block ends is awaited. An error of the work
    interrupts the block, and is raised in its place.
    """
    stopped, errors = threading.Event(), list[BaseException]()
    if starter and is_empty(workbench.database):
        workbench.filling = FirstStart(Stage.COMPANIES)

    def work() -> None:
        try:
            # Jobs and loaders take longer to import than the server waits: here both go on side by side.
            from workbench.cli.operations.background_work import work_until  # noqa: PLC0415

            work_until(workbench, stopped, when_filled)
        except KeyboardInterrupt:  # a Ctrl-C at the terminal reaches the processes that work as well as this one
            pass
        except BaseException as error:  # noqa: BLE001  raised again in the caller's thread
            errors.append(error)
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    thread = threading.Thread(target=work, name="background")
    thread.start()
    try:
        yield
    except KeyboardInterrupt:
        if not errors:
            raise
    finally:
        stopped.set()
        thread.join()
    if errors:
        raise errors[0]
