"""Places: institutions, areas, meeting places, collection points and numbers, from lists that the town keeps."""

from hub.places.deciding import AreasDecided, Holds, decide, holds_in
from hub.places.filling import Offer, filled_in, to_fill
from hub.places.importing import PlacesImported, import_places
from hub.places.register import (
    PlaceChanged,
    PlaceRemoved,
    add,
    change,
    find,
    get,
    list_all,
    remove,
    waits,
)
from hub.places.showing import (
    PlaceNamesConfirmed,
    Unconfirmed,
    confirm,
    may_confirm,
    public_places,
    unconfirmed,
    without_page,
)

__all__ = [
    "AreasDecided",
    "Holds",
    "Offer",
    "PlaceChanged",
    "PlaceNamesConfirmed",
    "PlaceRemoved",
    "PlacesImported",
    "Unconfirmed",
    "add",
    "change",
    "confirm",
    "decide",
    "filled_in",
    "find",
    "get",
    "holds_in",
    "import_places",
    "list_all",
    "may_confirm",
    "public_places",
    "remove",
    "to_fill",
    "unconfirmed",
    "waits",
    "without_page",
]
