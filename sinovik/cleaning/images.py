"""Pictures: the size is read before a pixel is unpacked, then they are drawn anew."""

import io
from typing import IO, Any

from PIL import Image, ImageCms, ImageOps

from sinovik.cleaning.faults import Fault, Unclean

MAX_PIXELS = 40_000_000
FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "tiff": "TIFF"}
SAVED: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 88, "optimize": True},
    "PNG": {},
    "WEBP": {"quality": 90},
    "TIFF": {"compression": "tiff_lzw"},
}
JPEG_MODES = {"L", "RGB"}
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def check_image(source: IO[bytes], kind: str) -> None:
    """Read the header only; raise Unclean where it is damaged or promises too many pixels."""
    _opened(source, kind).close()


def clean_image(source: IO[bytes], target: IO[bytes], kind: str) -> None:
    """Draw the first picture upright into a file without anything but pixels."""
    image = _opened(source, kind)
    try:
        image.load()
        pixels = _in_srgb(ImageOps.exif_transpose(image))
        if kind == "jpeg" and pixels.mode not in JPEG_MODES:
            pixels = pixels.convert("RGB")
        # A copy of the pixels carries no chunk, comment or profile along.
        bare = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
        if pixels.mode == "P" and (palette := pixels.getpalette("RGB")):
            bare.putpalette(palette, "RGB")
            if "transparency" in pixels.info:
                bare.info["transparency"] = pixels.info["transparency"]
        bare.save(target, FORMATS[kind], **SAVED[FORMATS[kind]])
    except MemoryError:
        raise
    except Exception as error:
        raise Unclean(Fault.DAMAGED) from error


def _opened(source: IO[bytes], kind: str) -> Image.Image:
    try:
        image = Image.open(source, formats=[FORMATS[kind]])
    except BOMBS as error:
        raise Unclean(Fault.TOO_MANY_PIXELS) from error
    except MemoryError:
        raise
    # Pillow's readers raise whatever a hostile header makes them stumble over.
    except Exception as error:
        raise Unclean(Fault.DAMAGED) from error
    width, height = image.size
    if width * height > MAX_PIXELS:
        image.close()
        raise Unclean(Fault.TOO_MANY_PIXELS)
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """Apply the colour profile, because it will not be kept."""
    profile: Any = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK"}:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGB" if image.mode == "CMYK" else image.mode
        converted = ImageCms.profileToProfile(
            image, source, ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image
