"""Pure Vietnamese text functions: no Rasa, no database, no clock of their own.

`fold`, `nfc` and `normalize` are re-exported, because nearly everybody needs them.
"""

from onestop.text.diacritics import fold, has_diacritics, nfc
from onestop.text.normalization import NormalizedText, normalize

__all__ = ["NormalizedText", "fold", "has_diacritics", "nfc", "normalize"]
