"""What each fix makes of an import: before and after, to the letter."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

import bailiwick
import pytest

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """
[subsystem.app]
modules = ["app"]
uses = ["lib", { subsystem = "types", only = "typing" }]

[subsystem.lib]
modules = ["lib"]
public = ["lib", "lib.late", "lib.circular"]

[subsystem.types]
modules = ["types_"]
uses = []
"""
TREE = {
    "bailiwick.toml": POLICY,
    "lib/__init__.py": """
        from lib import _conf as conf
        from lib._impl import Guest as Guest, Host, LIMIT, host, make as create
        """,
    "lib/_impl.py": """
        class Guest: ...
        class Host: ...
        class Late: ...
        class Round: ...
        def make(): ...
        def other(): ...
        LIMIT = 5
        host = Host()
        """,
    "lib/_conf.py": "path = '/'\n",
    "lib/late.py": """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from lib._impl import Late
        """,
    "lib/circular.py": "import app.cli\nfrom lib._impl import Round\n",
    "types_/__init__.py": "",
    "types_/shapes.py": "class Circle: ...\nclass Square: ...\n",
    "app/__init__.py": "",
}


@dataclass(frozen=True)
class Case:
    before: str
    # What is to stand there afterwards; the same, if it is to be left alone.
    after: str = ""
    unsafe: bool = False


THROUGH_THE_PUBLIC_WAY = {
    "a name": Case("from lib._impl import Host\n", "from lib import Host\n"),
    "its alias stays": Case("from lib._impl import Host as H\n", "from lib import Host as H\n"),
    "a name that is public under another": Case(
        "from lib._impl import make\nmake()\n", "from lib import create as make\nmake()\n"
    ),
    "the alias that it is public under": Case(
        "from lib._impl import make as create\n", "from lib import create\n"
    ),
    "a re-export that says so": Case(
        "from lib._impl import Host as Host\n", "from lib import Host as Host\n"
    ),
    "a constant": Case("from lib._impl import LIMIT\n", "from lib import LIMIT\n"),
    "an instance is not its class": Case("from lib._impl import host\n", "from lib import host\n"),
    "a module": Case("from lib import _conf\n", "from lib import conf as _conf\n"),
    "a module under an alias": Case("import lib._conf as c\n", "from lib import conf as c\n"),
    "a module by its path binds the package": Case("import lib._conf\nlib._conf.path\n"),
    "all names of a statement": Case(
        "from lib._impl import Host, make as mk  # noqa\n",
        "from lib import Host, create as mk  # noqa\n",
    ),
    "in parentheses, with comments": Case(
        """\
        from lib._impl import (
            # the host
            Host,  # ours
            make,
        )
        """,
        """\
        from lib import (
            # the host
            Host,  # ours
            create as make,
        )
        """,
    ),
    "one of several": Case(
        "from lib._impl import Host, other\n",
        "from lib import Host\nfrom lib._impl import other\n",
    ),
    "the last of several": Case(
        "from lib._impl import other, Host\n",
        "from lib import Host\nfrom lib._impl import other\n",
    ),
    "in the middle of several, over lines": Case(
        "from lib._impl import other as a, \\\n    Host, \\\n    other as b\n",
        "from lib import Host\nfrom lib._impl import other as a, \\\n    other as b\n",
    ),
    "comments go with their name": Case(
        """\
        from lib._impl import (
            other,  # ours, too
            # not of the host
            Host,  # of the host
            LIMIT
        )
        """,
        """\
        from lib import Host, LIMIT  # of the host
        from lib._impl import (
            other,  # ours, too
            # not of the host
        )
        """,
    ),
    "a comment of a name that stays": Case(
        """\
        from lib._impl import (other,  # stays
                               Host)
        """,
        """\
        from lib import Host
        from lib._impl import (other,  # stays
                               )
        """,
    ),
    "what speaks to a tool speaks to both": Case(
        "from lib._impl import Host, other  # noqa: F401\n",
        "from lib import Host  # noqa: F401\nfrom lib._impl import other  # noqa: F401\n",
    ),
    "among other modules": Case(
        "import os, lib._conf as c, sys\n", "from lib import conf as c\nimport os, sys\n"
    ),
    "beside other statements": Case(
        "x = 1; from lib._impl import Host, other; y = 2\n",
        "x = 1; from lib import Host; from lib._impl import other; y = 2\n",
    ),
    "behind a colon": Case(
        "if 1: from lib._impl import Host, other\n",
        "if 1: from lib import Host; from lib._impl import other\n",
    ),
    "in a function": Case(
        "def f():\n\tfrom lib._impl import Host, other\n",
        "def f():\n\tfrom lib import Host\n\tfrom lib._impl import other\n",
    ),
    "with odd blanks": Case("from  lib._impl\timport\tHost\n", "from  lib\timport\tHost\n"),
    "behind a form feed": Case(
        "import os\n\ffrom lib._impl import Host\n", "import os\n\ffrom lib import Host\n"
    ),
    "only a type checker finds it there": Case("from lib._impl import Late\n"),
    "but that is enough for a type checker": Case(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from lib._impl import Late\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from lib.late import Late\n",
    ),
    "the public module imports this one": Case("from lib._impl import Round\n"),
    "if somebody looks at it": Case(
        "from lib._impl import Round\n", "from lib.circular import Round\n", unsafe=True
    ),
    "later that does no harm": Case(
        "def f():\n    from lib._impl import Round\n",
        "def f():\n    from lib.circular import Round\n",
    ),
}

FOR_TYPE_CHECKING_ONLY = {
    "annotations that are postponed": Case(
        """\
        from __future__ import annotations

        import os

        from types_.shapes import Circle

        def area(of: Circle) -> int: ...
        """,
        """\
        from __future__ import annotations

        import os
        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from types_.shapes import Circle

        def area(of: Circle) -> int: ...
        """,
    ),
    "annotations that are quoted": Case(
        """\
        from types_.shapes import Circle
        def area(of: "list[Circle]") -> int: ...
        """,
        """\
        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from types_.shapes import Circle

        def area(of: "list[Circle]") -> int: ...
        """,
    ),
    "annotations that are neither": Case(
        "from types_.shapes import Circle\ndef area(of: Circle) -> int: ...\n"
    ),
    "local variables": Case(
        """\
        from typing import Any
        from types_.shapes import Circle
        def f():
            x: Circle = g()
            self.y: Circle = x
        """,
        """\
        from typing import TYPE_CHECKING, Any

        if TYPE_CHECKING:
            from types_.shapes import Circle

        def f():
            x: Circle = g()
            self.y: Circle = x
        """,
    ),
    "one of several names, into the block that there is": Case(
        """\
        from __future__ import annotations
        import typing as t
        from types_.shapes import (
            Circle,
            Square as S,  # four corners
        )
        if t.TYPE_CHECKING:
            import os
            x: os.PathLike
        def f(of: S): Circle()
        """,
        """\
        from __future__ import annotations
        import typing as t
        from types_.shapes import (
            Circle,
        )
        if t.TYPE_CHECKING:
            import os
            from types_.shapes import Square as S  # four corners
            x: os.PathLike
        def f(of: S): Circle()
        """,
    ),
    "a module by its path": Case(
        """\
        from __future__ import annotations
        import types_.shapes
        def f(of: types_.shapes.Circle): ...
        """,
        """\
        from __future__ import annotations

        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            import types_.shapes

        def f(of: types_.shapes.Circle): ...
        """,
    ),
    "a cast to what is quoted": Case(
        """\
        from typing import cast
        from types_.shapes import Circle
        x = cast("Circle", y)
        """,
        """\
        from typing import TYPE_CHECKING, cast

        if TYPE_CHECKING:
            from types_.shapes import Circle

        x = cast("Circle", y)
        """,
    ),
    "what is executed": Case(
        """\
        from __future__ import annotations
        from types_.shapes import Circle
        def f(of: Circle = Circle()): ...
        """
    ),
    "what is offered to others": Case(
        """\
        from __future__ import annotations
        from types_.shapes import Circle
        __all__ = ["Circle"]
        x: Circle
        """
    ),
    "what is bound anew": Case(
        """\
        from __future__ import annotations
        from types_.shapes import Circle
        def f(Circle: int, of: Circle): ...
        """
    ),
    "what nobody uses": Case("from types_.shapes import Circle  # noqa: F401\n"),
    "what may fail": Case(
        """\
        from __future__ import annotations
        try:
            from types_.shapes import Circle
        except ImportError:
            pass
        x: Circle
        """
    ),
    "a decorator that may look": Case(
        """\
        from __future__ import annotations
        from types_.shapes import Circle
        @api.route
        def f(of: Circle): ...
        """
    ),
    "a base class that may look": Case(
        """\
        from __future__ import annotations
        from types_.shapes import Circle
        class Model(pydantic.BaseModel):
            of: Circle
        """
    ),
    "it is somebody's to say that none does": Case(
        """\
        from __future__ import annotations
        from types_.shapes import Circle
        class Model(Plain):
            of: Circle
        """,
        """\
        from __future__ import annotations

        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from types_.shapes import Circle

        class Model(Plain):
            of: Circle
        """,
        unsafe=True,
    ),
}

SEPARATELY = {
    "what is refused from what is not": Case(
        "from lib import conf, _impl, Host\n",
        "from lib import _impl\nfrom lib import conf, Host\n",
    ),
    "modules": Case("import os, lib._impl, sys as s\n", "import lib._impl\nimport os, sys as s\n"),
    "what is refused alone is left alone": Case("from lib import _impl\n"),
    "what is refused as a whole is, too": Case("from lib._impl import other, Late as L\n"),
    "names whose order decides": Case("from lib import conf as x, _impl as x\n"),
}

CASES = {
    f"{kind}: {name}": case
    for kind, cases in (
        ("through the public way", THROUGH_THE_PUBLIC_WAY),
        ("for type checking only", FOR_TYPE_CHECKING_ONLY),
        ("separately", SEPARATELY),
    )
    for name, case in cases.items()
}


@pytest.mark.parametrize("name", CASES)
def test_a_fix_changes_this_and_no_more(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    before, after = dedent(case.before), dedent(case.after or case.before)
    for path, text in (TREE | {"app/cli.py": before}).items():
        target = tmp_path / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(dedent(text).lstrip("\n").encode())

    policy = bailiwick.load_policy(tmp_path / "bailiwick.toml")
    found = [f for f in bailiwick.check(policy, cache=False).findings if f.path == "app/cli.py"]
    assert found
    settled = bailiwick.settle(policy, found, unsafe=case.unsafe)
    made = {file.path: file.after.decode() for file in settled.files}
    assert made.get("app/cli.py", before) == after
