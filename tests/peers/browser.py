"""browser.py - drives a headless Chromium over its own protocol, by a pipe: no
driver and no library beside it. A page is a session; what it reports (dialogs,
messages on its console, pages that it opened) is kept."""
import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


def find():
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    def __init__(self, *flags):
        self.folder = tempfile.mkdtemp(prefix="browser.")
        down, up = os.pipe(), os.pipe()
        # Out of the way of 3 and 4, from which Chromium reads and to which it writes.
        theirs = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (down[0], up[1])]
        command = [find(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
                   "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                   f"--user-data-dir={self.folder}", "--remote-debugging-pipe", *flags, "about:blank"]
        self.process = subprocess.Popen(command, preexec_fn=lambda: [os.dup2(fd, to) for fd, to in zip(theirs, (3, 4))], pass_fds=(3, 4),
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for fd in (*theirs, down[0], up[1]):
            os.close(fd)
        self.out, self.inp = down[1], up[0]
        self.rest, self.number, self.answers, self.events = b"", 0, {}, []

    def close(self):
        try:
            self.call("Browser.close")
        except Exception:
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def read(self, seconds):
        """What has come within so long; True where something has."""
        if not select.select([self.inp], [], [], seconds)[0]:
            return False
        data = os.read(self.inp, 1 << 20)
        if not data:
            raise RuntimeError("the browser is gone")
        *whole, self.rest = (self.rest + data).split(b"\0")
        for text in whole:
            message = json.loads(text)
            if "id" in message:
                self.answers[message["id"]] = message
            else:
                self.events.append(message)
        return True

    def call(self, method, params=None, session=None, seconds=30):
        self.number += 1
        mine = self.number
        message = {"id": mine, "method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + seconds
        while mine not in self.answers:
            self.read(0.1)
            if time.monotonic() > end:
                raise RuntimeError(f"{method}: no answer")
        answer = self.answers.pop(mine)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def targets(self, kind="page"):
        return [t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == kind]

    def attach(self, target):
        return Page(self, self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"], target)

    def open(self, url, width=1280, height=800, **media):
        page = self.attach(self.call("Target.createTarget", {"url": "about:blank"})["targetId"])
        page.size(width, height)
        page.media(**media)
        page.go(url)
        return page

    def frame(self, part):
        """The frame of another website whose URL holds this."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            for t in self.targets("iframe"):
                if part in t["url"]:
                    return self.attach(t["targetId"])
            time.sleep(0.05)
        raise RuntimeError(f"no frame {part}")


class Page:
    def __init__(self, browser, session, target):
        self.browser, self.session, self.target = browser, session, target
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method, params=None):
        return self.browser.call(method, params, self.session)

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})

    def media(self, dark=False, language="en-US", zone="Europe/Paris"):
        self.call("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}, {"name": "prefers-reduced-motion", "value": "reduce"}]})
        self.call("Emulation.setLocaleOverride", {"locale": language})
        self.call("Emulation.setUserAgentOverride", {"userAgent": "test", "acceptLanguage": language})
        self.call("Emulation.setTimezoneOverride", {"timezoneId": zone})

    def go(self, url):
        self.call("Page.navigate", {"url": url})
        self.wait("document.readyState === 'complete'", url)

    def reload(self):
        self.js("window.old = true")
        self.call("Page.reload")
        self.wait("!window.old && document.readyState === 'complete'", "reload")

    def js(self, expression):
        answer = self.call("Runtime.evaluate", {"expression": expression, "returnByValue": True, "awaitPromise": True})
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails'].get('exception', {}).get('description')}")
        return answer["result"].get("value")

    def wait(self, expression, what=None, seconds=20):
        end = time.monotonic() + seconds
        last = None
        while time.monotonic() < end:
            try:
                last = self.js(expression)
                if last:
                    return last
            except RuntimeError as e:
                last = e
            self.browser.read(0.03)
        raise RuntimeError(f"waited for {what or expression}: {last}")

    def text(self, selector):
        return self.js(f"document.querySelector({json.dumps(selector)}).innerText")

    def click(self, selector):
        """As a person does: with the mouse, where it is on the screen."""
        x, y = self.wait(f"(() => {{ const e = document.querySelector({json.dumps(selector)}); if (!e || e.disabled) return null; e.scrollIntoView({{block: 'nearest'}});"
                         " const r = e.getBoundingClientRect(); return r.width ? [r.left + r.width / 2, r.top + r.height / 2] : null; })()", f"click {selector}")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1})

    def type(self, selector, text):
        self.js(f"document.querySelector({json.dumps(selector)}).focus()")
        self.call("Input.insertText", {"text": text})

    def press(self, key, shift=False):
        codes = {"Enter": (13, "\r"), "Tab": (9, ""), "Escape": (27, ""), " ": (32, " "), "ArrowDown": (40, "")}
        number, text = codes[key]
        common = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": number, "modifiers": 8 if shift else 0}
        self.call("Input.dispatchKeyEvent", {"type": "keyDown", "text": text, **common} if text else {"type": "rawKeyDown", **common})
        self.call("Input.dispatchKeyEvent", {"type": "keyUp", **common})

    def shot(self, path):
        with open(path, "wb") as f:
            f.write(base64.b64decode(self.call("Page.captureScreenshot", {"format": "png"})["data"]))

    def complaints(self):
        """What the page, or the browser about it, had to say: errors, refusals of its policy, dialogs."""
        self.browser.read(0)
        found = []
        for e in self.browser.events:
            if e.get("sessionId") != self.session:
                continue
            method, p = e["method"], e["params"]
            if method == "Page.javascriptDialogOpening":
                found.append(f"dialog: {p['message']}")
            elif method == "Runtime.exceptionThrown":
                found.append(p["exceptionDetails"].get("exception", {}).get("description") or p["exceptionDetails"]["text"])
            elif method == "Log.entryAdded" and p["entry"]["level"] == "error":
                found.append(f"{p['entry']['source']}: {p['entry']['text']}")
        return found
