"""The viewer's server over real sockets: whom it answers, with what headers, and how it ends what nobody waits for."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.faces import sample_summary as sample
from tests.studies.test_study import SMALL

from bartizan.faces.server import Listing, Server, Site, Viewer, listening
from bartizan.faces.server.guard import MAX_BODY
from bartizan.ground.errors import ResultsError, UserError
from bartizan.studies.workbench import Choice, Workbench

ROOT = Path(__file__).parents[2]
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\"'&"
#: How long an answer may take before the test gives up: on a machine that has never run the kernels they are compiled
#: first.
PATIENCE_S = 240.0


class FakeBench:
    """Documents without work; `ended` says how many streams were closed."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.step, self.ended = threading.Semaphore(0), threading.Semaphore(0)
        self.closed = False

    def view(self) -> dict[str, Any]:
        return {"title": HOSTILE, "format": 1}

    def coverage(self, what: str, altitude_m: float, unit: str | None, threat: str | None) -> dict[str, Any]:
        return {"what": what, "altitude": altitude_m, "unit": unit, "threat": threat}

    def fall(self, case: str, kind: str) -> dict[str, Any]:
        raise ResultsError("the study has not got far enough")

    def terrain(self) -> dict[str, Any]:
        return {"shade": None}

    def buildings(self) -> dict[str, Any]:
        raise ZeroDivisionError("a mistake of ours, about /home/somebody")

    def raids(self, case: str) -> dict[str, Any]:
        raise UserError(f"no case {case!r}")

    def replay(self, case: str, world: int, raid: int) -> dict[str, Any]:
        return {"case": case, "world": world, "raid": raid}

    def changed_replay(self, case: str, world: int, raid: int, changes: Any) -> dict[str, Any]:
        return self.replay(case, world, raid) | {"changes": changes}

    def changed_coverage(
        self, what: str, altitude_m: float, unit: str | None, threat: str | None, changes: Any
    ) -> dict[str, Any]:
        return self.coverage(what, altitude_m, unit, threat) | {"changes": changes}

    def scenario(self, name: str, changes: Any) -> dict[str, Any]:
        self.asked.append(changes)
        return {"file": f"{name}.yaml", "text": HOSTILE}

    beside: FakeBench | None = None

    def other_raid(self, case: str, world: int, raid: int) -> dict[str, Any]:
        return self.replay(case, world, raid)

    def compared(self, case: str, changes: Any, other: bool) -> Iterator[dict[str, Any]]:
        yield {"case": case, "changes": changes, "other": other}

    def placed(self, changes: Any, placement: Any) -> Iterator[dict[str, Any]]:
        yield {"changes": changes, "placement": placement}

    def question(self, changes: Any, placement: Any) -> dict[str, Any]:
        return {"file": "placement.yaml", "text": HOSTILE}

    def answers(self, case: str, changes: Any, answered: Any) -> Iterator[dict[str, Any]]:
        if case == "none":
            raise UserError("no case 'none'")
        try:
            for k in range(1000):
                yield {"raids": k, "done": False}
                self.step.acquire(timeout=PATIENCE_S)
        finally:
            self.ended.release()

    def close(self) -> None:
        self.closed = True


