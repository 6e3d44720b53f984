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
