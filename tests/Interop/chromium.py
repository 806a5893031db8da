"""Chromium without a window, driven over its own pipe (--remote-debugging-pipe): no driver is needed."""

import base64
import json
import os
import signal
import subprocess


class Browser:
    """One page of a Chromium whose profile is in a folder; with more arguments for it."""

    def __init__(self, folder, *arguments):
        mine_in, theirs_out = os.pipe()
        theirs_in, mine_out = os.pipe()

        def ends():  # chromium reads commands from 3 and writes answers to 4
            read, write = os.dup(theirs_in), os.dup(theirs_out)
            os.dup2(read, 3)
            os.dup2(write, 4)
        self.process = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", f"--user-data-dir={folder}", "--remote-debugging-pipe", *arguments, "about:blank"],
            preexec_fn=ends, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(theirs_in)
        os.close(theirs_out)
        self.input, self.output, self.held, self.number, self.events = mine_in, mine_out, b"", 0, []
        target = self.ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        self.session = self.ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.page(f"{domain}.enable")

    def ask(self, method, parameters=None, session=None):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters or {}}
        if session:
            message["sessionId"] = session
        os.write(self.output, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def page(self, method, parameters=None):
        return self.ask(method, parameters, self.session)

    def receive(self):
        while b"\0" not in self.held:
            part = os.read(self.input, 1 << 16)
            if not part:
                raise RuntimeError("chromium has ended")
            self.held += part
        message, self.held = self.held.split(b"\0", 1)
        return json.loads(message)

    def show(self, url, size, scheme):
        """Loads a page; its status, and what the console said of it."""
        self.page("Emulation.setDeviceMetricsOverride", {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size[0] < 600})
        self.page("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        self.events.clear()
        self.page("Page.navigate", {"url": url})
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.receive())
        self.value("1")
        status, said = 0, []
        for event in self.events:
            method, seen = event.get("method"), event.get("params", {})
            if method == "Network.responseReceived" and seen["response"]["url"] == url:
                status = seen["response"]["status"]
            elif method == "Log.entryAdded" and seen["entry"].get("url") != url:
                said.append(seen["entry"]["text"])
            elif method == "Runtime.exceptionThrown":
                said.append(str(seen["exceptionDetails"]))
            elif method == "Runtime.consoleAPICalled":
                said.append(str(seen["args"]))
        return status, said

    def value(self, expression):
        result = self.page("Runtime.evaluate", {"expression": expression, "returnByValue": True, "awaitPromise": True})
        return result["result"].get("value", result)

    def shot(self, path):
        picture = self.page("Page.captureScreenshot", {"format": "png"})["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture))

    def close(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
