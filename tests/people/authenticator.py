"""A device with a screen lock, in software: it keeps passkeys and signs with them, or answers wrongly if told to."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

HOME = "http://testserver"
COME_IN = "/come-in/passkey/"
ADD = "/you/passkeys/add/"
FLAG = AuthenticatorData.FLAG


@dataclass
class Device:
    """Knows one passkey. `count` is what its signature counter says next."""

    verifies: bool = True
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: str = ""

    def _flags(self, *more: FLAG) -> FLAG:
        flags = FLAG.UP | (FLAG.UV if self.verifies else FLAG(0))
        for flag in more:
            flags |= flag
        return flags

    def keeps(self, asked: dict[str, Any], origin: str = HOME, **client: Any) -> str:
        """Answer what `create` asks; returns what the page posts as `credential`."""
        asked = asked["publicKey"]
        self.handle = asked["user"]["id"]
        attested = AttestedCredentialData.create(
            Aaguid(bytes(16)), self.id, ES256.from_cryptography_key(self.key.public_key())
        )
        data = AuthenticatorData.create(
            sha256(asked["rp"]["id"].encode()).digest(), self._flags(FLAG.AT), self.count, attested
        )
        response = {
            "clientDataJSON": self._client("webauthn.create", asked, origin, **client),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        }
        return self._credential(response)

    def signs(self, asked: dict[str, Any], origin: str = HOME, **client: Any) -> str:
        """Answer what `get` asks."""
        asked = asked["publicKey"]
        data = AuthenticatorData.create(sha256(asked["rpId"].encode()).digest(), self._flags(), self.count)
        said = self._client("webauthn.get", asked, origin, **client)
        signature = self.key.sign(data + sha256(websafe_decode(said)).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": said,
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": self.handle,
        }
        return self._credential(response)

    def _client(self, type: str, asked: dict[str, Any], origin: str, **more: Any) -> str:
        said = {"type": type, "challenge": asked["challenge"], "origin": origin, "crossOrigin": False, **more}
        return websafe_encode(json.dumps(said).encode())

    def _credential(self, response: dict[str, str]) -> str:
        id = websafe_encode(self.id)
        return json.dumps(
            {"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {}}
        )


def asks(client: Client, path: str, **said: Any) -> Any:
    return client.post(path, said, headers={"Accept": "application/json"})


def keeps(client: Client, device: Device, **how: Any) -> Any:
    """Keep a passkey of whoever is signed in with this browser."""
    return asks(client, ADD, credential=device.keeps(asks(client, ADD).json(), **how))


def comes_in(client: Client, device: Device, **how: Any) -> Any:
    return asks(client, COME_IN, credential=device.signs(asks(client, COME_IN).json(), **how), next="/you/")