class Talk:
    """Requests to one server."""

    def __init__(self, server: Server) -> None:
        self.server, self.port, self.root = server, server.guard.port, f"/{server.guard.token}/"

    def send(
        self, target: str, method: str = "GET", body: bytes | None = None, **headers: str | None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and body; a header of None is left out, `Host` among them."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        given = {"Host": f"127.0.0.1:{self.port}"} | {name.replace("_", "-"): v for name, v in headers.items()}
        if body is not None:
            given = {"Content-Type": "application/json", "Content-Length": str(len(body))} | given
        for name, value in given.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        found = response.status, dict(response.getheaders()), response.read()
        connection.close()
        return found

    def get(self, path: str, **headers: str | None) -> tuple[int, Mapping[str, str], bytes]:
        return self.send(self.root + path, **headers)

    def post(self, path: str, content: Any) -> tuple[int, Mapping[str, str], bytes]:
        return self.send(self.root + path, "POST", json.dumps(content).encode())

    def error(self, status: int, path: str, **how: Any) -> str:
        """The sentence of a refusal, which must have this status."""
        found, headers, body = self.send(self.root + path, **how)
        assert found == status, (found, body)
        assert headers["Content-Type"] == "application/json"
        return json.loads(body)["error"]

    def raw(self, request: bytes) -> bytes:
        """What comes back for bytes that may be no request at all."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def stream(self, path: str, content: Any) -> tuple[socket.socket, Any]:
        """A connection on which a body of lines has begun to come, and its lines."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)
        body = json.dumps(content).encode()
        head = (
            f"POST {self.root}{path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode() + body)
        lines = connection.makefile("rb")
        while lines.readline() != b"\r\n":
            pass
        return connection, lines


def serving(site: Site) -> Iterator[Talk]:
    with listening(site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Talk(server)
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def bench() -> FakeBench:
    return FakeBench()


@pytest.fixture(scope="module")
def talk(bench: FakeBench) -> Iterator[Talk]:
    yield from serving(Viewer(bench))


# -------------------------------------------------------------------------------------------------- who may ask


def test_it_listens_on_loopback_only(talk: Talk) -> None:
    assert talk.server.server_address[0] == "127.0.0.1"


def test_its_own_page_is_answered(talk: Talk) -> None:
    status, headers, body = talk.get("", Host=f"localhost:{talk.port}", Origin=f"http://localhost:{talk.port}")
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"<!doctype html>" in body


@pytest.mark.parametrize("host", ["localhost:9000", "127.0.0.1:1", "[::1]:9000", "localhost", "LOCALHOST:65535"])
def test_a_tunnel_may_have_any_port(talk: Talk, host: str) -> None:
    assert talk.get("", Host=host, Origin=f"http://{host}")[0] == 200
    assert talk.get("", Host=host, Origin="http://localhost:1234")[0] == 403, "another server of this machine"
    assert talk.send("/", "GET", Host=host)[0] == 403, "the token is asked for"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "localhost:x", "localhost:123456", "::1", "[::2]:{port}",
             "localhost:²", "127.0.0.1:{port}.evil.example", "127.0.0.1:{port}@evil.example", "", None],
)  # fmt: skip
def test_a_foreign_host_is_refused(talk: Talk, host: str | None) -> None:
    for path in ("", "api/view", "viewer/main.js"):
        assert talk.get(path, Host=host and host.format(port=talk.port))[0] == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1", ""])
def test_a_foreign_origin_is_refused(talk: Talk, origin: str) -> None:
    assert talk.get("api/view", Origin=origin.format(port=talk.port))[0] == 403
    body = json.dumps({"name": "a", "changes": []}).encode()
    assert talk.send(f"{talk.root}api/scenario", "POST", body, Origin=origin.format(port=talk.port))[0] == 403


def test_two_hosts_are_refused(talk: Talk) -> None:
    own = f"Host: 127.0.0.1:{talk.port}\r\n"
    request = f"GET {talk.root} HTTP/1.1\r\n{own}Host: evil.example\r\nConnection: close\r\n\r\n"
    assert talk.raw(request.encode()).startswith(b"HTTP/1.1 403 ")


def test_a_wrong_or_missing_token_is_refused(talk: Talk) -> None:
    token = talk.root.strip("/")
    for path in ("/", "", "//", "/api/view", f"/{token[:-1]}/", f"/{token}x/", f"/{token.swapcase()}/", "/%00/",
                 "/%C3%A9/", "/%ff/", f"/x/{token}/", f"http://127.0.0.1:{talk.port}/{token}/"):  # fmt: skip
        status, _, body = talk.send(path or "*")
        assert status == 403, path
        assert token.encode() not in body


def test_an_address_without_its_last_slash_leads_to_the_page(talk: Talk) -> None:
    status, headers, _ = talk.send(talk.root.rstrip("/"))
    assert (status, headers["Location"]) == (308, talk.root)


def test_each_server_has_a_token_of_its_own_of_128_bits(talk: Talk) -> None:
    with listening(Viewer(FakeBench())) as other:
        assert other.guard.token != talk.server.guard.token
        assert len(base64.urlsafe_b64decode(other.guard.token + "==")) * 8 == 128


def test_a_port_that_is_taken_is_told(talk: Talk) -> None:
    with (
        pytest.raises(UserError, match=rf"cannot listen on port {talk.port}"),
        listening(Viewer(FakeBench()), talk.port),
    ):
        pass


@settings(max_examples=30)
@given(st.binary(max_size=200))
def test_noise_gets_a_refusal_or_nothing(talk: Talk, noise: bytes) -> None:
    for request in (noise, b"GET /" + noise + b" HTTP/1.1"):
        answer = talk.raw(request + b"\r\n\r\n")
        assert answer == b"" or re.match(rb"HTTP/1\.1 [45]\d\d |\{\"error\"", answer)


# ----------------------------------------------------------------------------------------------------- headers


def test_every_answer_carries_the_headers_that_lock_it_in(talk: Talk) -> None:
    found = [talk.get(""), talk.get("api/view"), talk.get("viewer/main.js"), talk.get("nothing"), talk.send("/"),
             talk.get("api/buildings"), talk.send(talk.root, "HEAD"), talk.send(talk.root, "BREW"),
             talk.send("/" + "x" * 70_000)]  # fmt: skip
    assert [status for status, *_ in found] == [200, 200, 200, 404, 403, 500, 405, 501, 414]
    for _, headers, _ in found:
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert (
            policy["default-src"]
            == policy["frame-ancestors"]
            == policy["base-uri"]
            == policy["form-action"]
            == "'none'"
        )
        assert policy["connect-src"] == "'self'"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers
        assert "Python" not in headers.get("Server", "")


def test_the_policy_admits_the_pages_own_import_map_and_no_other_inline_script(talk: Talk) -> None:
    _, headers, body = talk.get("")
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", body.decode(), re.DOTALL)
    assert len(inline) == 1
    digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in headers["Content-Security-Policy"]
    assert not re.search(r"\son\w+=|javascript:|https?://", body.decode())


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_other_methods_are_refused(talk: Talk, method: str) -> None:
    body = b"{}" if method == "POST" else None
    for path in ("", "viewer/main.js", "api/view"):
        status, headers, _ = talk.send(talk.root + path, method, body)
        assert (status, headers["Allow"]) == (405, "GET")


def test_what_is_posted_is_not_answered_to_a_get(talk: Talk) -> None:
    for path in ("api/whatif", "api/scenario"):
        status, headers, _ = talk.get(path)
        assert (status, headers["Allow"]) == (405, "POST")


# ------------------------------------------------------------------------------------------------------- files


def test_files_of_the_page_have_their_media_types(talk: Talk) -> None:
    for path, media in (("viewer/main.js", "text/javascript"), ("viewer/style.css", "text/css"),
                        ("viewer/vendor/maplibre-gl.mjs", "text/javascript")):  # fmt: skip
        status, headers, body = talk.get(path)
        assert (status, headers["Content-Type"]) == (200, f"{media}; charset=utf-8")
        assert int(headers["Content-Length"]) == len(body) > 0


@pytest.mark.parametrize(
    "path",
    ["viewer/../cli.py", "viewer/%2e%2e/cli.py", "viewer/..%2fcli.py", "viewer/..\\cli.py", "viewer/%2e%2e%5ccli.py",
     "../../etc/passwd", "viewer//etc/passwd", "viewer/%2fetc%2fpasswd", "viewer/vendor/../../../cli.py", "viewer/",
     "viewer", "viewer/.", "viewer/main.js/", "viewer/main.js%00", "viewer/vendor", "cli.py", "of/0/", "list.css/x",
     "viewer/%252e%252e/cli.py", "viewer/main.py", "index.html"],
)  # fmt: skip
def test_nothing_but_the_pages_files_is_reached(talk: Talk, path: str) -> None:
    assert talk.get(path)[0] == 404


@settings(max_examples=50)
@given(
    st.lists(
        st.sampled_from(["..", ".", "", "%2e%2e", "viewer", "vendor", "main.js", "server", "app.py", "~"]), max_size=6
    )
)
def test_no_path_leaves_the_pages_folder(talk: Talk, parts: list[str]) -> None:
    status, _, body = talk.get("/".join(parts))
    assert status == 404 or "/".join(parts) in ("", "viewer/main.js")
    assert b"import " not in body or parts == ["viewer", "main.js"]


# --------------------------------------------------------------------------------------------------- documents


def test_documents_are_json_and_hostile_names_are_only_text_in_them(talk: Talk) -> None:
    status, headers, body = talk.get("api/view")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert json.loads(body)["title"] == HOSTILE
    body.decode("ascii")


def test_what_is_asked_reaches_the_bench(talk: Talk) -> None:
    query = "what=seen&altitude=1e2&unit=A%20%26%20B&threat=a%20jet"
    asked = {"what": "seen", "altitude": 100.0, "unit": "A & B", "threat": "a jet"}
    assert json.loads(talk.get(f"api/coverage?{query}")[2]) == asked
    less = json.loads(talk.get("api/coverage?what=seen&altitude=30")[2])
    assert (less["unit"], less["threat"]) == (None, None)
    assert json.loads(talk.get("api/terrain")[2]) == {"shade": None}
    assert json.loads(talk.get("api/replay?case=c&world=3&raid=17")[2]) == {"case": "c", "world": 3, "raid": 17}


@pytest.mark.parametrize(
    ("path", "told"),
    [("api/coverage", "what is missing"), ("api/coverage?what=seen", "altitude is missing"),
     ("api/coverage?what=seen&altitude=high", "altitude must be a number, not 'high'"),
     ("api/coverage?what=seen&altitude=nan", "altitude must be a number"),
     ("api/coverage?what=seen&altitude=inf", "altitude must be a number"),
     ("api/replay?case=c&world=-1&raid=0", "world must be a whole number"),
     ("api/replay?case=c&world=1.5&raid=0", "world must be a whole number"),
     ("api/replay?case=c&world=99999999999999999999&raid=0", "world must be a whole number"),
     ("api/replay?case=c&world=%D9%A3&raid=0", "world must be a whole number"), ("api/raids?case=x", "no case 'x'")],
)  # fmt: skip
def test_a_wrong_question_is_told_what_is_wrong(talk: Talk, path: str, told: str) -> None:
    assert told in talk.error(400, path)


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("compared", {"case": "c", "changes": []}, "other must be true or false"),
        ("compared", {"changes": [], "other": True}, "case is missing"),
        ("placed", {"changes": []}, "placement must be a JSON object"),
        ("placed", {"placement": {}}, "changes must be a list"),
        ("question", {"changes": [], "placement": [1]}, "placement must be a JSON object"),
    ],
)
def test_a_wrong_post_is_told_what_is_wrong(talk: Talk, path: str, body: Any, told: str) -> None:
    status, _, said = talk.post(f"api/{path}", body)
    assert (status, told in json.loads(said)["error"]) == (400, True)


