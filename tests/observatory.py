"""MDN HTTP Observatory's score of a site, by its published rules (mdn-http-observatory, 2026-09).

Each test gives one of Observatory's own result names; the names carry the points. Scripts are
counted as it counts them: the same origin is neither a plus nor a minus.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

POINTS = {
    "csp-implemented-with-no-unsafe-default-src-none": 10,
    "csp-implemented-with-no-unsafe": 5,
    "csp-implemented-with-unsafe-inline-in-style-src-only": 0,
    "csp-implemented-with-insecure-scheme-in-passive-content-only": -10,
    "csp-implemented-with-unsafe-eval": -10,
    "csp-implemented-with-unsafe-inline": -20,
    "csp-implemented-with-insecure-scheme": -20,
    "csp-not-implemented": -25,
    "cookies-secure-with-httponly-sessions-and-samesite": 5,
    "cookies-secure-with-httponly-sessions": 0,
    "cookies-not-found": 0,
    "cookies-anticsrf-without-samesite-flag": -20,
    "cookies-session-without-httponly-flag": -30,
    "cookies-session-without-secure-flag": -40,
    "cross-origin-resource-sharing-not-implemented": 0,
    "cross-origin-resource-sharing-implemented-with-public-access": 0,
    "cross-origin-resource-sharing-implemented-with-universal-access": -50,
    "redirection-to-https": 0,
    "redirection-off-host-from-http": -5,
    "redirection-missing": -20,
    "referrer-policy-private": 5,
    "referrer-policy-not-implemented": 0,
    "referrer-policy-unsafe": -5,
    "hsts-implemented-max-age-at-least-six-months": 0,
    "hsts-implemented-max-age-less-than-six-months": -10,
    "hsts-not-implemented": -20,
    "sri-not-implemented-but-all-scripts-loaded-from-secure-origin": 0,
    "sri-not-implemented-but-external-scripts-loaded-securely": -5,
    "sri-not-implemented-and-external-scripts-not-loaded-securely": -50,
    "x-content-type-options-nosniff": 0,
    "x-content-type-options-not-implemented": -5,
    "x-frame-options-implemented-via-csp": 5,
    "x-frame-options-sameorigin-or-deny": 0,
    "x-frame-options-not-implemented": -20,
    "cross-origin-resource-policy-implemented-with-same-origin": 10,
    "cross-origin-resource-policy-implemented-with-cross-origin": 0,
    "cross-origin-resource-policy-not-implemented": 0,
}
GRADES = (
    (100, "A+"), (90, "A"), (85, "A-"), (80, "B+"), (70, "B"), (65, "B-"), (60, "C+"),
    (50, "C"), (45, "C-"), (40, "D+"), (30, "D"), (25, "D-"), (0, "F"),
)  # fmt: skip
BROAD = {
    "ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"
}  # fmt: skip
UNSAFE = BROAD | {"'unsafe-inline'", "data:"}
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
SCRIPT = re.compile(r"<script[^>]*\bsrc=\"([^\"]+)\"")


@dataclass(frozen=True)
class Seen:
    """What a scan sees: the page over HTTPS, its cookies, and where plain HTTP leads."""

    host: str
    headers: Mapping[str, str]
    cookies: SimpleCookie = field(default_factory=SimpleCookie)
    html: str = ""
    http_leads_to: str = ""


def results(seen: Seen) -> list[str]:
    """Observatory's name of what each of its tests finds."""
    policy = directives(seen.headers.get("Content-Security-Policy", ""))
    return [
        _csp(policy),
        _cookies(seen.cookies),
        _cors(seen.headers),
        _redirection(seen),
        _referrer(seen.headers),
        _hsts(seen.headers),
        _scripts(seen),
        _sniffing(seen.headers),
        _framing(seen.headers, policy),
        _resources(seen.headers),
    ]


def grade(seen: Seen) -> tuple[int, str]:
    """Points and mark; what is extra counts from 90 upwards alone."""
    points = [POINTS[result] for result in results(seen)]
    score = 100 + sum(point for point in points if point < 0)
    if score >= 90:
        score += sum(point for point in points if point > 0)
    score = max(score, 0)
    return score, next(mark for least, mark in GRADES if score >= least)


def directives(policy: str) -> dict[str, set[str]]:
    """A policy's sources by directive."""
    parts = [part.split() for part in policy.split(";") if part.strip()]
    return {name.lower(): set(sources) for name, *sources in parts}


