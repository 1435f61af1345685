"""The gazetteer: which place a name means, then and now.

places.tsv and countries.tsv are made from GeoNames by `build.py`, and are not edited; names.toml is
kept by hand: former names with the time in which they were right, and other spellings. GeoNames is
under CC BY 4.0 (LICENSE.md). What acts, and so can be an actor, is in ../rules/places.toml: this
package is asked where, never who.
"""

from .table import FILES, Gazetteer, NamesFile, Place, PlaceKind, default

__all__ = ["FILES", "Gazetteer", "NamesFile", "Place", "PlaceKind", "default"]
