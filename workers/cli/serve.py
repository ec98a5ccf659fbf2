"""``serve``: dashboard and read API, until Ctrl-C."""

import signal

import click

from config.settings import Settings
from workers.cli import EXIT_INTERRUPTED
from workers.cli.context import settings_of


@click.command()
@click.option("--host", help="Address to listen on (COPYDESK_SERVE_HOST); any but a loopback one demands a token.")
@click.option("--port", type=int, help="Port to listen on; 0: one that is free (COPYDESK_SERVE_PORT).")
@click.option(
    "--token", help="What clients have to send; better given as COPYDESK_SERVE_TOKEN, which ps does not show."
)
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None, token: str | None) -> None:
    """Serve the dashboard to people, and articles, search, names, quotes, stories and the feed to programs (/api)."""
    told = _serve(settings_of(ctx, serve_host=host, serve_port=port, serve_token=token))
    ctx.exit(EXIT_INTERRUPTED if told == signal.SIGINT else 0)


def _serve(settings: Settings) -> int | None:
    """Returns the signal that ended it."""
    from config.logs import set_up_logs
    from pipeline.store.database import Database
    from workers.served import told_as_served
    from workers.web.app import guarded, make_api
    from workers.web.guard import access_to
    from workers.web.serving import Server, address_of, listen

    token = settings.serve_token.get_secret_value() if settings.serve_token else None
    access = access_to(settings.serve_host, token)
    database = Database(settings.store).migrate()
    listening = listen(settings.serve_host, settings.serve_port)
    address = address_of(listening)
    set_up_logs()
    api = make_api(settings, database)
    server = Server(guarded(api, settings, access), *api.state.streams)
    with listening, told_as_served(settings.home, address):
        click.echo(f"serving {address} (Ctrl-C stops)", err=True)
        server.run(sockets=[listening])
    database.close()
    return server.told
