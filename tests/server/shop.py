"""A small project with one finding of several kinds, for editors to open."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """\
# The shop.

[subsystem.core]
modules = ["shop.core"]
public = ["shop.core.api"]  # nothing else
owners = ["core-team"]

[subsystem.mail]
modules = ["shop.mail"]

[subsystem.pay]
modules = ["shop.pay"]
tests = ["tests.pay"]
uses = [
    "core",  # for orders
]

[contract.sender]
interface = "shop.mail.sender:Sender"
implemented-by = ["mail"]
returned-by = ["shop.mail.sender:load"]
"""

FILES = {
    "shop/__init__.py": "",
    "shop/core/__init__.py": "",
    "shop/core/orders.py": "class Order:\n    _lines = ()\n\n\ndef close(order):\n    pass\n",
    "shop/core/api.py": "from shop.core.orders import Order\n\nVERSION = 1\n",
    "shop/mail/__init__.py": "",
    "shop/mail/sender.py": (
        "class Sender:\n"
        '    """Sends."""\n\n'
        "    def send(self, to, text, *, urgent=False):\n"
        '        """Send a text."""\n\n\n'
        "class Smtp(Sender):\n"
        "    def send(self, to, text, *, urgent=False):\n"
        "        pass\n\n\n"
        "def load() -> Sender:\n"
        "    return Smtp()\n"
    ),
    "shop/pay/__init__.py": "",
    "shop/pay/bills.py": (
        "from shop.core.orders import Order\n"
        "from shop.mail import sender\n"
        "\n"
        "\n"
        "def pay(order: Order):\n"
        "    sender.load().send('you', 'paid')\n"
        "    return Order._lines\n"
    ),
    "tests/pay/test_bills.py": "from shop.pay import bills\n",
    "bailiwick.toml": POLICY,
}


def build(root: Path, **changed: str) -> Path:
    """Write the project; `changed` gives other texts, by path with `__` for `/` and no suffix."""
    others = {f"{name.replace('__', '/')}.py": text for name, text in changed.items()}
    for name, text in {**FILES, **others}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    return root
