#!/bin/sh
# Restores what dump.sh wrote into an empty database, of the same major version of PostgreSQL or a newer one: all of it or
# nothing.
#
#   scripts/backup/restore.sh postgres://SUPERUSER@HOST:5432/parley FOLDER
#
# The password comes from PGPASSWORD or ~/.pgpass. Roles that are there already stay, and get what `roles.sql` says of them.
set -eu
[ $# -eq 2 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
url=$1 folder=$2

run() { psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --dbname="$url" "$@"; }

tables=$(run --command="SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
[ "$tables" = 0 ] || { echo "there are $tables tables already: restore into an empty database" >&2; exit 1; }

# Who granted a role is not kept: from PostgreSQL 16 on only somebody who had it to give can be named, and the first
# superuser there, who had all, may have another name here. The first one here stays a superuser, whoever they were there.
first=$(run --command="SELECT quote_ident(rolname) FROM pg_roles WHERE oid = 10" | sed 's/[][\/.*^$]/\\&/g')
sed -e 's/^CREATE ROLE \(.*\);$/DO $$ BEGIN CREATE ROLE \1; EXCEPTION WHEN duplicate_object THEN NULL; END $$;/' \
  -e 's/^\(GRANT .*\) GRANTED BY .*;$/\1;/' \
  -e "s/^\(ALTER ROLE $first WITH \)NOSUPERUSER /\1SUPERUSER /" "$folder/roles.sql" |
  run --single-transaction --output=/dev/null
pg_restore --exit-on-error --single-transaction --dbname="$url" "$folder/parley.dump"

# A later migration makes tables: the database is to be theirs who own those that are there.
run --command="DO \$\$ BEGIN
  EXECUTE (SELECT format('ALTER DATABASE %I OWNER TO %I', current_database(), tableowner) FROM pg_tables WHERE tablename = 'tenants');
END \$\$" --command=ANALYZE
