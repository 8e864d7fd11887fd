"""The sieve proposes too much or enough, never too little: whole parsing is the oracle."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import bailiwick
import pytest

from tests.rules.tree_grammar import tree

if TYPE_CHECKING:
    from bailiwick import Finding


@pytest.mark.parametrize("seed", range(60))
def test_sieved_and_exhaustive_runs_agree_to_the_letter_on_generated_trees(seed: int) -> None:
    files = tree(Random(seed).choice)
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())

        whole = judged(folder, exhaustive=True)
        # The grammar knows more of Python than libcst; what that cannot parse is no question here.
        if any(finding.code == "BW901" for finding in whole):
            return
        assert judged(folder, exhaustive=False) == whole


@pytest.mark.parametrize(
    "text",
    [
        "import os\n\fimport  os, app.disk._inner\nfrom app.disk import _inner\n",
        "import importlib\nimportlib.import_module('app.disk.host')._uri\n",
        "importutils.import_object('app.disk.host.Host')._conn\n",
        "from app . disk . host import _uri\n",
        "from app.disk .host \\\n  import _uri as uri\n",
        "from .. disk . host import _uri\n",
        "from ..disk import important\nfrom ..disk import imports, _inner\n",
        "import importlib\nhost = importlib.import_module('app.disk.host')\nhost._uri\n",
        "def work():\n    host = __import__('app.disk.host').disk.host\n    return host._uri\n",
        "from app.disk.host import Host\ntry:\n    pass\nexcept Host as host:\n    host._conn\n",
        "from app.disk.drive import Drive\nDrive._conn\n",
        "from app.core.base import Base\nclass Job(Base):\n    def work(self):\n"
        "        x = self.kept\n        return x._conn\n",
        "from typing import Union\nfrom app.disk.host import Host\n"
        "class Job:\n    kept: Union[\n        dict[str, list[int]], Host\n    ]\n"
        "    def work(self):\n"
        "        return self.kept._conn\n",
        "from app.disk.host import Host\ndef work(host: Host):\n    def inner():\n"
        "        pass\n    return host._conn\n",
        "from app.disk.host import Host\ndef work():\n    one, two = (\n        1,\n"
        "        Host,\n    )\n    return two._conn\n",
        "from app.core.kept import HOST\ndef work():\n    host = HOST\n    return host._conn\n",
        "from app.core import kept\nkept.HOST._conn, kept.Holder.host._conn\n",
        "from app.core.kept import Alias\ndef work(host: Alias):\n    return host._conn\n",
        "from app.core import kept\ndef work():\n    host = kept.Alias()\n"
        "    return host._conn, kept.Holder().host._conn\n",
        "import app.core.kept\nimport app.disk.host\nclass Job:\n    def begin(self):\n"
        "        self.host = app.disk.host.Host()\n    def work(self):\n"
        "        return self.host._conn\n",
        "from app.disk.host import Host\nclass Job(Host):\n    pass\nJob._conn = 1\n",
        "from app.disk.drive import User\nclass Job(User):\n    def work(self):\n"
        "        return self.host._conn\n",
        "from app.disk.host import Host\nHost. _conn, Host \\\n . _conn, (Host.\n  _conn)\n",
        "from app.disk.host import Host\ndef work():\n    x = Host\n    return (x.\n  _conn)\n",
        "from app.disk.host import Host\ndef work():\n    x = Host()\n    return (x\n  ._conn)\n",
        "from app.disk.host import Host\ndef work():\n    cls = Host\n    return cls._conn\n",
        "from app.disk.host import Host\nclass \\\n  Job:\n\tasync  def work(self, host: Host):\n"
        "\t\treturn host._conn\n",
        "from app.disk.host import Host\nclass Job:\n    def begin(self):\n"
        "        self.maker = Host\n    def work(self):\n        made = self.maker()\n"
        "        return made._conn, self.maker()._conn, (self.\n            maker._conn)\n",
        "import app.disk.host\nHost = app.disk.host.Host\nclass Job:\n    def begin(self):\n"
        "        self.host = Host()\n    def work(self):\n        # As said.\n"
        "        self.host._conn = 1\n",
        "import app.disk.host\ndef work():\n    return app.disk.host.\\\n        Host._conn\n",
        "import app.disk\ndef work():\n    host = app.disk.host.Host()\n    return host._conn\n",
        "from app.disk.host import Host\nclass Job:\n    Kind = Host\n    Same = Kind\n"
        "    conn = Same._conn\n    def work(self, conn=Kind._conn):\n"
        "        return Job.Kind()._conn\n",
        "from unittest import mock\nfrom app.disk import host\nclass Job:\n    Kind = host.Host\n"
        "    @mock.patch.object(Kind, '_conn', new=1)\n    @mock.patch.object(\n"
        "        Kind, '_conn', new='x')\n    def work(self):\n        pass\n",
        "from app.disk.host import Host\ndef work(kind):\n    made = (None if kind else\n"
        "            Host)\n    host = made()\n    return host._conn\n",
        "from unittest import mock\ndef work():\n    name = ('app.disk.host.Host._conn')\n"
        "    patch = mock.patch(name)\n",
        "from unittest import mock\nfrom app.disk.host import Host\nclass Job:\n    if Host:\n"
        "        Kind = Host\n    @mock.patch.object(Kind, '_conn')\n    def work(self):\n"
        "        pass\n",
        # A name that an import binds, and the function that uses it, too, sooner or later.
        "from app.disk import host\ndef work(kind):\n    host = kind()\n    host._uri\n"
        "def other(kind):\n    host._uri\n    host = kind()\n",
        "from app.disk import host\ndef work(kind):\n    if kind:\n        host = kind()\n"
        "    host._uri\nhost._uri\n",
        "from app.disk import host\ndef work(kind):\n    host = host._uri\n    kind(\n"
        "    host = 1)\n    host._uri\n",
        "from app.disk import host\ndef work(kind):\n    host = kind()\n"
        "    from app.disk import host\n    host._uri\n",
        "from app.disk import host\ndef work(kind):\n    host = kind()\nhost._uri\n",
        "from app.disk import host\ndef work(kind):\n    host = kind()\n    def inner():\n"
        "        return host._uri\nclass Job:\n    host = 1\n    uri = host\nhost._uri\n",
        "from app.disk import host\ndef work(kind):\n    global host\n    host = kind()\n"
        "    host._uri\nhost._uri\n",
        "from app.disk import host\ndef work(kind):\n    host = kind()\n"
        "    with host.Host() as host:\n        host._conn\n    host = host\nhost._uri\n",
        "from unittest import mock\nfrom app.disk import host\ndef work(kind):\n"
        "    host = kind()\n    mock.patch.object(host, '_uri')\ndef other():\n"
        "    mock.patch.object(host, '_uri')\n",
        "def work(kind):\n    '''That is\n    host = 1'''\n    from app.disk import host\n"
        "    host._uri\n",
        # A question for a class, whatever stands beside it.
        "from app.disk import host\ndef work(x, y):\n    isinstance(x, tuple(y)) or host._uri\n"
        "    map(isinstance, (x), [host.Host._conn])\n",
    ],
)
def test_sieved_and_exhaustive_runs_agree_to_the_letter(text: str, tmp_path: Path) -> None:
    files = {
        "bailiwick.toml": '[subsystem.disk]\nmodules = ["app.disk"]\n[subsystem.core]\n'
        'modules = ["app.core"]\n',
        "app/disk/_inner.py": "",
        "app/disk/host.py": "_uri = 1\nclass Host:\n    _conn = 1\n",
        "app/disk/drive.py": "from functools import total_ordering\n"
        "from app.disk.host import Host\n@total_ordering\nclass Drive(Host):\n    pass\n"
        "class User:\n    def __init__(self):\n        self.host = Host()\n",
        "app/core/base.py": "from app.disk.host import Host\nclass Base:\n    kept: Host\n",
        "app/core/kept.py": "from app.disk import host\nHOST: object = host.Host()\n"
        "Alias = host.Host\nclass Holder:\n    host = Alias()\n",
        "app/core/api.py": text,
    }
    for path, words in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(words)
    whole = judged(str(tmp_path), exhaustive=True)
    found = [f for f in whole if f.path == "app/core/api.py"]
    assert found
    spanned = [f.excerpt[f.span.column - 1 : f.span.end_column - 1] for f in found]
    names = {name.rpartition(".")[2].strip("'()") for name in spanned}
    assert names <= {"_inner", "_uri", "_conn", "name"}
    assert judged(str(tmp_path), exhaustive=False) == whole


def judged(folder: str, *, exhaustive: bool) -> tuple[Finding, ...]:
    policy = bailiwick.load_policy(Path(folder, "bailiwick.toml"))
    return bailiwick.check(policy, cache=False, exhaustive=exhaustive).findings
