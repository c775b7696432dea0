"""Personal values sealed under one key per person: destroying the key erases her, and replay goes on."""

from shared.sealed import Erased, Sealed
from shared.sealing.keystore import ErasureUnfinished, KeyStore
from shared.sealing.sealer import PurposeUnknown, Sealer
from shared.sealing.wrapping import SealBroken

__all__ = ["Erased", "ErasureUnfinished", "KeyStore", "PurposeUnknown", "SealBroken", "Sealed", "Sealer"]
