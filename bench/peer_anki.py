"""Runs with Anki's Python, never with drillr's: does the same work there and prints figures.

`python peer_anki.py FUNCTION COLLECTION [ARGUMENT …]`. Nothing of Anki is part of drillr; it is
measured from outside, in an environment of its own.
"""

import json
import random
import sys
import time

from anki.collection import Card, Collection


def import_csv(path, source):
    """Import a file of front, back and tags; existing notes are updated."""
    from anki.import_export_pb2 import CsvMetadata, ImportCsvRequest

    col = Collection(path)
    meta = col.get_csv_metadata(source, None)
    meta.deck_id = 1
    meta.global_notetype.id = col.models.by_name("Basic")["id"]
    del meta.global_notetype.field_columns[:]
    meta.global_notetype.field_columns.extend([1, 2])
    meta.tags_column = 3
    meta.is_html = meta.force_is_html = True
    meta.dupe_resolution = CsvMetadata.UPDATE
    col.import_csv(ImportCsvRequest(path=source, metadata=meta))
    col.close()
    return {}


def make_due(path):
    """Turn every card into a review card that is due, and lift the daily limits."""
    col = Collection(path)
    config = col.decks.config_dict_for_deck_id(1)
    config["new"]["perDay"] = config["rev"]["perDay"] = 9999
    col.decks.update_config(config)
    col.db.execute(
        "update cards set type = 2, queue = 2, ivl = 10, factor = 2500, reps = 3,"
        f" due = {col.sched.today} - (id % 10), mod = mod, usn = -1"
    )
    col.close()
    return {}


def make_history(path, responses):
    """Make every card due, spread them over 50 decks, and add review log rows of five years."""
    make_due(path)
    col = Collection(path)
    decks = [col.decks.id(f"bench::deck {number:02d}") for number in range(50)]
    cards = col.db.list("select id from cards order by id")
    moves = [(decks[number % 50], card) for number, card in enumerate(cards)]
    col.db.transact(lambda: col.db.executemany("update cards set did = ? where id = ?", moves))
    rng, now, count = random.Random(7), int(time.time() * 1000), int(responses)
    step = 5 * 365 * 86_400_000 // count
    for start in range(0, count, 50_000):
        rows = [
            (now - (count - number) * step, rng.choice(cards), -1,
             rng.choice((1, 2, 3, 3, 3, 3, 4)), rng.randrange(1, 365), rng.randrange(1, 200),
             2500, rng.randrange(1_000, 60_000), 1)
            for number in range(start, min(count, start + 50_000))
        ]  # fmt: skip
        insert = "insert or ignore into revlog values (?,?,?,?,?,?,?,?,?)"
        col.db.transact(lambda rows=rows, insert=insert: col.db.executemany(insert, rows))
    col.close()
    return {}


def review(path, answers, scheduler):
    """Fetch, rate "good" and commit, one card after the other."""
    from anki.scheduler.v3 import CardAnswer

    col = Collection(path)
    col.set_config("fsrs", scheduler == "fsrs")
    started = time.perf_counter()
    col.sched.get_queued_cards()
    first = time.perf_counter() - started
    times = []
    for _ in range(int(answers)):
        started = time.perf_counter()
        top = col.sched.get_queued_cards().cards[0]
        card = Card(col)
        card._load_from_backend_card(top.card)
        card.start_timer()
        answer = col.sched.build_answer(card=card, states=top.states, rating=CardAnswer.GOOD)
        col.sched.answer_card(answer)
        times.append(time.perf_counter() - started)
    col.close()
    times.sort()
    return {
        "first_s": first, "p50_s": times[len(times) // 2],
        "p99_s": times[int(len(times) * 0.99)], "slowest_s": times[-1],
    }  # fmt: skip


def tree(path):
    """The deck tree with its counts."""
    col = Collection(path)
    return _timed(col.sched.deck_due_tree)


def graphs(path):
    """All graphs of the statistics screen, over the whole history."""
    col = Collection(path)
    return _timed(lambda: col._backend.graphs(search="", days=0))


def find(path, *queries):
    """The ids of all cards that searches find; figures are named as bench/search.py names them."""
    names = (
        "common_word", "two_words", "number", "absent", "phrase", "tag", "due", "word_due_tag"
    )  # fmt: skip
    col, figures = Collection(path), {}
    for name, query in zip(names, queries, strict=True):
        times = []
        for _ in range(4):
            started = time.perf_counter()
            col.find_cards(query)
            times.append(time.perf_counter() - started)
        figures[f"{name}_s"] = min(times)
    col.close()
    return figures


def sync(path, answers):
    """Two clients and Anki's own server: push, pull, nothing to do; full syncs aren't timed."""
    import os
    import shutil
    import socket
    import subprocess
    import tempfile

    count, base = int(answers), tempfile.mkdtemp(prefix="anki-sync-")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = os.environ | {
        "SYNC_USER1": "a:b", "SYNC_BASE": base, "SYNC_HOST": "127.0.0.1", "SYNC_PORT": str(port),
    }  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-m", "anki.syncserver"], env=variables, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        a, b = Collection(path), Collection(os.path.join(base, "b.anki2"))
        a.db.execute(
            "update cards set type = 2, queue = 2, ivl = 10, factor = 2500, reps = 3,"
            f" due = {a.sched.today} - (id % 10), mod = mod, usn = -1"
        )
        clients = []
        for col, upload in ((a, True), (b, False)):
            auth = col.sync_login("a", "b", f"http://127.0.0.1:{port}/")
            col.sync_collection(auth, False)
            col.close_for_full_sync()
            col.full_upload_or_download(auth=auth, server_usn=None, upload=upload)
            col.reopen(after_full_sync=True)
            clients.append((col, auth))
        cards = a.db.list("select id from cards order by id")
        figures = {}
        for warm in (500, count):
            a._backend.grade_now(card_ids=cards[:warm], rating=2)
            for name, (col, auth) in zip(("push_s", "pull_s"), clients, strict=True):
                started = time.perf_counter()
                col.sync_collection(auth, False)
                figures[name] = time.perf_counter() - started
        times = []
        for _ in range(5):
            started = time.perf_counter()
            a.sync_collection(clients[0][1], False)
            times.append(time.perf_counter() - started)
        figures["noop_s"], figures["noop_again_s"] = times[0], min(times[1:])
        for col, _ in clients:
            col.close()
        return figures
    finally:
        server.terminate()
        server.wait(10)
        shutil.rmtree(base, ignore_errors=True)


def _timed(call):
    times = []
    for _ in range(4):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return {"first_s": times[0], "again_s": min(times[1:])}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
