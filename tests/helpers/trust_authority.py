"""Lets Chromium trust an authority, as `certutil -A -t C,,` does: writes it into the user's NSS database.

certutil itself is in no package registry of a programming language; the library that it calls comes with Chromium's own needs.

usage: trust_authority.py FOLDER AUTHORITY.pem
"""

import base64
import ctypes
import os
import re
import sys


class Item(ctypes.Structure):
    """SECItem"""

    _fields_ = [("type", ctypes.c_int), ("data", ctypes.c_char_p), ("len", ctypes.c_uint)]


class Trust(ctypes.Structure):
    """CERTCertTrust"""

    _fields_ = [("ssl", ctypes.c_uint), ("email", ctypes.c_uint), ("signing", ctypes.c_uint)]


def main(folder, file):
    os.makedirs(folder)
    with open(file, encoding="ascii") as pem:
        der = base64.b64decode(re.sub(r"-----.*?-----|\s", "", pem.read()))
    nss = ctypes.CDLL("libnss3.so")
    for name in ("PK11_GetInternalKeySlot", "CERT_GetDefaultCertDB", "CERT_NewTempCertificate"):
        getattr(nss, name).restype = ctypes.c_void_p

    require("NSS_Initialize", nss.NSS_Initialize(f"sql:{folder}".encode(), b"", b"", b"", 0))
    slot = ctypes.c_void_p(nss.PK11_GetInternalKeySlot())
    require("PK11_InitPin", nss.PK11_InitPin(slot, None, b""))
    database = ctypes.c_void_p(nss.CERT_GetDefaultCertDB())
    item = Item(0, der, len(der))
    certificate = ctypes.c_void_p(
        nss.CERT_NewTempCertificate(database, ctypes.byref(item), None, 0, 1)
    )
    require("PK11_ImportCert", nss.PK11_ImportCert(slot, certificate, 0, b"authority", 0))
    trust = Trust()
    require("CERT_DecodeTrustString", nss.CERT_DecodeTrustString(ctypes.byref(trust), b"C,,"))
    changed = nss.CERT_ChangeCertTrust(database, certificate, ctypes.byref(trust))
    require("CERT_ChangeCertTrust", changed)
    nss.CERT_DestroyCertificate(certificate)
    nss.PK11_FreeSlot(slot)
    require("NSS_Shutdown", nss.NSS_Shutdown())


def require(what, status):
    if status != 0:
        sys.exit(f"{what} failed")


main(*sys.argv[1:])
