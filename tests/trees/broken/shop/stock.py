from shop.till import sell

_shelf = ["tea"]


def take(what: str) -> str:
    return what
