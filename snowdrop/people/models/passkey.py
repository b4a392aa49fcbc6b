"""Passkeys: what a device keeps so that its screen lock lets somebody in."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from snowdrop.people.models.person import Person


class Passkey(models.Model):
    """The public half of a key pair. The other half never leaves the device or the keychain that holds it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.CharField(max_length=1_400, unique=True, editable=False)  # base64url of up to 1023 bytes
    attested = models.BinaryField()  # AAGUID, credential id and COSE key, as the authenticator made them
    sign_count = models.PositiveBigIntegerField(default=0)
    backed_up = models.BooleanField(default=False)  # a keychain has it on other devices too
    label = models.CharField(_("What you call it"), max_length=80, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    last_used_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"passkey {self.pk}"

    @property
    def called(self) -> str:
        return self.label or str(_("A passkey"))
