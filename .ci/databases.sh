# Makes PostgreSQL and MariaDB reachable and sets SQLSER_TEST_POSTGRES and
# SQLSER_TEST_MYSQL. What is set already is used as it is; what is missing is
# installed from Debian's packages and started.

if [ -z "${SQLSER_TEST_POSTGRES:-}" ]; then
  if ! command -v pg_ctlcluster >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null
  fi
  version=$(ls /etc/postgresql | sort -n | tail -n 1)
  pg_isready -q -h 127.0.0.1 || pg_ctlcluster --skip-systemctl-redirect "$version" main start
  for _ in $(seq 30); do pg_isready -q -h 127.0.0.1 && break; sleep 1; done
  if psql -h 127.0.0.1 -U postgres -qc 'SELECT 1' postgres >/dev/null 2>&1; then
    export SQLSER_TEST_POSTGRES=postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable
  else # a new installation asks for a password over TCP
    su postgres -c "psql -qc \"ALTER USER postgres PASSWORD 'sqlser'\""
    export SQLSER_TEST_POSTGRES=postgres://postgres:sqlser@127.0.0.1:5432/postgres?sslmode=disable
  fi
fi

if [ -z "${SQLSER_TEST_MYSQL:-}" ]; then
  if ! command -v mariadbd >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq mariadb-server >/dev/null
  fi
  if ! mariadb-admin ping --silent >/dev/null 2>&1; then
    mkdir -p /run/mysqld && chown mysql /run/mysqld
    start-stop-daemon --start --oknodo --background --exec /usr/sbin/mariadbd -- --user=mysql
  fi
  for _ in $(seq 30); do mariadb-admin ping --silent >/dev/null 2>&1 && break; sleep 1; done
  mariadb -e "CREATE DATABASE IF NOT EXISTS sqlser_test; CREATE USER IF NOT EXISTS 'sqlser'@'127.0.0.1' IDENTIFIED BY 'sqlser'; CREATE USER IF NOT EXISTS 'sqlser'@'localhost' IDENTIFIED BY 'sqlser'; GRANT ALL ON *.* TO 'sqlser'@'127.0.0.1'; GRANT ALL ON *.* TO 'sqlser'@'localhost'"
  export SQLSER_TEST_MYSQL=mysql://sqlser:sqlser@127.0.0.1:3306/sqlser_test
fi
