def take(what: str) -> str:
    return what


def _count() -> int:
    return 0
