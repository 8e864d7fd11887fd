from shop.stock import take


def sell(what: str) -> str:
    return take(what)