def test_documents_of_the_other_layout_are_its_own(bench: FakeBench, talk: Talk) -> None:
    assert "bartizan serve A B" in talk.error(404, "api/other/view")
    bench.beside = FakeBench()
    bench.beside.view = lambda: {"title": "the other", "format": 1}  # type: ignore[method-assign]
    assert json.loads(talk.get("api/other/view")[2])["title"] == "the other"
    assert "no document 'other/whatif'" in talk.error(404, "api/other/whatif")


def test_a_comparison_and_a_placement_come_line_by_line(talk: Talk) -> None:
    told = {"case": "c", "changes": [], "other": True}
    assert json.loads(talk.post("api/compared", told)[2]) == told
    placement = {"changes": [], "placement": {"sites": []}}
    assert json.loads(talk.post("api/placed", placement)[2]) == placement


def test_an_unknown_document_names_the_known_ones(talk: Talk) -> None:
    assert "view, coverage, fall" in talk.error(404, "api/nothing")


def test_results_that_cannot_be_used_conflict(talk: Talk) -> None:
    assert talk.error(409, "api/fall?case=c&kind=k") == "the study has not got far enough"


def test_our_own_mistakes_are_told_without_a_trace(talk: Talk, capfd: pytest.CaptureFixture[str]) -> None:
    told = talk.error(500, "api/buildings")
    assert "our mistake: ZeroDivisionError" in told
    assert "Traceback" not in told
    assert "somebody" not in told
    assert "Traceback" in capfd.readouterr().err


