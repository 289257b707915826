"""Uses the web console in a real browser, as people do: console_browser.py http://127.0.0.1:8080 KEY [DIRECTORY]

KEY is an admin key of the server. Pictures of the pages are written to DIRECTORY.
"""

import os
import shutil
import sys
import time

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

HOSTILE = '"><script>window.hacked=1</script>'

PAGES = [
    "/console", "/console/offers?q=gpt-oss", "/console/model?id=openai/gpt-4o",
    "/console/compare?model=openai/gpt-4o&model=openai/gpt-oss-120b",
    "/console/cost?model=openai/gpt-oss-120b&input_tokens=1000000&output_tokens=200000", "/console/providers",
    "/console/provider?id=openrouter", "/console/changes", "/console/deprecations", "/console/login",
]
OPERATIONS = [
    "/console/ops", "/console/ops/cache", "/console/ops/explain?view=gateway:openai", "/console/ops/sync",
    "/console/ops/quarantine", "/console/ops/overrides",
]

# The lowest contrast of any text with what is behind it (WCAG 2, relative luminance).
CONTRAST = """
const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
const numbers = text => text.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
let worst = [99, ""];
for (const element of document.querySelectorAll("body *")) {
  if (![...element.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
  if (element.closest(".hidden, .skip, option, meter, svg") || !element.getClientRects().length) continue;
  let ground = element;
  let colour = [0, 0, 0, 0];
  while (ground && (colour = numbers(getComputedStyle(ground).backgroundColor))[3] === 0) ground = ground.parentElement;
  const [a, b] = [light(numbers(getComputedStyle(element).color)), light(colour)];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < worst[0]) worst = [ratio, element.outerHTML.slice(0, 120)];
}
return worst;
"""


