"""nginx as `deploy/` configures it, with ports and paths of its own."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
IS_THERE = os.access(NGINX, os.X_OK)
CONFIGURED = Path(__file__).parents[1] / "deploy" / "nginx" / "sinovik.conf"
PAGE = CONFIGURED.with_name("_gangguan.html")
CONNECTIONS = 8192
TLS = ("ssl_certificate", "ssl_protocols", "ssl_ciphers", "ssl_prefer", "ssl_session")


class Front:
    """nginx before one web server on this machine; `is_plain`: without TLS, for a crowd's sake."""

    def __init__(self, home: Path, port: int, *, is_plain: bool = False) -> None:
        self.home = home
        self.port = port
        self.is_plain = is_plain
        self.upstream = home / "upstream.conf"
        self._nginx: subprocess.Popen[bytes] | None = None

    def start(self, first: int, unused: int) -> None:
        """Serve what listens on `first`; the redirect from http listens on `unused`."""
        self.upstream.write_text(f"server 127.0.0.1:{first} max_fails=0;\n")
        (self.home / PAGE.name).write_text(PAGE.read_text())
        (self.home / "site.conf").write_text(self._configuration(unused))
        (self.home / "nginx.conf").write_text(
            f"pid {self.home}/nginx.pid; error_log {self.home}/error.log;\n"
            f"worker_processes 1; worker_rlimit_nofile {2 * CONNECTIONS};\n"
            f"events {{ worker_connections {CONNECTIONS}; }}\n"
            f"http {{ {''.join(self._temporary())} include {self.home}/site.conf; }}\n"
        )
        self._nginx = subprocess.Popen([*self.command, "-g", "daemon off;"])

    @property
    def command(self) -> list[str]:
        """To start it, and with `-s reload` to have it read its files anew."""
        return [NGINX, "-p", str(self.home), "-c", str(self.home / "nginx.conf")]

    @property
    def pid(self) -> int | None:
        """Its first process, while it runs."""
        return self._nginx.pid if self._nginx else None

    def stop(self) -> None:
        """End it, if it runs."""
        if self._nginx:
            self._nginx.terminate()
            self._nginx.wait(20)

    def _configuration(self, unused: int) -> str:
        text = CONFIGURED.read_text()
        listen = f"listen 127.0.0.1:{self.port}" + (";" if self.is_plain else " ssl http2;")
        for old, new in {
            "listen 443 ssl http2;": listen,
            "    listen [::]:443 ssl http2;\n": "",
            "listen 80 default_server;": f"listen 127.0.0.1:{unused};",
            "    listen [::]:80 default_server;\n": "",
            "/etc/nginx/sinovik-upstream.conf": str(self.upstream),
            "/etc/ssl/sinovik": str(self.home),
            "/var/cache/nginx/sinovik": str(self.home / "cache"),
            "/var/log/nginx/sinovik.log": str(self.home / "access.log"),
            "/var/log/nginx/sinovik-error.log": str(self.home / "site-error.log"),
            "/opt/sinovik/current/deploy/nginx": str(self.home),
        }.items():
            if old not in text:
                raise ValueError(f"deploy/nginx/sinovik.conf no longer says {old}")
            text = text.replace(old, new)
        if not self.is_plain:
            return text
        lines = text.splitlines(keepends=True)
        return "".join(line for line in lines if not line.strip().startswith(TLS))

    def _temporary(self) -> Iterator[str]:
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"):
            yield f"{kind}_temp_path {self.home}/{kind}; "
