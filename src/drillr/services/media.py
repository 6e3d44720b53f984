"""Pictures and sounds: files beside the store that questions link to as `media/…`."""

import os
import shutil
from collections.abc import Iterable

from drillr.errors import ContentError
from drillr.formats.source import Medium
from drillr.services.context import Context


def keep(context: Context, media: Iterable[Medium]) -> int:
    """Lay media beside the store; how many were not there yet. Their names follow from their bytes.

    Where the store has no place beside it (a server's database), none is kept.
    """
    count = 0
    for medium in media if context.media else ():
        target = os.path.join(context.media, medium.name)
        if os.path.exists(target):
            continue
        try:
            os.makedirs(context.media, exist_ok=True)
            part = target + ".part"
            shutil.copyfile(medium.path, part)
            os.replace(part, target)
        except OSError as error:
            raise ContentError(f"{target} can't be written: {error.strerror}") from None
        count += 1
    return count