class Browser:
    def __init__(self, base, pictures):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
        self.base = base
        self.pictures = pictures

    def look(self, width=1280, height=900, scheme="light"):
        command = self.driver.execute_cdp_cmd
        command("Emulation.setDeviceMetricsOverride",
                {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        command("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def open(self, path):
        self.driver.get(self.base + path)
        self.complaints(path)

    def complaints(self, what):
        """Errors in the console of the browser: failed scripts, broken policies, what is not there."""
        bad = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        assert not bad, f"{what}: {bad}"

    def run(self, script):
        return self.driver.execute_script(script)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def wait(self, what, condition):
        WebDriverWait(self.driver, 20, poll_frequency=0.05).until(lambda _: condition(), message=what)

    def picture(self, name):
        if self.pictures:
            self.driver.save_screenshot(os.path.join(self.pictures, name + ".png"))


def pages(browser, paths):
    """Every page fits, can be read and breaks no rule, on a desk and on a phone, by day and by night."""
    for width, height in ((1280, 900), (390, 844)):
        for scheme in ("light", "dark"):
            browser.look(width, height, scheme)
            for path in paths:
                browser.open(path)
                place = f"{path} at {width} {scheme}"
                overflow = browser.run("const e = document.documentElement; return e.scrollWidth - e.clientWidth")
                assert overflow <= 0, f"{place}: {overflow} pixels too wide"
                ratio, element = browser.run(CONTRAST)
                assert ratio >= 4.5, f"{place}: contrast {ratio:.2f} of {element}"
                ground = browser.run("return getComputedStyle(document.body).backgroundColor")
                brightness = sum(int(part) for part in ground.strip("rgb() ").split(","))
                assert (brightness < 200) == (scheme == "dark"), f"{place}: ground {ground}"
                name = path.split("?")[0].strip("/").replace("/", "-")
                browser.picture(f"{name}-{width}-{scheme}")
    browser.look()


def search(browser):
    """The list follows what is typed, the field keeps the focus, and the address can be shared."""
    browser.open("/console")
    before = browser.find("#count").text
    browser.find("body").send_keys("/")
    assert browser.run("return document.activeElement.id") == "q"
    field = browser.driver.switch_to.active_element
    for key in "gpt-oss 120b":
        field.send_keys(key)
    browser.wait("the list follows", lambda: browser.find("#count").text != before)
    browser.wait("the address follows", lambda: "q=gpt-oss" in browser.driver.current_url)
    browser.wait("the model is there", lambda: any(e.text == "openai/gpt-oss-120b" for e in browser.all("#results code")))
    assert browser.run("return document.activeElement.id") == "q"
    assert browser.run("return document.getElementById('count').getAttribute('role')") == "status"
    browser.find("#f-price").send_keys("cheap")
    browser.wait("what is wrong is said", lambda: "must be a number" in browser.find("#count").text)
    browser.driver.get_log("browser")  # The browser notes that the answer was a 400.
    browser.driver.refresh()
    browser.complaints("the shared address")


def ticks(browser):
    """What is ticked stays so while the list changes, and on its other pages."""
    browser.open("/console")
    key = browser.find("#results input[type=checkbox]").get_attribute("value")
    browser.find("#results input[type=checkbox]").click()
    browser.find("#q").send_keys("gpt-oss 120b")
    browser.wait("the list follows", lambda: "q=gpt-oss" in browser.driver.current_url)
    assert browser.find("#ticked input:checked").get_attribute("value") == key
    browser.find("#results input[type=checkbox]").click()
    browser.open("/console?page=2")
    assert len(browser.all("#ticked input:checked")) == 2
    browser.find("#ticked input").click()
    browser.open("/console")
    assert not browser.find("#results input[type=checkbox]").is_selected()
    browser.find("#compare button").click()
    browser.wait("the other one is compared", lambda: len(browser.all(".compare thead th")) == 2)
    browser.run("sessionStorage.clear()")


def away(browser, path, selector, provoke, condition):
    """While the server is away, what is shown is said not to be current; afterwards it is again."""
    browser.open(path)
    browser.driver.set_network_conditions(offline=True, latency=0, throughput=1 << 20)
    try:
        provoke()
        browser.wait("it is said", lambda: "not current" in browser.find(selector).text)
    finally:
        browser.driver.set_network_conditions(offline=False, latency=0, throughput=1 << 20)
        browser.driver.get_log("browser")  # The browser notes that it has no connection.
    browser.wait("it is current again", condition)


def search_while_away(browser):
    browser.look()
    field = lambda: browser.find("#q")
    away(browser, "/console", "#count", lambda: field().send_keys("gpt-oss 120b"),
         lambda: field().send_keys(Keys.ENTER) or True)
    # The button asks as it does without a script.
    browser.wait("the list is there", lambda: "q=gpt-oss" in browser.driver.current_url)
    assert any(e.text == "openai/gpt-oss-120b" for e in browser.all("#results code"))


def keyboard(browser):
    """The first stop is a way past the navigation, and one sees where one is."""
    browser.open("/console")
    browser.find("body").send_keys(Keys.TAB)
    first = browser.driver.switch_to.active_element
    assert first.get_attribute("class") == "skip" and first.is_displayed()
    first.send_keys(Keys.ENTER)
    browser.wait("the content has the focus", lambda: browser.run("return document.activeElement.id") == "main")
    browser.find("body").send_keys(Keys.TAB)
    outline = browser.run("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", outline
    # Two models are ticked and compared with keys only.
    for box in browser.all("#results input[type=checkbox]")[:2]:
        box.send_keys(Keys.SPACE)
    browser.find("#compare button").send_keys(Keys.ENTER)
    browser.wait("they are compared", lambda: len(browser.all(".compare thead th")) == 3)


def without_script(browser):
    """What is there to be read needs no script."""
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.open("/console")
        browser.find("#q").send_keys("gpt-oss 120b" + Keys.ENTER)
        browser.wait("the list is there", lambda: "q=gpt-oss+120b" in browser.driver.current_url)
        assert any(e.text == "openai/gpt-oss-120b" for e in browser.all("#results code"))
        browser.find("#results .model a").click()
        browser.wait("the model is there", lambda: "/console/model?" in browser.driver.current_url)
        assert browser.all("figure.chart svg path")
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def hostile(browser):
    """A name that attacks is a name."""
    for path in ("/console?q=hacked", "/console/offers?q=hacked", "/console/provider?id=evil"):
        browser.open(path)
        assert any(e.text == HOSTILE for e in browser.all("#main a")), path
        assert browser.run("return window.hacked") is None
    browser.find("#main th.model a").click()
    browser.wait("the model is there", lambda: browser.find("h1").text == HOSTILE)
    assert browser.run("return window.hacked") is None
    browser.complaints("the hostile model")


def operations(browser, key):
    """A key opens a session; numbers are live; an action is done and said."""
    browser.open("/console/ops")
    assert browser.driver.current_url.endswith("/console/login")
    browser.find("#key").send_keys("not-the-key" + Keys.ENTER)
    browser.wait("the key is refused", lambda: browser.all("[role=alert]"))
    browser.driver.get_log("browser")  # The browser notes that the answer was a 403.
    browser.find("#key").send_keys(key + Keys.ENTER)
    browser.wait("the session begins", lambda: browser.driver.current_url.endswith("/console/ops"))
    shown = browser.run("return document.cookie")
    assert shown == "", "a script can read the session"
    live = browser.find("#live").text
    browser.wait("numbers are live", lambda: browser.find("#live").text != live)
    foot = browser.find("#foot").text
    browser.wait("so is the foot", lambda: browser.find("#foot").text != foot)
    away(browser, "/console/ops", "#live-status", lambda: None,
         lambda: browser.find("#live-status").text == "" and browser.all("#live"))
    pages(browser, OPERATIONS)
    browser.open("/console/ops/cache")
    browser.find("button[aria-label='Clear openai']").send_keys(Keys.ENTER)
    browser.wait("the cache is cleared", lambda: browser.all(".notice.good"))
    assert "Cleared" in browser.find(".notice.good").text
    browser.complaints("clearing")
    browser.find(".tabs form button").click()
    browser.wait("the session ends", lambda: browser.driver.current_url.endswith("/console/login"))
    browser.open("/console/ops/cache")
    assert browser.driver.current_url.endswith("/console/login")


def main(base, key, pictures=None):
    started = time.monotonic()
    browser = Browser(base, pictures)
    try:
        pages(browser, PAGES)
        search(browser)
        search_while_away(browser)
        ticks(browser)
        keyboard(browser)
        without_script(browser)
        hostile(browser)
        operations(browser, key)
    finally:
        browser.driver.quit()
    print(f"used {len(PAGES) + len(OPERATIONS)} pages in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
