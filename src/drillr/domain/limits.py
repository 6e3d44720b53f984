"""How large things may be, wherever they come from."""

EXTERNAL_ID = 255
CODE = 100
NAME = 255
OPTION_KEY = 10
OPTIONS = 26
TAGS = 50
TAG = 64
TEXT_BYTES = 64 * 1024
FILE_BYTES = 64 * 1024 * 1024
NOTE = 2_000
"""Characters of a flag's note, and of a report's."""
TYPED = 64 * 1024
"""Characters of a typed answer that are kept."""
ESTIMATED_SECONDS = 24 * 60 * 60
FACT_JSON = 64 * 1024
"""Characters of an event's data, and of what else is kept with an answer."""
FACT_TEXT = 1024 * 1024
"""Characters of a typed answer that travel between stores."""
CHOSEN = 255
"""Characters of the keys that an answer chose, with the commas between them."""
BATCH_TEXT = 2 * 1024 * 1024
"""Characters of the facts that travel at once: packed or not, no server refuses as many."""
