#!/bin/sh
# A release on a machine with systemd: deploy/deploy.sh <tag>. Run as root; the first one as well,
# from its own folder (docs/operations.md).
#
# Migrations come before the new code and must suit the old code too (expand, then contract; see
# docs/operations.md), so that nothing has to stop. Within the freeze before a close it refuses.
set -eu
TAG=$1
ROOT=/opt/sinovik
RELEASE=$ROOT/releases/$TAG
OLD=$(sed -n 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/p' /etc/nginx/sinovik-upstream.conf 2>/dev/null || true)
OLD=${OLD:-8002}
NEW=$([ "$OLD" = 8001 ] && echo 8002 || echo 8001)
as_site() { setpriv --reuid=sinovik --regid=sinovik --init-groups -- "$@"; }
set -a; . /etc/sinovik/sinovik.env; set +a

[ -d "$RELEASE" ] || git clone --quiet --depth 1 --branch "$TAG" \
    "$(git -C "$ROOT/current" remote get-url origin)" "$RELEASE"
cd "$RELEASE"
python3 -m venv .venv
.venv/bin/python -m pip install --quiet --require-hashes -r requirements.txt
# A machine without a release has nothing that could be frozen.
[ ! -e "$ROOT/current" ] || as_site .venv/bin/python manage.py freeze
as_site .venv/bin/python manage.py collectstatic --no-input --verbosity 0
# A migration that would make people wait gives up after five seconds; run it again.
# The owner's address is in the environment of this one command.
(
    set -a; . /etc/sinovik/owner.env; set +a
    PGOPTIONS="-c lock_timeout=5s -c statement_timeout=15min" as_site .venv/bin/python manage.py migrate --no-input
)
ln -sfn "$RELEASE" "$ROOT/next-$NEW"
"$RELEASE/deploy/switch.sh" "$NEW" "$OLD"
ln -sfn "$RELEASE" "$ROOT/current"
systemctl restart sinovik-worker
systemctl try-restart sinovik-archive