def _csp(policy: dict[str, set[str]]) -> str:
    if not policy:
        return "csp-not-implemented"
    default = policy.get("default-src", {"*"})
    script, style = policy.get("script-src", default), policy.get("style-src", default)
    passive = policy.get("img-src", default) | policy.get("media-src", default)
    active = set().union(*(v for k, v in policy.items() if k not in ("img-src", "media-src")))
    if script & UNSAFE or policy.get("object-src", default) & BROAD:
        return "csp-implemented-with-unsafe-inline"
    if any(source.startswith(("http:", "ftp:")) for source in active):
        return "csp-implemented-with-insecure-scheme"
    if "'unsafe-eval'" in script | style:
        return "csp-implemented-with-unsafe-eval"
    if any(source.startswith(("http:", "ftp:")) for source in passive):
        return "csp-implemented-with-insecure-scheme-in-passive-content-only"
    if style & UNSAFE:
        return "csp-implemented-with-unsafe-inline-in-style-src-only"
    is_closed = policy.get("default-src") == {"'none'"}
    return "csp-implemented-with-no-unsafe" + "-default-src-none" * is_closed


def _cookies(cookies: SimpleCookie) -> str:
    if not cookies:
        return "cookies-not-found"
    for name, cookie in cookies.items():
        if not cookie["secure"]:
            return "cookies-session-without-secure-flag"
        if "csrf" in name and not cookie["samesite"]:
            return "cookies-anticsrf-without-samesite-flag"
        if "sess" in name and not cookie["httponly"]:
            return "cookies-session-without-httponly-flag"
    is_bound = all(cookie["samesite"] in ("Lax", "Strict") for cookie in cookies.values())
    return "cookies-secure-with-httponly-sessions" + "-and-samesite" * is_bound


def _cors(headers: Mapping[str, str]) -> str:
    name = "cross-origin-resource-sharing-"
    if "Access-Control-Allow-Origin" not in headers:
        return name + "not-implemented"
    is_open = headers.get("Access-Control-Allow-Credentials") == "true"
    return name + f"implemented-with-{'universal' if is_open else 'public'}-access"


def _redirection(seen: Seen) -> str:
    if not seen.http_leads_to.startswith("https://"):
        return "redirection-missing"
    is_same = seen.http_leads_to.startswith(f"https://{seen.host}/")
    return "redirection-to-https" if is_same else "redirection-off-host-from-http"


def _referrer(headers: Mapping[str, str]) -> str:
    said = headers.get("Referrer-Policy")
    if said is None:
        return "referrer-policy-not-implemented"
    return "referrer-policy-private" if said in PRIVATE else "referrer-policy-unsafe"


def _hsts(headers: Mapping[str, str]) -> str:
    found = re.search(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    if not found:
        return "hsts-not-implemented"
    is_long = int(found[1]) >= 15_768_000
    return "hsts-implemented-max-age-" + ("at-least" if is_long else "less-than") + "-six-months"


def _scripts(seen: Seen) -> str:
    foreign = [source for source in _sources(seen.html) if f"//{seen.host}/" not in source]
    if not foreign:
        return "sri-not-implemented-but-all-scripts-loaded-from-secure-origin"
    if all(source.startswith("https://") for source in foreign):
        return "sri-not-implemented-but-external-scripts-loaded-securely"
    return "sri-not-implemented-and-external-scripts-not-loaded-securely"


def _sources(html: str) -> Iterator[str]:
    return (source for source in SCRIPT.findall(html) if "//" in source)


def _sniffing(headers: Mapping[str, str]) -> str:
    is_said = headers.get("X-Content-Type-Options") == "nosniff"
    return "x-content-type-options-" + ("nosniff" if is_said else "not-implemented")


def _framing(headers: Mapping[str, str], policy: dict[str, set[str]]) -> str:
    if policy.get("frame-ancestors", {"*"}).isdisjoint(BROAD):
        return "x-frame-options-implemented-via-csp"
    is_said = headers.get("X-Frame-Options") in ("DENY", "SAMEORIGIN")
    return "x-frame-options-" + ("sameorigin-or-deny" if is_said else "not-implemented")


def _resources(headers: Mapping[str, str]) -> str:
    said = headers.get("Cross-Origin-Resource-Policy")
    if said is None:
        return "cross-origin-resource-policy-not-implemented"
    return f"cross-origin-resource-policy-implemented-with-{said}"
