from shop.stock import (
    _shelf,
)
