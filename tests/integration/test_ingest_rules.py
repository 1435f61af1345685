"""Rules that an operator adds: the service reads by them, in every worker, or does not start and says why."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from chronology_ingest import ruleset
from chronology_ingest.rule_examples import with_added
from chronology_ingest.rule_files import read_rule_files
from chronology_local.__main__ import run

from tests.integration.ingest_service import LIMIT_SECONDS, create, ingest_service
from tests.servers import Servers

RULE = """
[[act]]
id = "coerce.padlock"
type = "COERCE"
mode = "seize"
verbs = ["padlock"]
examples = ["Inspectors padlocked the Velmora Gazette on 4 March 2019."]
counterexamples = ["The padlock on the gate was new."]
"""
BODY = {"text": "Inspectors padlocked the Ilvarin Courier on 9 June 2023.", "published": "2023-06-10"}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A folder of rules, with other files beside them."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "padlock.toml").write_text(RULE)
    (folder / "notes.txt").write_text("what we thought of")
    return folder


def test_every_worker_reads_by_added_rules_as_they_were_at_the_start(
    servers: Servers, rules: Path, collection: str
) -> None:
    expected = with_added(read_rule_files(rules)).rules_hash
    answers = []
    with ingest_service(servers.nats_url, servers.nats_monitor_url, CHRONOLOGY_INGEST_RULES=str(rules)) as service:
        create(servers.nats_url, collection)
        for _ in range(2):
            answers.append(service.post(f"/v1/collections/{collection}/documents", BODY, dry_run="true").json())
            # Whatever becomes of the file, and of the workers that have read it.
            (rules / "padlock.toml").write_text("broken")
            for worker in service.children():
                os.kill(worker, signal.SIGKILL)

    assert [event["reasons"][0] for answer in answers for event in answer["events"]] == ["coerce.padlock"] * 2
    assert {answer["extractor"]["rules_hash"] for answer in answers} == {expected}
    assert expected != ruleset.installed().rules_hash


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (RULE.replace("verbs", "verb"), "padlock.toml: line 6: coerce.padlock: there is no key `verb` here"),
        (
            RULE.replace("Inspectors padlocked", "Inspectors saw"),
            "coerce.padlock: the rule does not read its example 1",
        ),
        (None, "padlock.toml: it cannot be read: No such file or directory"),
    ],
)
def test_a_service_whose_rules_do_not_hold_does_not_start(
    servers: Servers, tmp_path: Path, content: str | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "padlock.toml").write_text(content)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHRONOLOGY_")}
    done = subprocess.run(
        [sys.executable, "-m", "chronology_ingest"],
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        env={
            **environment,
            "NATS_URL": servers.nats_url,
            "CHRONOLOGY_INGEST_PORT": "0",
            "CHRONOLOGY_INGEST_WORKERS": "1",
            "CHRONOLOGY_INGEST_RULES": str(tmp_path / "padlock.toml"),
        },
        check=False,
    )

    assert done.returncode == 1
    assert said in done.stderr.replace('\\"', '"')
    assert "Traceback" not in done.stderr


def test_what_is_read_here_and_brought_in_is_what_the_service_would_read(
    servers: Servers,
    rules: Path,
    tmp_path: Path,
    collection: str,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    create(servers.nats_url, collection)
    (tmp_path / "report.txt").write_text(BODY["text"])
    arguments = [str(tmp_path / "report.txt"), "--published", BODY["published"], "--collection", collection]
    with ingest_service(servers.nats_url, servers.nats_monitor_url) as service:
        url = str(service.client.base_url).rstrip("/")
        code = run(["ingest", *arguments, "--rules", str(rules), "--url", url])
        receipt = json.loads(capsysbinary.readouterr().out.splitlines()[-1])
    with ingest_service(servers.nats_url, servers.nats_monitor_url, CHRONOLOGY_INGEST_RULES=str(rules)) as service:
        again = service.post(f"/v1/collections/{collection}/documents", BODY).json()

    assert code == 0
    assert len(receipt["event_ids"]) == 1
    assert [again[name] for name in ("document_id", "event_ids", "duplicate")] == [
        receipt["document_id"], receipt["event_ids"], True,
    ]  # fmt: skip
