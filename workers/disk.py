"""How much room the disk has left for pages and the embedded store."""

import shutil

from config.settings import Settings

MB = 1_000_000


def disk_is_full(settings: Settings) -> str | None:
    """In words, if there is too little room in the home of this machine to begin anything."""
    try:
        free = shutil.disk_usage(settings.home).free
    except OSError:
        return None  # whoever writes there will say what is wrong
    if free >= settings.disk_reserve:
        return None
    return (
        f"only {free / MB:,.0f} MB are free on the disk of {settings.home}: nothing is begun below "
        f"{settings.disk_reserve / MB:,.0f} MB (COPYDESK_DISK_RESERVE); free some, work goes on by itself"
    )