# ------------------------------------------------------------------------------------------------------ bodies


def test_a_scenario_is_given_back_and_nothing_is_written(talk: Talk, bench: FakeBench) -> None:
    changes = [{"op": "remove", "unit": HOSTILE}]
    status, _, body = talk.post("api/scenario", {"name": "mine", "changes": changes})
    assert (status, json.loads(body)) == (200, {"file": "mine.yaml", "text": HOSTILE})
    assert bench.asked[-1] == changes


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"text"', b"\xff", b"[" * 100_000, b'{"name": NaN}', b'{"name": "a"}',
     b'{"changes": []}', b'{"name": 1, "changes": []}', b'{"name": "a", "changes": {}}',
     b'{"name": "a", "changes": [1]}'],
)  # fmt: skip
def test_a_malformed_body_is_refused(talk: Talk, body: bytes) -> None:
    assert talk.error(400, "api/scenario", method="POST", body=body)


def test_a_body_of_another_type_is_refused(talk: Talk) -> None:
    """A form or plain text could be sent by any page without asking first."""
    for media in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        assert talk.error(415, "api/scenario", method="POST", body=b"{}", Content_Type=media)


def test_a_body_that_is_too_large_is_refused_before_it_is_read(talk: Talk) -> None:
    body = b" " * (MAX_BODY + 1)
    assert "larger than 1,000,000 bytes" in talk.error(413, "api/scenario", method="POST", body=body)
    assert talk.error(413, "api/scenario", method="POST", body=b"{}", Content_Length="999999999999")
    assert talk.error(400, "api/scenario", method="POST", body=body[:MAX_BODY])


