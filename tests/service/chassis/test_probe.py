"""The health check of a container: what a role's operations port says becomes an exit code."""

import asyncio
import json
import subprocess

from pydantic import SecretStr

from chassis import ops
from chassis.ops import Health
from chassis.settings import Settings
from local.addresses import ROOT
from local.ports import free_port
from tests.service.chassis.streams import until


async def test_it_tells_ready_from_not_ready_and_from_nothing() -> None:
    port, health = free_port(), Health()

    async def probed() -> tuple[int, str]:
        done = await asyncio.to_thread(
            subprocess.run,
            ["bash", str(ROOT / "deploy" / "ready.sh")],
            env={"SOIHTU_OPS_PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    assert await probed() == (1, "")
    settings = Settings(kafka="unused:9", postgres=SecretStr("unused"), ops_port=port)
    server = ops.ops_server(settings, health)
    serving = asyncio.create_task(server.serve())

    async def answered() -> bool:
        return "starting" in (await probed())[1]

    await until(answered)
    assert (await probed())[0] == 1
    health.ready()
    code, told = await probed()
    assert (code, json.loads(told)["status"]) == (0, "ready")
    server.should_exit = True
    await serving
