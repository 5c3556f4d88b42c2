"""The lab: one file that holds Python, opened in a browser without a network."""

import functools
import gzip
import http.server
import io
import re
import subprocess
import sys
import tarfile
import threading
import zipfile

import pytest

from tests.browser import watched
from tests.lab import STARTS, at_work, lab_file, pyodide
from tinynet.classroom.lab import packing
from tinynet.classroom.lab.desk import answered, playing
from tinynet.classroom.lab.page import Lab, lab
from tinynet.classroom.lab.pyodide import VERSION, collected, pinned

NAME, DIGEST = next(iter(pinned("runtime").items()))


# --- where Pyodide comes from ---------------------------------------------------------------


@pytest.fixture(scope="module")
def runtime():
    return collected(["runtime"], pyodide(), progress=False)


def as_folder(files, path):
    (path / "deep").mkdir(parents=True)
    for name, content in files.items():
        (path / "deep" / name).write_bytes(content)
    return str(path)


def as_zip(files, path):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"pyodide/{name}", content)
    return str(path)


def as_tar(files, path):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"pyodide/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return str(path)


@pytest.mark.slow
@pytest.mark.parametrize("packed", [as_folder, as_zip, as_tar])
def test_pyodide_comes_from_a_folder_or_an_archive(packed, runtime, tmp_path):
    place = packed(runtime, tmp_path / "there")
    assert collected(["runtime"], place, progress=False) == runtime


@pytest.mark.parametrize("packed", [as_folder, as_zip, as_tar])
def test_a_file_that_is_not_the_pinned_one_is_refused(packed, tmp_path):
    place = packed({NAME: b"something else"}, tmp_path / "there")
    with pytest.raises(
        ValueError, match=rf"{NAME} .* is not the file .* \(14 bytes\), not {DIGEST[:16]}"
    ):
        collected(["runtime"], place, progress=False)


@pytest.mark.parametrize("packed", [as_folder, as_zip, as_tar])
def test_a_file_that_is_missing_is_named(packed, tmp_path):
    place = packed({"README": b""}, tmp_path / "there")
    with pytest.raises(ValueError, match=f"has no {NAME}: it must hold Pyodide {VERSION}"):
        collected(["runtime"], place, progress=False)


def test_a_place_that_is_none_is_told(tmp_path):
    with pytest.raises(ValueError, match="is no folder, archive or http address"):
        collected(["runtime"], str(tmp_path / "nowhere"), progress=False)


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A server that stands in for Pyodide's address: `answers` holds what it gives, by name."""
    monkeypatch.setenv("TINYNET_STATE", str(tmp_path / "state"))

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            content, length = answers.get(self.path.rpartition("/")[2], (b"", None))
            self.send_response(200 if length is not None else 404)
            self.send_header("Content-Length", str(length or 0))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments):
            pass

    answers, asked = {}, []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/full/", answers, asked
        running.shutdown()


@pytest.mark.slow
def test_an_address_is_asked_once_and_again_for_what_was_damaged(server, runtime, tmp_path):
    address, answers, asked = server
    answers |= {name: (content, len(content)) for name, content in runtime.items()}
    for _ in range(2):
        assert collected(["runtime"], address, progress=False) == runtime
    assert asked == [f"/full/{name}" for name in pinned("runtime")]
    (tmp_path / "state" / f"pyodide-{VERSION}" / NAME).write_bytes(b"damaged")
    assert collected(["runtime"], address, progress=False) == runtime
    assert asked[len(pinned("runtime")) :] == [f"/full/{NAME}"]


@pytest.mark.parametrize(
    ("answer", "kind", "told"),
    [
        ((b"corrupted", 9), ValueError, r"is not the file .* \(9 bytes\)"),
        ((b"cut", 1000), ValueError, r"is not the file .* \(3 bytes\)"),
        ((b"", None), OSError, "cannot fetch .*404.*name the folder with --pyodide"),
    ],
)
def test_a_wrong_answer_is_refused_and_not_kept(server, answer, kind, told):
    address, answers, asked = server
    answers[NAME] = answer
    for _ in range(2):
        with pytest.raises(kind, match=told):
            collected(["runtime"], address, progress=False)
    assert len(asked) == 2


def test_no_answer_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("TINYNET_STATE", str(tmp_path))
    with pytest.raises(OSError, match="cannot fetch http://127.0.0.1:1/pyodide.js"):
        collected(["runtime"], "http://127.0.0.1:1/", progress=False)


# --- what a lab holds -----------------------------------------------------------------------