def test_a_body_without_a_length_is_refused(talk: Talk) -> None:
    for length in (None, "-1", "1e3", "x", "99999999999999999999"):
        assert talk.error(411, "api/scenario", method="POST", body=b"{}", Content_Length=length)
    chunked = talk.error(411, "api/scenario", method="POST", body=b"0\r\n\r\n", Transfer_Encoding="chunked")
    assert "Content-Length" in chunked


def test_what_follows_a_get_is_not_taken_for_a_request(talk: Talk) -> None:
    hidden = b"GET /hidden HTTP/1.1\r\n\r\n"
    head = f"GET {talk.root} HTTP/1.1\r\nHost: 127.0.0.1:{talk.port}\r\nContent-Length: {len(hidden)}\r\n\r\n"
    assert talk.raw(head.encode() + hidden).count(b"HTTP/1.1 ") == 1


# ----------------------------------------------------------------------------------------------------- streams


def test_answers_come_line_by_line(talk: Talk, bench: FakeBench) -> None:
    connection, lines = talk.stream("api/whatif", {"case": "c", "changes": []})
    for k in range(3):
        assert json.loads(lines.readline()) == {"raids": k, "done": False}
        bench.step.release()
    lines.close()
    connection.close()
    bench.step.release()
    assert bench.ended.acquire(timeout=PATIENCE_S)


