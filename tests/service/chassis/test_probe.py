"""The health check of a container: what a role's operations port says becomes an exit code."""

import asyncio

import pytest
from pydantic import SecretStr

from chassis import ops, probe
from chassis.ops import Health
from chassis.settings import Settings
from local.ports import free_port
from tests.service.chassis.streams import until


async def test_it_tells_ready_from_not_ready_and_from_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    port, health = free_port(), Health()

    async def probed() -> tuple[int, str]:
        code = await asyncio.to_thread(probe.main, [str(port)])
        return code, capsys.readouterr().out

    assert await probed() == (1, "ConnectionRefusedError\n")
    settings = Settings(kafka="unused:9", postgres=SecretStr("unused"), ops_port=port)
    server = ops.ops_server(settings, health)
    serving = asyncio.create_task(server.serve())

    async def answered() -> bool:
        return "starting" in (await probed())[1]

    await until(answered)
    assert (await probed())[0] == 1
    health.ready()
    assert (await probed())[0] == 0
    server.should_exit = True
    await serving
