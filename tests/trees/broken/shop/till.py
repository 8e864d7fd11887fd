from shop import stock
from shop.stock import take


def sell(what: str) -> str:
    stock._shelf.remove(what)
    return take(what)