def test_a_wrong_what_if_has_the_status_of_an_error(talk: Talk) -> None:
    body = json.dumps({"case": "none", "changes": []}).encode()
    assert talk.error(400, "api/whatif", method="POST", body=body) == "no case 'none'"


def test_work_ends_when_the_browser_goes_away(talk: Talk, bench: FakeBench) -> None:
    connection, lines = talk.stream("api/whatif", {"case": "c", "changes": []})
    lines.readline()
    lines.close()
    connection.close()
    time.sleep(0.05)
    bench.step.release()  # one more answer, which finds nobody
    assert bench.ended.acquire(timeout=PATIENCE_S)


def test_others_are_answered_while_a_stream_goes_on(talk: Talk, bench: FakeBench) -> None:
    connection, lines = talk.stream("api/whatif", {"case": "c", "changes": []})
    assert talk.get("api/view")[0] == 200
    lines.close()
    connection.close()
    bench.step.release()
    assert bench.ended.acquire(timeout=PATIENCE_S)


def test_the_end_of_the_server_ends_the_benches() -> None:
    bench = FakeBench()
    for _ in serving(Viewer(bench)):
        pass
    assert bench.closed


# ---------------------------------------------------------------------------------------------- real workbenches


@pytest.fixture
def open_(tmp_path: Path) -> Iterator[Callable[[str], Talk]]:
    """Serves a source."""
    running: list[Iterator[Talk]] = []

    def start(source: str) -> Talk:
        running.append(serving(Viewer(Workbench(source))))
        return next(running[-1])

    yield start
    for each in running:
        next(each, None)


def test_a_newer_what_if_ends_the_one_before(open_: Callable[[str], Talk]) -> None:
    talk = open_("power-station")
    case = json.loads(talk.get("api/view")[2])["cases"][0]["name"]
    question = {"case": case, "changes": [{"op": "jamming", "on": False}]}
    first, lines = talk.stream("api/whatif", question)
    assert json.loads(lines.readline())["done"] is False
    second, newer = talk.stream("api/whatif", question)
    assert json.loads(newer.readline())["raids"] > 0
    rest = [json.loads(line) for line in lines]
    assert not any(answer["done"] for answer in rest)
    for each in (lines, first, newer, second):
        each.close()


def test_hostile_names_pass_through_the_documents_as_they_are(
    shared: Path, tmp_path: Path, open_: Callable[[str], Talk]
) -> None:
    corpus = yaml.safe_load((shared / "reference/vv/security_corpus/xss_names.yaml").read_text())
    names = [corpus["name"], *(unit["name"] for unit in corpus["units"])]
    names = [name.replace("/", "\u2215") for name in names]  # a scenario takes no slash in a name
    content = json.loads(json.dumps(SMALL))
    content["title"] = corpus["units"][0]["name"]
    content["units"] = [{**content["units"][0], "name": name} for name in names]
    path = tmp_path / "hostile.yaml"
    path.write_text(json.dumps(content))
    _, headers, body = open_(str(path)).get("api/view")
    view = json.loads(body)
    assert headers["Content-Type"] == "application/json"
    assert [unit["name"] for unit in view["units"]] == names
    assert view["title"] == corpus["units"][0]["name"]


def test_a_scenario_with_mistakes_is_told_in_the_page(tmp_path: Path, open_: Callable[[str], Talk]) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("bartizan: 1\nname: bad\nassets: []\nraids: []\n")
    talk = open_(str(path))
    assert "2 mistakes" in talk.error(400, "api/view")
    path.write_text(json.dumps(SMALL))
    assert talk.get("api/view")[0] == 200, "a mended file is read again"


def _results(folder: Path, **files: Any) -> str:
    folder.mkdir()
    for name, content in files.items():
        (folder / f"{name}.json").write_text(content if isinstance(content, str) else json.dumps(content))
    return str(folder)


