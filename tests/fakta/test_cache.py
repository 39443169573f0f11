"""Results kept on disk: what is found again, what is not, and that nothing wrong with them fails a document."""

from __future__ import annotations

import logging
import os
import pickle
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.fakta.typed_page import typed_page

from fakta import Extractor, ResultCache
from fakta.cache_file import is_cache
from fakta.documents import Document
from fakta.errors import CacheFileError
from fakta.extraction import ExtractedField, Extraction
from fakta.memory import Memory
from fakta.schema import invoice_schema

SCHEMA = invoice_schema()
NAME = "Ett Mycket Sällsynt Namn AB"


def result(number: int, *, words: str = "") -> Extraction:
    fields = {name: ExtractedField(name, None) for name in SCHEMA.fields}
    fields["amount_due"] = ExtractedField("amount_due", Decimal(number), text=words, confidence=1 / 3)
    return Extraction("faktura.pdf", f"{number:064x}", 1, "fakta/test", True, fields, confidence=2 / 3)


def damaged(path: Path, *, start: int = 100) -> None:
    data = bytearray(path.read_bytes())
    data[start:] = random.Random(1).randbytes(len(data) - start)
    path.write_bytes(data)


@pytest.fixture
def cache(tmp_path: Path) -> ResultCache:
    return ResultCache(tmp_path / "results.cache")


def test_a_result_is_found_by_document_and_reader(cache: ResultCache) -> None:
    cache.put(result(1), "reader")
    assert cache.get(result(1).sha256, "reader", SCHEMA) == result(1)
    assert cache.get(result(2).sha256, "reader", SCHEMA) is None
    assert cache.get(result(1).sha256, "other", SCHEMA) is None
    assert cache.documents() == {result(1).sha256}


def test_only_the_owner_can_read_the_files(cache: ResultCache) -> None:
    cache.put(result(1), "reader")
    files = list(cache.path.parent.iterdir())
    assert len(files) == 3  # with SQLite's own
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_file_open_to_others_is_closed_to_them(cache: ResultCache) -> None:
    cache.path.touch(0o644)
    cache.put(result(1), "reader")
    assert stat.S_IMODE(cache.path.stat().st_mode) == 0o600


def test_what_was_not_asked_for_the_longest_makes_room(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path / "small.cache", max_mb=0.5)
    noise = random.Random(1)
    for number in range(400):
        cache.put(result(number, words=noise.randbytes(2000).hex()), "reader")
        assert cache.get(result(0).sha256, "reader", SCHEMA) is not None
    assert cache.get(result(1).sha256, "reader", SCHEMA) is None
    kept = [int(sha256, 16) for sha256 in cache.documents()]
    assert len(kept) > 100
    assert set(kept) == {0, *range(min(set(kept) - {0}), 400)}
    cache.close()
    assert cache.path.stat().st_size <= 0.52e6


def test_a_lower_bound_makes_the_file_smaller(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path / "results.cache")
    noise = random.Random(1)
    for number in range(300):
        cache.put(result(number, words=noise.randbytes(2000).hex()), "reader")
    cache.close()
    assert cache.path.stat().st_size > 0.6e6
    lower = ResultCache(cache.path, max_mb=0.3)
    lower.put(result(1000), "reader")
    lower.close()
    assert cache.path.stat().st_size <= 0.32e6
    assert lower.get(result(1000).sha256, "reader", SCHEMA) is not None


def test_one_too_large_result_does_not_push_out_the_others(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path / "small.cache", max_mb=0.2)
    cache.put(result(1), "reader")
    cache.put(result(2, words=random.Random(1).randbytes(200_000).hex()), "reader")
    assert cache.documents() == {result(1).sha256}


def test_erased_results_leave_nothing_in_the_files(cache: ResultCache) -> None:
    # A column that is not compressed shows what is left of a row as well as one that is.
    for number in range(20):
        cache.put(result(number), f"{NAME}-{number}")
    assert any(NAME.encode() in path.read_bytes() for path in cache.path.parent.iterdir())
    cache.put(result(7), "another reader")
    assert cache.erase(result(7).sha256) == 2
    assert cache.erase(result(7).sha256) == 0
    assert result(7).sha256 not in cache.documents()
    for path in cache.path.parent.iterdir():
        assert f"{NAME}-7".encode() not in path.read_bytes()
        assert result(7).sha256.encode() not in path.read_bytes()
    assert cache.get(result(8).sha256, f"{NAME}-8", SCHEMA) == result(8)


