"""Programs that are run and asked, and what they cost."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

LONGEST_SECONDS = 60  # of asking the same thing again and again


class Run:
    """A program from start to end: wall and CPU seconds, and the most memory it held."""

    wait_seconds = 900

    def __init__(self, *command, out=subprocess.DEVNULL, env=None):
        started = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=out, env=env)
        timer = threading.Timer(self.wait_seconds, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        self.wall = time.perf_counter() - started
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{command} ended with {process.returncode}")
        self.cpu, self.megabytes = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024

    @property
    def seconds(self):
        return self.wall, self.cpu


def said(*command):
    command = [str(part) for part in command]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, timeout=Run.wait_seconds).stdout


def stat(pid):
    """What the kernel knows of a process, from its state on: fields 3 and following of /proc/PID/stat."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def ticks(*fields):
    return sum(map(int, fields)) / os.sysconf("SC_CLK_TCK")


class Server:
    """`clinch serve` on a free port, asked over one connection as somebody: by token, or by the cookie of a session."""

    def __init__(self, clinch, db):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.identity = {}
        started = time.perf_counter()
        self.process = subprocess.Popen([clinch, "--db", db, "serve", "--listen", f"127.0.0.1:{port}"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=Run.wait_seconds)
        for _ in range(3000):
            try:
                self.connection.connect()
                break
            except OSError:
                time.sleep(0.01)
        self.ask("/healthz")
        self.start = time.perf_counter() - started

    def send(self, method, path, body, headers, wanted):
        """The answer with its head; another status than the one wanted ends the run."""
        self.connection.request(method, path, body, self.identity | headers)
        response = self.connection.getresponse()
        answer = response.read()
        if response.status != wanted:
            sys.exit(f"{method} {path}: {response.status} {answer[:500]!r}")
        return answer, response.headers

    def ask(self, path, method="GET", body=None, **query):
        path += "?" + urlencode(query) if query else ""
        headers = {"Content-Type": "application/json"} if body else {}
        return self.send(method, path, json.dumps(body) if body else None, headers, 200)[0]

    def sign_in(self, email, password, welcome):
        """Sets the password behind the link of an invitation and types it into the form, as a person does."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self.send("POST", welcome, urlencode({"password": password, "again": password}), form, 303)
        typed = urlencode({"email": email, "password": password})
        _, head = self.send("POST", "/sign-in", typed, form, 303)
        # Browsers keep this cookie for https and loopback addresses alone; the server does not ask how it came.
        self.identity = {"Cookie": head["Set-Cookie"].split(";")[0]}

    def timed(self, ask, many):
        """So many times in a row while there is time, each; and the server's CPU for one."""
        times, cpu, started = [], self.cpu(), time.perf_counter()
        for n in range(many):
            before = time.perf_counter()
            ask(n)
            times.append(time.perf_counter() - before)
            if times[-1] + before - started > LONGEST_SECONDS:
                break
        return times, (self.cpu() - cpu) / len(times)

    def cpu(self):
        return ticks(*stat(self.process.pid)[11:13])

    def megabytes(self, what):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split(f"{what}:")[1].split()[0]) / 1024

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
