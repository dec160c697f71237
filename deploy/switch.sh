#!/bin/sh
# Lets another web server take over without losing a request.
#
#   deploy/switch.sh <new port> <old port>
#
# Starts the new one, waits until it is ready, leads nginx to it, lets the old one finish what it
# has begun, stops it. The steps are commands of the environment, so that a test runs this very
# script (tests/project/test_deploy.py); by default they are those of a systemd machine, where the
# one that serves is also the one that the machine's next start brings.
set -eu
NEW=$1 OLD=$2
: "${SETTINGS:=/etc/sinovik/sinovik.env}"
: "${UPSTREAM:=/etc/nginx/sinovik-upstream.conf}"
: "${START:=systemctl enable --now sinovik-web@$NEW}"
: "${GIVE_UP:=systemctl disable --now sinovik-web@$NEW}"
: "${STOP:=systemctl disable --now sinovik-web@$OLD}"
: "${RELOAD:=nginx -t -q && systemctl reload nginx}"
: "${READY_SECONDS:=60}"
: "${DRAIN_SECONDS:=30}"
# The site answers to its own names alone, on this machine too.
HOST=$(. "$SETTINGS"; echo "${ALLOWED_HOSTS%%,*}")

sh -c "$START"
waited=0
until curl -fsS -o /dev/null -H "Host: $HOST" -H 'X-Forwarded-Proto: https' "http://127.0.0.1:$NEW/readyz" 2>/dev/null; do
    waited=$((waited + 1))
    if [ "$waited" -gt "$((READY_SECONDS * 5))" ]; then
        sh -c "$GIVE_UP"
        echo "The new server is not ready after $READY_SECONDS s. The old one goes on serving." >&2
        exit 1
    fi
    sleep 0.2
done

printf 'server 127.0.0.1:%s max_fails=0;\n' "$NEW" > "$UPSTREAM.new"
mv "$UPSTREAM.new" "$UPSTREAM"
sh -c "$RELOAD"
# nginx's old processes finish their requests with the old server.
sleep "$DRAIN_SECONDS"
sh -c "$STOP"
echo "Port $NEW serves."
