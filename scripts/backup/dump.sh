#!/bin/sh
# Backs up a deployment while it serves: `parley.dump`, which is all of the database at one moment, and `roles.sql`, which no
# dump of a database contains.
#
#   scripts/backup/dump.sh postgres://USER@HOST:5432/parley FOLDER
#
# USER is a superuser, a role with BYPASSRLS, or the owner of the tables. The password comes from PGPASSWORD or ~/.pgpass: an
# argument is seen by everybody on the machine. pg_dump must not be older than the server.
set -eu
[ $# -eq 2 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
url=$1 folder=$2
umask 077
mkdir "$folder"
# Half a backup is none, and would be in the way of the next.
trap 'rm -r "$folder"' EXIT
trap 'exit 1' HUP INT TERM

may() { psql --no-psqlrc --tuples-only --no-align --dbname="$url" --command="SELECT $1 FROM pg_roles WHERE rolname = current_user"; }

# Row-level security holds for the owner too: pg_dump refuses to read through it, unless it is told to, and then finds
# only what the session says that it asks for. `*` is all tenants; without it most tables would be empty in the dump.
PGOPTIONS='-c parley.tenants=*'
export PGOPTIONS
through=
[ "$(may 'rolsuper OR rolbypassrls')" = t ] || through=--enable-row-security
# shellcheck disable=SC2086
pg_dump --format=custom $through --file="$folder/parley.dump" --dbname="$url"

# Passwords, as their hashes, are told to superusers alone.
hidden=
[ "$(may rolsuper)" = t ] || hidden=--no-role-passwords
# shellcheck disable=SC2086
pg_dumpall --roles-only $hidden --file="$folder/roles.sql" --dbname="$url"
trap - EXIT
