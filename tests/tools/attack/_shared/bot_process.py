"""The bot as `tickets run` starts it, with a shorter lease: `python -m tests.tools.attack._shared.bot_process`.

A killed process counts as dead after six seconds instead of thirty, so that a short attack need not wait.
"""

import sys
from unittest import mock

from bot.__main__ import main

QUICK = {
    "bot.app.slack.replay.BEAT": 1.0,
    "bot.delivery.session.TIMEOUT": 2.0,
    "bot.delivery.pacing.turns.LONGEST_CALL": 2.0,
    "bot.delivery.pacing.turns.HOLD": 4.0,
    "bot.listeners.incoming.leases.TERM": 8.0,
    "bot.listeners.incoming.leases.MARGIN": 3.0,
}

if __name__ == "__main__":
    for name, seconds in QUICK.items():
        mock.patch(name, seconds).start()
    sys.argv[1:] = ["run"]
    main()
