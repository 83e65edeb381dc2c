"""What a first view costs on a slow line: bytes and requests, when its largest part stands, and how much it moves."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.visitors import language_of

HEAVIEST = 60_000  # bytes, compressed
MOST_REQUESTS = 8
STEADY = 0.05  # layout shift
# 1.6 Mbit/s, 150 ms, a processor four times as slow.
SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
SLOWER_PROCESSOR = 4
WATCH = """
window.seen = {largest: 0, shift: 0};
new PerformanceObserver(function (list) {
  list.getEntries().forEach(function (entry) { window.seen.largest = entry.startTime; });
}).observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(function (list) {
  list.getEntries().forEach(function (entry) { window.seen.shift += entry.value; });
}).observe({type: 'layout-shift', buffered: true});
"""


def judge(page: Page, path: str, weights: list[str], *, is_bound: bool = True) -> None:
    """`page` has been nowhere yet. How long it takes depends on the machine, so that is written down and not judged."""
    size, requests = _weigh(page, path)
    largest, shift = _watch(page, path)
    assert requests > 1, f"{path} was not measured"
    shown = f"{path} {language_of(page)}"
    weights.append(f"{shown:<37} {size:>7,} {requests:>3} {largest:>6,.0f} ms {shift:.3f}")
    if is_bound:
        assert size <= HEAVIEST, f"{path}: {size} bytes"
        assert requests <= MOST_REQUESTS, f"{path}: {requests} requests"
        assert shift <= STEADY, f"{path} moves: {shift}"


def _weigh(page: Page, path: str) -> tuple[int, int]:
    """Bytes on the line and requests until the page has all it asks for."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    arrived: list[int] = []
    line.on("Network.loadingFinished", lambda event: arrived.append(int(event["encodedDataLength"])))
    page.goto(path, wait_until="networkidle")
    expect(page.locator("h1")).to_be_visible()
    line.detach()
    return sum(arrived), len(arrived)


def _watch(page: Page, path: str) -> tuple[float, float]:
    """Milliseconds to the largest part of the page, and its layout shift, with nothing kept from before."""
    line = page.context.new_cdp_session(page)
    page.add_init_script(WATCH)
    for command, more in {
        "Network.enable": {},
        "Network.clearBrowserCache": {},
        "Network.emulateNetworkConditions": SLOW_LINE,
        "Emulation.setCPUThrottlingRate": {"rate": SLOWER_PROCESSOR},
    }.items():
        line.send(command, more)
    page.goto(path, wait_until="networkidle")
    seen = page.evaluate("window.seen")
    assert seen["largest"] > 0, f"{path} was not watched"
    return float(seen["largest"]), float(seen["shift"])
