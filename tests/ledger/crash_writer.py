"""A process to be killed: enrols people and says each one that is committed."""

from __future__ import annotations

import os
from multiprocessing.connection import Connection

from sqlalchemy.orm import configure_mappers

from expert_pool import register
from expert_pool.ledger import Ledger, migrate
from expert_pool.register.pinyin import pinyin_of
from tests import cast
from tests.storage import CLERK, Clock

# What takes a second at the first write is done before writers are forked.
configure_mappers()
migrate.head()
pinyin_of("写手")


def main(url: str, told: Connection) -> None:
    ledger = Ledger(url, Clock())
    number = 0
    while True:
        with ledger.write(CLERK) as uow:
            uid = register.enrol(
                uow, cast.expert(f"写手{os.getpid()}之{number}", "某单位", cast.SOCKS, cast.PIPES)
            )
            cast.make_ready(uow, uid)
            uow.commit()
        told.send(uid)
        number += 1
