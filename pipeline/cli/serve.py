"""`actionnariat serve`: the database in Datasette."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click

from pipeline import config as configuration
from pipeline.cli import options


@click.command(epilog="Example: actionnariat serve --port 8001, then open http://127.0.0.1:8001/")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="Port to listen on.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 lets others in.")
@click.option("--get", "path", metavar="PATH", help="Print what this page answers and exit, without a server.")
@options.database
@options.config
def serve(port: int, host: str, path: str | None, db: str | None, config: Path | None) -> None:
    """Open the database in Datasette, for this machine only unless --host says otherwise."""
    import uvicorn

    from pipeline.publish.datasette import application

    location = Path(configuration.load(config, db=db).db)
    options.opened(location)
    datasette = application(location)
    if path is not None:
        response = asyncio.run(datasette.client.get(path))
        click.echo(response.text)
        sys.exit(0 if response.status_code == 200 else 1)
    click.echo(f"Datasette on {location} at http://{host}:{port}/ (Ctrl-C ends it)")
    uvicorn.run(datasette.app(), host=host, port=port, log_level="warning", lifespan="on")
