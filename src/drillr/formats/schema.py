"""Makes the JSON Schema of question files: `python -m drillr.formats.schema > FILE`."""

import json
import sys

from drillr.formats.question_models import QuestionFile


def question_file_schema() -> str:
    """The schema (JSON Schema 2020-12) as it is published in `data/`."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "drillr question file",
    }
    return json.dumps(QuestionFile.model_json_schema() | schema, indent=2, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.write(question_file_schema() + "\n")
