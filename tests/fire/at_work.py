"""No seam that is held: a role dies somewhere in the middle of much to do."""

from tests.fire.client import Burst, Command
from tests.fire.ledger import Acknowledged
from tests.fire.stage import Stage
from tests.system.agency import until


def at_work(stage: Stage, role: str, command: Command) -> Acknowledged:
    """Some of many commands are answered, others not; the role comes back while they go on."""
    told = stage.client.do(command)

    def kill(burst: Burst) -> None:
        until(lambda: burst.answered, "the first answer")
        stage.system.kill(role)
        stage.system.launch(role)

    stage.burst(kill)
    return told