def test_what_is_pushed_out_leaves_nothing_either(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path / "small.cache", max_mb=0.1)
    cache.put(result(0), NAME)
    for number in range(1, 200):
        cache.put(result(number, words=random.Random(number).randbytes(1000).hex()), "reader")
    cache.close()
    assert NAME.encode() not in cache.path.read_bytes()


def test_erasing_from_no_file_makes_none(cache: ResultCache) -> None:
    assert cache.erase("0" * 64) == 0
    assert cache.documents() == set()
    assert not cache.path.exists()


@pytest.mark.parametrize("start", [0, 100, 5000])
def test_erasing_from_what_is_no_cache_is_refused(start: int, cache: ResultCache) -> None:
    for number in range(50):
        cache.put(result(number), "reader")
    cache.close()
    damaged(cache.path, start=start)
    with pytest.raises(CacheFileError, match="no result cache" if start == 0 else "damaged: remove it"):
        cache.erase(result(1).sha256)


def test_a_damaged_file_is_begun_anew(cache: ResultCache, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(50):
        cache.put(result(number), "reader")
    cache.close()
    damaged(cache.path)
    with caplog.at_level(logging.WARNING):
        assert cache.get(result(1).sha256, "reader", SCHEMA) is None
    assert "the result cache is damaged" in caplog.text
    cache.put(result(1), "reader")
    assert cache.get(result(1).sha256, "reader", SCHEMA) == result(1)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_bytes_are_wrong_a_result_is_right_or_not_there(seed: int, cache: ResultCache) -> None:
    chance = random.Random(seed)
    for number in range(40):
        cache.put(result(number), "reader")
    cache.close()
    data = bytearray(cache.path.read_bytes())
    for _ in range(chance.choice([1, 10, 1000])):
        data[chance.randrange(100, len(data))] = chance.randrange(256)
    cache.path.write_bytes(data[: chance.choice([len(data), chance.randrange(100, len(data))])])
    for number in range(40):
        assert cache.get(result(number).sha256, "reader", SCHEMA) in (None, result(number))
        cache.put(result(number), "reader")


@pytest.mark.parametrize("value", [b"", b"no zlib", "text", 7, None])
def test_a_damaged_result_is_read_again(value: Any, cache: ResultCache, caplog: pytest.LogCaptureFixture) -> None:
    cache.put(result(1), "reader")
    cache.close()
    with sqlite3.connect(cache.path) as database:
        database.execute("UPDATE results SET value = ?", (value if value is not None else b"x" * 10,))
    database.close()
    assert cache.get(result(1).sha256, "reader", SCHEMA) is None
    assert "is damaged; it is read again" in caplog.text
    assert cache.documents() == set()


def test_a_result_that_stands_in_the_wrong_place_is_not_taken(cache: ResultCache) -> None:
    cache.put(result(1), "reader")
    cache.close()
    with sqlite3.connect(cache.path) as database:
        database.execute("UPDATE results SET sha256 = ?", (result(2).sha256,))
    database.close()
    assert cache.get(result(2).sha256, "reader", SCHEMA) is None


@pytest.mark.parametrize("kind", ["text", "empty database", "other database", "folder", "no folder"])
def test_other_files_are_never_touched(kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "other"
    if kind == "text":
        path.write_text("an invoice", encoding="utf-8")
    elif kind == "folder":
        path.mkdir()
    elif kind == "no folder":
        path = tmp_path / "missing" / "results.cache"
    else:
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA user_version = 1" if kind == "empty database" else "CREATE TABLE results (a)")
        database.close()
    before = path.read_bytes() if path.is_file() else None
    cache = ResultCache(path)
    cache.put(result(1), "reader")
    assert cache.get(result(1).sha256, "reader", SCHEMA) is None
    assert (path.read_bytes() if path.is_file() else None) == before
    assert len(caplog.records) == 1


def test_no_room_on_the_disk_is_said_once(cache: ResultCache, caplog: pytest.LogCaptureFixture) -> None:
    cache.put(result(1), "reader")
    cache._connected().execute("PRAGMA max_page_count = 10")
    for number in range(2, 40):
        cache.put(result(number, words=random.Random(number).randbytes(2000).hex()), "reader")
        cache._connected().execute("PRAGMA max_page_count = 10")
    assert [record.getMessage() for record in caplog.records] == [
        f"{cache.path}: the result cache cannot be used (database or disk is full)"
    ]
    assert cache.get(result(1).sha256, "reader", SCHEMA) == result(1)


def test_a_lock_that_stays_costs_a_wait_and_no_document(cache: ResultCache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fakta.cache_file._WAIT_S", 0.1)
    cache.put(result(1), "reader")
    other = sqlite3.connect(cache.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    cache.close()
    cache.put(result(2), "reader")
    assert cache.get(result(1).sha256, "reader", SCHEMA) == result(1)
    other.execute("ROLLBACK")
    other.close()
    cache.put(result(3), "reader")
    assert cache.documents() == {result(1).sha256, result(3).sha256}


def test_threads_share_it(cache: ResultCache) -> None:
    def work(first: int) -> None:
        for number in range(first, first + 50):
            cache.put(result(number), "reader")
            found.append(cache.get(result(number).sha256, "reader", SCHEMA) == result(number))

    found: list[bool] = []
    threads = [threading.Thread(target=work, args=(100 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 200


def test_it_goes_to_other_processes_by_its_path(cache: ResultCache) -> None:
    cache.put(result(1), "reader")
    again = pickle.loads(pickle.dumps(cache))
    assert (again.path, again.max_mb) == (cache.path, cache.max_mb)
    assert again.get(result(1).sha256, "reader", SCHEMA) == result(1)


def test_after_a_fork_each_process_has_its_own_connection(cache: ResultCache) -> None:
    cache.put(result(1), "reader")
    child = os.fork()
    if child == 0:  # pragma: no cover - in the child
        cache.put(result(2), "reader")
        os._exit(0 if cache.get(result(1).sha256, "reader", SCHEMA) == result(1) else 1)
    assert os.waitpid(child, 0)[1] == 0
    cache.put(result(3), "reader")
    assert cache.documents() == {result(number).sha256 for number in (1, 2, 3)}


WRITER = """
import sys
from pathlib import Path
from fakta import ResultCache
from tests.fakta.test_cache import SCHEMA, result
cache = ResultCache(Path(sys.argv[1]), max_mb=0.3)
first = int(sys.argv[2])
for number in range(first, first + int(sys.argv[3])):
    cache.put(result(number), "reader")
    assert cache.get(result(number).sha256, "reader", SCHEMA) in (None, result(number))
"""


def writer(path: Path, first: int, count: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(first), str(count)], stderr=subprocess.PIPE)


def test_processes_write_at_once_and_one_is_killed(cache: ResultCache) -> None:
    writers = [writer(cache.path, 1000 * number, 150) for number in range(3)]
    victim = writer(cache.path, 9000, 100_000)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (cache.path.exists() and cache.path.stat().st_size):
        time.sleep(0.01)
    time.sleep(0.5)
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    for process in writers:
        _, said = process.communicate()
        assert (process.returncode, said) == (0, b"")
    # The rest is whole: every result that is there is right, and more can be kept.
    for sha256 in cache.documents():
        assert cache.get(sha256, "reader", SCHEMA) == result(int(sha256, 16))
    cache.put(result(1), "reader")
    assert cache._connected().execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_cache_is_known_by_its_first_bytes(cache: ResultCache, tmp_path: Path) -> None:
    cache.put(result(1), "reader")
    assert is_cache(cache.path)
    assert not is_cache(tmp_path)
    assert not is_cache(Path(__file__))


def without_timings(extraction: Extraction) -> Extraction:
    return replace(extraction, timings_ms={})


def test_a_known_document_is_not_read_again(invoice_pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    extractor = Extractor.load(cache=tmp_path / "results.cache")
    first = extractor.extract(invoice_pdf)
    assert set(first.timings_ms) > {"read", "verify"}
    monkeypatch.setattr("fakta.documents.read", None)
    again = extractor.extract(invoice_pdf.read_bytes(), name="by another name.pdf")
    assert again.document == "by another name.pdf"
    assert set(again.timings_ms) == {"cache"}
    assert without_timings(replace(again, document=first.document)) == without_timings(first)


def test_with_and_without_a_cache_results_are_equal(invoice_pdf: Path, tmp_path: Path) -> None:
    plain = Extractor(None).extract(invoice_pdf)
    for _ in range(2):
        cached = Extractor(None, cache=str(tmp_path / "results.cache")).extract(invoice_pdf)
        assert without_timings(cached) == without_timings(plain)


def test_another_way_of_reading_is_another_result(invoice_pdf: Path, untuned_bundle: Path, tmp_path: Path) -> None:
    cache = ResultCache(tmp_path / "results.cache")
    memory = Memory()
    readers: list[dict[str, Any]] = [{}, {"language": "sv"}, {"tenant": "skolan"}, {"ocr": "off"}]
    for settings in readers:
        assert "read" in Extractor(None, cache=cache, **settings).extract(invoice_pdf).timings_ms
    for settings in readers:
        assert "cache" in Extractor(None, cache=cache, **settings).extract(invoice_pdf).timings_ms
    assert "read" in Extractor(None, cache=cache, memory=memory).extract(invoice_pdf).timings_ms
    assert "read" in Extractor.load(cache=cache).extract(invoice_pdf).timings_ms
    assert "read" in Extractor.load(untuned_bundle, cache=cache).extract(invoice_pdf).timings_ms
    assert "cache" in Extractor.load(cache=cache).extract(invoice_pdf).timings_ms


def test_what_a_memory_learns_makes_other_results(invoice_pdf: Path, tmp_path: Path) -> None:
    from fakta.memory.learned import Learned

    memory = Memory()
    extractor = Extractor(None, cache=tmp_path / "results.cache", memory=memory)
    extractor.extract(invoice_pdf)
    assert "cache" in extractor.extract(invoice_pdf).timings_ms
    assert memory.add("0" * 64, Learned(identifiers=("org:5599941209",)))
    assert "read" in extractor.extract(invoice_pdf).timings_ms
    memory.forget("0" * 64)
    assert "cache" in extractor.extract(invoice_pdf).timings_ms


def test_documents_and_engines_of_ones_own_are_not_cached(invoice_pdf: Path, tmp_path: Path) -> None:
    class Own:
        name = "tesseract"

        def read(self, image: Any) -> list[Any]:
            return []

    path = tmp_path / "results.cache"
    Extractor(None, cache=path).extract(Document("typed", "0" * 64, (typed_page("Faktura"),)))
    Extractor(None, ocr=Own(), cache=path).extract(invoice_pdf)  # type: ignore[arg-type]
    assert not path.exists()


def test_whatever_is_wrong_with_a_cache_documents_are_read(invoice_pdf: Path, tmp_path: Path) -> None:
    path = tmp_path / "no.cache"
    path.write_text("something else", encoding="utf-8")
    assert Extractor(None, cache=path).extract(invoice_pdf).pages == 1
    assert Extractor(None, cache=tmp_path / "no" / "folder").extract(invoice_pdf).pages == 1


def test_workers_share_the_cache(invoice_pdf: Path, tmp_path: Path) -> None:
    path = tmp_path / "results.cache"
    (first,) = Extractor(None, cache=path).extract_many([invoice_pdf], workers=2)
    (again,) = Extractor(None, cache=path).extract_many([invoice_pdf], workers=2)
    assert "read" in first.timings_ms
    assert set(again.timings_ms) == {"cache"}


def test_sqlite_is_imported_when_it_is_needed() -> None:
    code = "import sys; from fakta import Extractor, ResultCache; ResultCache('a'); assert 'sqlite3' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
