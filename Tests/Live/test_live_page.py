"""The page of `aura serve` as people meet it: a browser, a service, a network that changes."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bindings/python/tests"))

from test_service import Service, overloaded, running  # noqa: E402

sync_api = pytest.importorskip("playwright.sync_api")

TRAIN = ROOT / "Tests/Data/topologies/svc_train_ticket.json"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "there is no Chromium"
    with sync_api.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


class Page:
    """A page with everything that it complained about, and every address that it asked."""

    def __init__(self, browser: Any, service: Service, width: int = 1280) -> None:
        self.page = browser.new_page(viewport={"width": width, "height": 900})
        self.trouble: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("console", lambda said: said.type == "error" and self.trouble.append(said.text))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(f"http://127.0.0.1:{service.port}/")

    def drawn(self, count: int) -> None:
        sync_api.expect(self.page.locator("#map")).to_have_attribute("data-drawn", str(count), timeout=15_000)

    def says(self, what: str, text: str) -> None:
        sync_api.expect(self.page.locator(what)).to_have_text(text, timeout=10_000)

    def close(self, service: Service) -> None:
        own = re.compile(rf"(http://127\.0\.0\.1:{service.port}/|data:|blob:)")
        assert [url for url in self.asked if not own.match(url)] == []
        assert self.trouble == []
        self.page.close()


def test_a_file_is_opened_drawn_and_followed(browser: Any, tmp_path: Path) -> None:
    with running() as service:
        seen = Page(browser, service)
        page = seen.page
        page.get_by_text("No network yet").wait_for()
        page.set_input_files("#file", TRAIN)
        seen.drawn(28)
        assert page.locator("#map").get_attribute("data-links") == "55"
        seen.says("#link", "live")
        before = page.locator("#headline").text_content()
        changes = [{"agent": k, "metrics": {"status": "down"}} for k in (1, 2, 3)]
        assert service.ask("PATCH", "/topologies/svc_train_ticket", {"changes": changes}).status == 200
        seen.says("#down", "3")
        assert page.locator("#headline").text_content() != before
        page.wait_for_selector("#timeline svg", timeout=10_000)
        # An agent that comes is drawn; another format is taken; what is no network says why.
        add = {"changes": [{"op": "add_agent", "agent": "new"}]}
        service.ask("PATCH", "/topologies/svc_train_ticket", add)
        seen.drawn(29)
        links = tmp_path / "calls.csv"
        links.write_text("source,target\na,b\nb,c\n")
        page.set_input_files("#file", links)
        seen.drawn(3)
        assert page.locator("#topology").input_value() == "calls"
        links.write_text("source,target\na\n")
        page.set_input_files("#file", links)
        page.get_by_text("calls.csv:").wait_for()
        seen.trouble = [one for one in seen.trouble if "422" not in one]
        seen.close(service)


def test_an_approved_action_reaches_the_sink_and_can_be_undone(browser: Any, tmp_path: Path) -> None:
    log = tmp_path / "actions.jsonl"
    with running("--action-log", log) as service:
        service.ask("PUT", "/topologies/prod", overloaded())
        seen = Page(browser, service)
        page = seen.page
        card = page.locator("#actions li").first
        card.wait_for()
        assert card.get_attribute("class") == "proposed"
        why = card.locator("p").first.text_content()
        card.get_by_role("button", name="Reject").click()
        page.get_by_text("A reason is needed to reject an action.").wait_for()
        card.locator("input").fill("load is about to rise")
        card.get_by_role("button", name="Approve").click()
        done = page.locator("#actions li.approved")
        done.wait_for()
        assert done.locator("p").first.text_content() == why
        (line,) = [json.loads(text) for text in log.read_text().splitlines()]
        assert (line["decision"], line["reason"]) == ("approve", "load is about to rise")
        assert line["action"]["targets"][0] in why
        done.locator("input").fill("it has passed")
        done.get_by_role("button", name="Undo").click()
        page.get_by_text("The action is undone.").wait_for()
        assert [json.loads(text)["decision"] for text in log.read_text().splitlines()] == ["approve", "undo"]
        seen.close(service)


def test_what_if_by_keyboard_alone(browser: Any) -> None:
    with running() as service:
        service.ask("PUT", "/topologies/prod", overloaded())
        seen = Page(browser, service)
        seen.drawn(12)
        page = seen.page
        page.locator("#map").focus()
        page.keyboard.press("ArrowRight")
        first = page.locator("#agent-name").text_content()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Shift+ArrowLeft")
        page.keyboard.press("+")
        page.keyboard.press("0")
        assert first and page.locator("#agent-name").text_content()
        assert page.locator("#said").text_content()
        page.keyboard.press("Enter")
        page.locator("#difference strong").wait_for()
        name = page.locator("#agent-name").text_content()
        assert f"If {name} failed" in page.locator("#difference").text_content()
        page.fill("#wf-source", "agent-1")
        page.fill("#wf-target", "agent-9")
        page.get_by_role("button", name="Compare").click()
        page.get_by_text("agent-1 depended on agent-9").wait_for()
        seen.close(service)


def test_large_networks_are_drawn_by_groups_and_opened(browser: Any) -> None:
    count = 10_000
    nodes = [{"id": f"a{i}", "load": 0.5, "capacity": 1, "group": f"team {i % 40}"} for i in range(count)]
    edges = [{"source": f"a{i}", "target": f"a{(i * 7 + 1) % count}"} for i in range(count)]
    with running() as service:
        assert service.ask("PUT", "/topologies/large", {"directed": True, "nodes": nodes, "edges": edges}).status == 201
        seen = Page(browser, service)
        seen.drawn(count)
        page = seen.page
        page.fill("#find", "a77")
        page.locator("#find").press("Enter")
        seen.says("#agent-name", "a77")
        # Seen from near, only what is near is drawn one by one; seen from afar all of it is there again.
        page.locator("#map").press("0")
        seen.drawn(count)
        seen.close(service)


def test_it_fits_a_phone_and_asks_for_a_token(browser: Any, tmp_path: Path) -> None:
    from aura.service.access import new_token

    tokens = tmp_path / "tokens"
    token = new_token(tokens, "ann", "approver")
    with running("--tokens", tokens) as service:
        put = service.ask("PUT", "/topologies/prod", overloaded(), Authorization=f"Bearer {token}")
        assert put.status == 201
        seen = Page(browser, service, width=390)
        seen.page.locator("#token").fill(token)
        seen.page.get_by_role("button", name="Go on").click()
        seen.drawn(12)
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
        seen.trouble = [one for one in seen.trouble if "401" not in one]
        seen.close(service)


def test_the_api_is_described_for_people(browser: Any) -> None:
    with running() as service:
        seen = Page(browser, service)
        seen.page.goto(f"http://127.0.0.1:{service.port}/docs")
        seen.page.get_by_text("POST /predict").wait_for()
        assert seen.page.locator("details").count() >= 25
        seen.close(service)