def test_tinynet_is_packed_with_data_and_course_and_always_the_same():
    content = packing.tinynet()
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert {"tinynet/bundled/iris.csv", "tinynet/tutorials/glossary.md"} <= {*names}
    assert {"tinynet/views/web/playground/play.js", "tinynet/classroom/lab/desk/playing.py"} <= {
        *names
    }
    assert not [name for name in names if "__pycache__" in name or "assignments" in name]
    assert not [name for name in names if "codemirror" in name]  # that is the page's
    assert content == packing.tinynet()


SMALL = Lab({"play": {"html": "<b>"}}, {"tinynet.zip": b"PK", "worker.js": b"alert(1)"})


def test_one_file_names_every_script_that_may_run():
    html = SMALL.one_file()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)', html)[1]
    assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")
    assert "default-src 'none'" in policy and "connect-src 'none'" in policy
    assert html.count("sha256-") >= html.count("<script>") > 5


def test_a_site_names_its_files_by_what_they_hold():
    files = SMALL.site()
    other = Lab(SMALL.faces, {**SMALL.contents, "worker.js": b"alert(2)"}).site()
    (script,) = (name for name in files if name.endswith("worker.js"))
    assert gzip.decompress(files[script]) == b"alert(1)"
    assert script not in other and len({*files} & {*other}) == 2
    assert script in files["index.html"].decode()


@pytest.mark.slow
def test_the_licences_of_all_that_it_holds_are_in_it(runtime):
    wheels = {name: content for name, content in runtime.items() if name.endswith(".whl")}
    told = packing.licences(wheels)
    for name in ("cpython", "pyodide", "numpy", "tqdm"):
        assert f"==== {name} ====" in told
    assert "Mozilla Public License" in told and "PYTHON SOFTWARE FOUNDATION LICENSE" in told


# --- what Python answers --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "payload", "told"),
    [
        ("play/open", '{"settings": {"rows": "-1"}}', "rows must be"),
        ("play/train", '{"id": "x", "until": 1, "every": 1}', "this session has expired"),
        ("play/open", "{}", "a request needs settings"),
    ],
)
def test_a_problem_is_a_sentence(name, payload, told):
    assert f'{{"problem": "{told}' in answered(name, payload)


def test_memory_that_runs_out_is_a_sentence(monkeypatch):
    def asks_too_much(payload):
        raise MemoryError("Unable to allocate 1. TiB")

    monkeypatch.setitem(playing.QUESTIONS, "play/much", asks_too_much)
    assert "this takes more memory than there is. Unable to allocate" in answered("play/much", "{}")


def test_a_fault_of_tinynet_is_told_as_one(monkeypatch, capsys):
    monkeypatch.setitem(playing.QUESTIONS, "play/fault", lambda payload: payload["x"] + 1)
    assert "this is a fault of tinynet: TypeError" in answered("play/fault", '{"x": ""}')
    assert "Traceback" in capsys.readouterr().err


def test_what_nobody_looks_at_is_not_imported():
    code = """
import sys
from tinynet.classroom.lab.desk import answered
print(answered("play/open", '{"settings": {}, "forgiving": true}')[:10])
print(*sorted(name for name in sys.modules if name.startswith("tinynet.classroom.")))
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    answer, imported = found.stdout.splitlines()
    assert answer == '{"answer":' and "tinynet.classroom.lab.desk.playing" in imported
    assert "tinynet.classroom.course" not in imported
    assert "tinynet.classroom.gradebook" not in imported


# --- in a browser ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return lab_file(tmp_path_factory.mktemp("lab"), {"play": playing.face()})


@pytest.mark.slow
def test_the_file_is_small_enough_to_mail(path):
    assert path.stat().st_size < 16e6


@pytest.mark.slow
def test_moons_are_learned_from_a_double_click(browser, path):
    with at_work(browser, path, "#play?data=moons&optimizer=adam&lr=0.05&hidden=16,16") as page:
        frame = page.frame_locator("iframe")
        frame.get_by_role("button", name="Play", exact=True).click()
        learned = re.compile(r"Accuracy (9[789]|100)")
        frame.locator(".score").filter(has_text=learned).first.wait_for()
        frame.get_by_label("Learning rate").fill("0.01")
        frame.get_by_label("Learning rate").press("Enter")
        page.wait_for_url("**lr=0.01**")


@pytest.mark.slow
def test_a_site_starts_from_a_server_and_asks_nobody_else(browser, tmp_path):
    files = lab({"play": playing.face()}, pyodide(), progress=False).site()
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path)
    complaints, requests = [], []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{running.server_port}/"
        with browser.new_context() as context:
            page = watched(context.new_page(), complaints, requests)
            page.goto(address)
            page.get_by_text("Python is ready").wait_for(timeout=STARTS)
        running.shutdown()
    assert complaints == []
    assert sorted(request for request in requests if request.startswith("http")) == sorted(
        [address, *(address + name for name in files if name != "index.html")]
    )
