"""Every kind of job, by its name."""

from drillr.server.tasks import analysing, importing, planning
from drillr.server.tasks.running import Task

TASKS: dict[str, Task] = {
    importing.KIND: importing.import_questions_batch,
    analysing.KIND: analysing.calculate_user_analytics,
    planning.KIND: planning.generate_daily_review_cards,
}
