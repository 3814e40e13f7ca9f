#!/usr/bin/env bash
# Unpacks a database server from another suite of Debian into a folder. Installs nothing.
#
#   scripts/database-server.sh mysql DIR             a real MySQL of the unstable suite; runs by DIR/mysqld
#   scripts/database-server.sh mariadb DIR [SUITE]   the MariaDB of trixie, or of another suite; runs by DIR/mariadbd
#   TEST_MYSQL_SERVER=DIR/mysqld npx vitest run --project quick -t 'on MySQL'
#
# Debian's stable suites have no MySQL, and each has one MariaDB. The script downloads 30 to 65 MB from the mirror that
# apt uses on this machine. The exit code is 3 if such a server cannot be had there.
set -euo pipefail

usage() { echo "usage: $0 mysql DIR | mariadb DIR [SUITE]" >&2; exit 2; }

[ $# -ge 2 ] || usage
mkdir -p "$2"
dir=$(cd "$2" && pwd)
root=$dir/root
apt=$dir/apt
case $1 in
  mysql) suite=sid package=mysql-server-core program=mysqld ;;
  mariadb) suite=${3:-trixie} package=mariadb-server-core program=mariadbd ;;
  *) usage ;;
esac
[ -x "$dir/$program" ] && exit 0

# A second apt configuration, which knows that suite and no installed package.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)
keyring=$(ls /usr/share/keyrings/debian-archive-keyring.* | head -1)
mkdir -p "$apt"/etc/apt/{sources.list.d,preferences.d,apt.conf.d} "$apt"/lists/partial "$apt"/cache/archives/partial
touch "$apt/status"
echo "deb [signed-by=$keyring] $mirror $suite main" >"$apt/etc/apt/sources.list"
cat >"$apt/apt.conf" <<CONF
Dir "$apt";
Dir::Etc "$apt/etc/apt";
Dir::State::status "$apt/status";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
APT::Sandbox::User "root";
Acquire::Check-Valid-Until "false";
CONF
export APT_CONFIG=$apt/apt.conf
apt-get update -qq || true
# Older suites have the version in the name of the package.
found=$(apt-cache pkgnames "$package" | sort -V | tail -1)
[ -n "$found" ] && apt-get install -y -qq --no-install-recommends --download-only "$found" >/dev/null || {
  echo "the mirror has no $package of the suite $suite for this machine" >&2
  exit 3
}

mkdir -p "$root"/usr/{bin,sbin,lib,lib64}
for folder in bin sbin lib lib64; do ln -sfn "usr/$folder" "$root/$folder"; done
for archive in "$apt"/cache/archives/*.deb; do dpkg -x "$archive" "$root"; done
rm -rf "$apt"

# Each program runs with the libraries that it was built for, instead of those of the machine.
libraries=$(find "$root" -name '*.so.[0-9]*' -not -path '*/gdb/*' -printf '%h\n' | sort -u | paste -sd:)
loader=$(find "$root" -name 'ld-linux*.so.*' | head -1)
wrapped() { printf "#!/bin/sh\nexec '%s' --library-path '%s' '%s' %s \"\$@\"\n" "$loader" "$libraries" "$@"; }

if [ "$1" = mysql ]; then
  wrapped "$root/usr/sbin/mysqld" "--no-defaults --basedir='$root/usr' --plugin-dir='$root/usr/lib/mysql/plugin' \
--lc-messages-dir='$root/usr/share/mysql' --character-sets-dir='$root/usr/share/mysql/charsets' \
--secure-file-priv=NULL" >"$dir/mysqld"
  chmod +x "$dir/mysqld"
  exit 0
fi

# mariadb-install-db, a script, finds its programs below the folder of the installation.
for name in sbin/mariadbd bin/resolveip; do
  mv "$root/usr/$name" "$root/usr/$name.built"
  wrapped "$root/usr/$name.built" '' >"$root/usr/$name"
  chmod +x "$root/usr/$name"
done
# The real one lies in another package, and prints the option files that --no-defaults forbids.
ln -sf /bin/true "$root/usr/bin/my_print_defaults"
share=$(dirname "$(find "$root/usr/share" -name 'm*_system_tables.sql' | head -1)")
cat >"$dir/mariadb-install-db" <<PROGRAM
#!/bin/sh
exec '$(find "$root/usr" -path '*bin/mariadb-install-db')' --no-defaults --basedir='$root/usr' "\$@"
PROGRAM
wrapped "$root/usr/sbin/mariadbd.built" "--no-defaults --basedir='$root/usr' --plugin-dir='$root/usr/lib/mysql/plugin' \
--lc-messages-dir='$share' --character-sets-dir='$share/charsets'" >"$dir/mariadbd"
chmod +x "$dir"/mariadb{d,-install-db}
