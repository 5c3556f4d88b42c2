"""The playground's server and its command: what it answers, and whom."""

import contextlib
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import threading

import pytest

from tests.test_playground import FAST, trained
from tinynet import cli
from tinynet.views.playground.server import LARGEST, listen
from tinynet.views.playground.session import Session
from tinynet.views.playground.settings import Settings


@contextlib.contextmanager
def serving(*options):
    """`tinynet play` as a program of its own; gives its process and port, and ends with Ctrl-C."""
    command = [sys.executable, "-m", "tinynet", "play", "--no-browser", "--port", "0", *options]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        try:
            line = process.stdout.readline()
            yield process, int(re.search(r"http://127\.0\.0\.1:(\d+)/", line)[1])
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)


@pytest.fixture(scope="module")
def port():
    with serving() as (_, port):
        yield port


def ask(port, method, path, body=None, **headers):
    """The status, the headers and the body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    with contextlib.closing(connection):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def post(port, path, question, **headers):
    """The status and the JSON of an answer."""
    body = question if isinstance(question, bytes) else json.dumps(question).encode()
    headers = {"Content_Type": "application/json"} | headers
    status, _, found = ask(port, "POST", path, body, **headers)
    return status, json.loads(found)


def test_the_page_is_one_file_with_a_policy(port):
    status, headers, body = ask(port, "GET", "/?data=sine")
    assert status == 200 and headers["Content-Type"] == "text/html; charset=utf-8"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    page = body.decode()
    assert "default-src 'none'; connect-src 'self'" in page and "<script src" not in page
    assert re.findall(r"(?:src|href)=[\"']?(?:https?:)?//", page) == []


def test_opening_and_training_give_the_numbers_of_a_session(port):
    query = {**FAST, "data": "blobs", "beside": "brier"}
    status, opened = post(port, "/open", {"settings": query})
    assert status == 200 and opened["settings"] == Settings.from_query(query).query()
    status, found = post(port, "/train", {"id": opened["id"], "until": 6, "every": 3})
    records = trained(Session(Settings.from_query(query)), 6, every=3)
    assert status == 200 and [run["records"] for run in found["runs"]] == records
    assert opened["classes"] == ["blob 0", "blob 1", "blob 2"] and found["steps"] == 6


def test_an_address_is_forgiven_and_the_rest_of_it_named(port):
    question = {"settings": {**FAST, "foo": "1"}, "forgiving": True}
    status, opened = post(port, "/open", question)
    assert status == 200 and opened["settings"] == Settings.from_query(FAST).query()
    assert len(opened["refused"]) == 1 and "unknown setting 'foo'" in opened["refused"][0]


def test_a_live_change_goes_on_from_where_it_is(port):
    name = post(port, "/open", {"settings": FAST})[1]["id"]
    before = post(port, "/train", {"id": name, "until": 4, "every": 1})[1]
    query = {**FAST, "lr": "0.5", "batch": "15"}
    status, found = post(port, "/adjust", {"id": name, "settings": query})
    assert status == 200 and found["settings"] == Settings.from_query(query).query()
    assert (found["steps"], found["per_epoch"]) == (4, 4)
    assert found["runs"][0]["network"] == before["runs"][0]["network"]
    status, refused = post(port, "/adjust", {"id": name, "settings": {**query, "seed": "1"}})
    assert status == 400 and "only lr, batch, weight_decay" in refused["problem"]


@pytest.mark.slow
@pytest.mark.parametrize("sent", [0.5, 1.0], ids=["half a request", "a whole request"])
def test_what_a_client_asked_before_it_hung_up_is_neither_done_nor_complained_of(sent):
    with serving() as (process, port):
        opened = post(port, "/open", {"settings": {**FAST, "data": "moons"}})[1]
        body = json.dumps({"id": opened["id"], "until": 10**6, "every": 10}).encode()
        head = f"POST /train HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(body)}\r\n"
        head += "Content-Type: application/json\r\n\r\n"
        for _ in range(12):  # of the first ones, some may have begun
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.sendall(head.encode() + body[: int(sent * len(body))])
        steps = post(port, "/train", {"id": opened["id"], "until": 1, "every": 1})[1]["steps"]
        most = post(port, "/train", json.loads(body))[1]["steps"] - steps  # of one request
        assert steps <= 4 * most
        process.send_signal(signal.SIGINT)
        process.wait(10)
        assert "Traceback" not in process.stderr.read()


@pytest.mark.slow
def test_several_pages_at_once_do_not_disturb_each_other(port):
    queries = [{**FAST, "data": "moons", "seed": str(seed)} for seed in range(6)]
    results = {}

    def visit(seed):
        opened = post(port, "/open", {"settings": queries[seed]})[1]
        asked = [{"id": opened["id"], "until": n, "every": 1} for n in range(1, 31)]
        answers = [post(port, "/train", question)[1]["runs"][0]["records"] for question in asked]
        results[seed] = sum(answers, [])

    threads = [threading.Thread(target=visit, args=[seed]) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for seed, query in enumerate(queries):
        assert results[seed] == trained(Session(Settings.from_query(query)), 30)[0]


def test_two_requests_for_one_session_at_once_train_it_once(port):
    name = post(port, "/open", {"settings": FAST})[1]["id"]
    answers = []

    def go():  # until all is trained: a busy machine does less in a request
        steps = 0
        while steps < 90:
            answers.append(post(port, "/train", {"id": name, "until": 90, "every": 1})[1])
            steps = answers[-1]["steps"]

    threads = [threading.Thread(target=go) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    epochs = sorted(r["epoch"] for answer in answers for r in answer["runs"][0]["records"])
    assert epochs == [pytest.approx(step / 3) for step in range(1, 91)]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "[::1]:{port}"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_name_for_this_machine_is_refused(port, host, method):
    """A page of another name that resolves to 127.0.0.1 must not get through (DNS rebinding)."""
    headers = {"Host": host.format(port=port), "Content_Type": "application/json"}
    status, _, body = ask(port, method, "/" if method == "GET" else "/open", b"{}", **headers)
    assert status == 421 and "this server is" in json.loads(body)["problem"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_another_page_may_not_ask(port, origin):
    status, found = post(port, "/open", {"settings": {}}, Origin=origin)
    assert (status, found) == (403, {"problem": "only the page of this server may ask it"})


def test_the_own_page_may_ask_by_both_of_its_names(port):
    for name in ("127.0.0.1", "localhost"):
        headers = {"Host": f"{name}:{port}", "Origin": f"http://{name}:{port}"}
        assert post(port, "/open", {"settings": FAST}, **headers)[0] == 200


@pytest.mark.parametrize(
    ("path", "question", "status", "said"),
    [
        ("/open", b"{", 400, "Expecting"),
        ("/open", b"[" * 9000, 400, ""),
        ("/open", b"[]", 400, "must be a JSON object"),
        ("/open", b"\xff\xfe", 400, ""),
        ("/open", b" " * (LARGEST + 1), 400, f"at most {LARGEST} bytes"),
        ("/open", {}, 400, "needs settings"),
        ("/open", {"settings": ["data"]}, 400, "needs settings"),
        ("/open", {"settings": {"data": "moon"}}, 400, "did you mean 'moons'"),
        ("/open", {"settings": {"rows": 100}}, 400, "must be a text"),
        ("/train", {"id": "none", "until": 1, "every": 1}, 404, "press Reset"),
        ("/train", {"id": 1, "until": 1, "every": 1}, 400, "needs id"),
        ("/train", {"id": "none", "until": "1", "every": 1}, 400, "needs until"),
        ("/train", {"id": "none", "until": 1}, 400, "needs every"),
    ],
)
def test_a_question_that_makes_no_sense_gets_one_sentence(port, path, question, status, said):
    found, answer = post(port, path, question)
    assert (found, list(answer)) == (status, ["problem"])
    assert said in answer["problem"] and "\n" not in answer["problem"]


def test_a_form_of_another_page_is_not_json(port):
    status, found = post(port, "/open", b"{}", Content_Type="text/plain")
    assert status == 400 and "application/json" in found["problem"]


@pytest.mark.parametrize("path", ["/../../etc/passwd", "/play.js", "/static/", "//etc/passwd"])
def test_there_is_nothing_but_the_page(port, path):
    assert ask(port, "GET", path)[0] == 404


def test_it_listens_on_this_machine_only():
    with listen(0) as found:
        assert found.getsockname()[0] == "127.0.0.1"


# --- the command ----------------------------------------------------------------------------


@pytest.mark.slow
def test_ctrl_c_ends_it_without_a_traceback():
    with serving() as (process, port):
        post(port, "/open", {"settings": {}})
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=10)
    assert (process.returncode, *said) == (0, "", "")


def test_a_port_in_use_is_told_in_one_sentence(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.main(["play", "--no-browser", "--port", str(port)]) == 1
    message = capsys.readouterr().err
    assert f"cannot listen on 127.0.0.1:{port}" in message and "--port 0" in message
    assert message.count("\n") == 1


@pytest.mark.parametrize("port", ["x", "-1", "65536"])
def test_a_port_that_is_none_is_refused(port, capsys):
    assert cli.main(["play", "--port", port]) == 2
    assert "from 0 to 65535" in capsys.readouterr().err


def test_without_the_extra_the_install_line_is_given(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert cli.main(["play"]) == 2
    assert 'python -m pip install ".[play]"' in capsys.readouterr().err


def test_the_other_commands_do_not_need_the_extra():
    code = (
        "import sys, tinynet.cli; sys.exit('starlette' in sys.modules or 'uvicorn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
