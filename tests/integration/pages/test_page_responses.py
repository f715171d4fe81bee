"""What the server says when a page is asked for."""

from __future__ import annotations

import pytest
import requests

from tests.sim_server import RunningSimulator

PAGES = ["/", "/chat", "/counter", "/demo"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_forbids_inline_scripts_and_other_hosts(shared_pages: RunningSimulator, path: str) -> None:
    answer = requests.get(shared_pages.url + path, timeout=10)
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert "script-src 'self';" in policy and "style-src 'self';" in policy and "unsafe" not in policy
    assert "default-src 'none'" in policy and "https:" not in policy


@pytest.mark.parametrize("path", ["/chat", "/counter"])
def test_a_page_without_javascript_says_so_in_vietnamese(shared_pages: RunningSimulator, path: str) -> None:
    text = requests.get(shared_pages.url + path, timeout=10).text
    assert "<noscript>" in text and "JavaScript" in text


def test_the_chat_page_says_that_it_is_a_simulator(shared_pages: RunningSimulator) -> None:
    assert "Trình giả lập Zalo" in requests.get(shared_pages.url + "/chat", timeout=10).text


def test_code_is_asked_for_anew_and_fonts_are_kept(shared_pages: RunningSimulator) -> None:
    static = shared_pages.url + "/pages/static"
    code = requests.get(f"{static}/chat/main.js", timeout=10)
    font = requests.get(f"{static}/fonts/be-vietnam-pro-vietnamese-400-normal.woff2", timeout=10)
    assert code.headers["cache-control"] == "no-cache" and "etag" in code.headers
    assert font.headers["cache-control"] == "max-age=3600" and font.content[:4] == b"wOF2"


def test_a_file_that_is_not_there_is_a_404(shared_pages: RunningSimulator) -> None:
    assert requests.get(shared_pages.url + "/pages/static/../routes.py", timeout=10).status_code == 404
    assert requests.get(shared_pages.url + "/pages/static/none.js", timeout=10).status_code == 404
