"""Places: institutions, areas, meeting places, collection points and numbers, from lists that the town keeps."""

from hub.places.importing import PlacesImported, import_places
from hub.places.register import (
    PlaceChanged,
    PlaceRemoved,
    add,
    change,
    find,
    get,
    list_all,
    public_places,
    remove,
    to_fill,
    without_page,
)

__all__ = [
    "PlaceChanged",
    "PlaceRemoved",
    "PlacesImported",
    "add",
    "change",
    "find",
    "get",
    "import_places",
    "list_all",
    "public_places",
    "remove",
    "to_fill",
    "without_page",
]
