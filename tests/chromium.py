"""Where Chromium is and how it is started."""

import os
import shutil

# The shell is the same browser without windows; it needs a seventh less time.
CHROMIUM = (
    shutil.which("chromium-headless-shell") or shutil.which("chromium") or "/usr/bin/chromium"
)
HAS_CHROMIUM = os.access(CHROMIUM, os.X_OK)
REQUIRED = os.environ.get("SINOVIK_REQUIRE_BROWSER") == "1"
ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