@pytest.mark.parametrize(
    ("files", "told"),
    [({}, "holds no results"), ({"study": {"format": 1}}, "has not got far enough to show"),
     ({"summary": {"format": 99}}, "results of format 99; this version reads format 1"),
     ({"summary": "{"}, "is damaged"), ({"summary": "[]"}, "is damaged"),
     ({"summary": {"format": 1, "cases": []}}, "scenario, run, map, numbers, claims, findings cannot")],
)  # fmt: skip
def test_results_that_are_unfinished_foreign_or_damaged_give_a_message(
    tmp_path: Path, open_: Callable[[str], Talk], files: dict[str, Any], told: str
) -> None:
    talk = open_(_results(tmp_path / "results", **files))
    assert told in talk.error(409, "api/view")
    assert talk.get("")[0] == 200, "the page itself is there to show it"


def test_results_of_which_only_the_summary_is_left_are_shown_with_a_note(
    tmp_path: Path, open_: Callable[[str], Talk]
) -> None:
    folder = sample.write_folder(tmp_path / "results")
    talk = open_(str(folder))
    view = json.loads(talk.get("api/view")[2])
    assert [unit["name"] for unit in view["units"]] == [unit[0] for unit in sample.UNITS]
    assert "No replay" in view["notes"][0]
    assert "these results hold no coverage.npz" in view["notes"][1]
    case = view["cases"][0]["name"]
    assert "No replay" in talk.error(400, f"api/replay?case={case}&world=0&raid=0")


# ---------------------------------------------------------------------------------------------- the list, the command


def test_without_a_source_a_page_lists_what_there_is(bench: FakeBench) -> None:
    offers = {"Results": [Choice("results/<b>", HOSTILE)], "Scenario files here": []}
    opened: list[str] = []

    def open_(source: str) -> FakeBench:
        opened.append(source)
        return bench

    for talk in serving(Listing(lambda: offers, open_)):
        status, headers, body = talk.get("")
        page = body.decode()
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert "<script" not in page
        assert "&lt;/script&gt;" in page
        assert 'href="of/0/"' in page
        assert "bartizan serve moscow-2023" in page
        assert talk.get("list.css")[0] == 200
        assert talk.get("of/0/")[0] == talk.get("of/0/viewer/main.js")[0] == talk.get("of/0/api/view")[0] == 200
        assert opened == ["results/<b>"]
        assert talk.get("of/1/")[0] == talk.get("of/")[0] == talk.get("api/view")[0] == 404


@pytest.fixture
def served(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    arguments = [sys.executable, "-m", "bartizan", "serve", "power-station", "--no-browser"]
    process = subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
    )
    yield process
    process.kill()
    process.communicate()


def test_the_command_prints_an_address_and_ends_cleanly_with_ctrl_c(served: subprocess.Popen[str]) -> None:
    assert served.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:(\d+)/([\w-]{22})/$", served.stdout.readline().strip())
    assert found
    connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=PATIENCE_S)
    connection.request("GET", f"/{found[2]}/api/view")
    assert json.loads(connection.getresponse().read())["name"] == "power-station"
    connection.close()
    served.send_signal(signal.SIGINT)
    out, errors = served.communicate(timeout=120)
    assert served.returncode == 0, errors
    assert "Ended." in out
    assert "Traceback" not in errors


def test_the_command_tells_mistakes_before_it_listens(tmp_path: Path) -> None:
    for sources in (["nowhere.yaml"], ["moscow-2023:nowhere"], ["power-station", "power-station:nowhere"]):
        command = [sys.executable, "-m", "bartizan", "serve", *sources, "--no-browser"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment, cwd=tmp_path)
        assert done.returncode == 2
        assert "nowhere" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_folder_that_no_study_has_begun_is_a_mistake(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bartizan", "serve", str(tmp_path), "--no-browser"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 2
    assert "holds no results" in done.stderr
