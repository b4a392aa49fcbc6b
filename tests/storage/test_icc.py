from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from snowdrop.storage import icc


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_srgb_by_any_name_is_like_srgb(material):
    assert icc.is_like_srgb(srgb())
    assert icc.is_like_srgb(Image.open(material / "webp" / "denali.webp").info["icc_profile"])


def test_a_wide_colour_space_is_not(wide_profile):
    assert not icc.is_like_srgb(wide_profile)


def test_srgb_with_another_curve_is_not():
    straight = srgb().replace(b"para\0\0\0\0\0\3\0\0\0\2\x66\x66", b"para\0\0\0\0\0\0\0\0\0\1\0\0")

    assert straight != srgb()
    assert not icc.is_like_srgb(straight)


@pytest.mark.parametrize("broken", [b"", b"not a profile", bytes(200), srgb()[:140]])
def test_a_broken_profile_is_passed_over(broken):
    assert icc.is_like_srgb(broken)


@given(st.binary(max_size=300))
def test_no_profile_however_broken_fails(noise):
    head = srgb()[:128]

    assert icc.is_like_srgb(head + noise) in (True, False)
