// Package connect opens PostgreSQL, MySQL and MariaDB databases by URL, for the
// programs and tests of this module: hosts open theirs as they like. Sessions are
// in UTC and UTF-8. No message holds a password.
package connect

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/pgxcancel"
	"github.com/sqlser/sqlser/engine/stmtcache"
)

// Schemes are those that Open takes.
var Schemes = []string{"postgres", "postgresql", "mysql", "mariadb"}

// URLError is a URL that says no database. It shows no part that may be secret.
type URLError struct {
	Scheme string
	Reason string
}

// Error says what is wrong.
func (e *URLError) Error() string { return e.Scheme + "://...: " + e.Reason }

// Database is an open database.
type Database struct {
	*sql.DB
	Dialect *dialect.Dialect // what the server speaks, whatever the URL's scheme
	Name    string           // the URL for people: without a password
}

// Option sets up what [Open] opens.
type Option func(*options)

type options struct{ readOnly bool }

// ReadOnly has the server refuse every change.
func ReadOnly(yes bool) Option { return func(o *options) { o.readOnly = yes } }

// Open connects: postgres://user:password@host:port/database, or mysql:// or
// mariadb:// likewise. The error is a *[URLError] where the URL cannot be used,
// else what the driver says of the connection.
func Open(ctx context.Context, text string, opts ...Option) (*Database, error) {
	var o options
	for _, set := range opts {
		set(&o)
	}
	scheme, _, _ := strings.Cut(text, ":")
	u, err := url.Parse(text)
	if err != nil || u.Opaque != "" { // the parser's own error shows parts of the text
		return nil, &URLError{scheme, "expected " + scheme + "://user:password@host:port/database, with special characters as %XX"}
	}
	d := &Database{Name: Shown(text)}
	switch scheme {
	case "postgres", "postgresql":
		d.DB, err = postgres(u, o)
		d.Dialect = dialect.Postgres
	case "mysql", "mariadb":
		d.DB, err = mysqlDB(u, o)
		d.Dialect = dialect.MySQL
	default:
		return nil, &URLError{scheme, "expected " + strings.Join(Schemes, ", ")}
	}
	if err != nil {
		return nil, err
	}
	if err := d.greet(ctx); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// greet asks the server who it is: MariaDB is often reached by mysql://.
func (d *Database) greet(ctx context.Context) error {
	var version string
	if err := d.QueryRowContext(ctx, "SELECT version()").Scan(&version); err != nil {
		return err
	}
	if d.Dialect == dialect.MySQL && strings.Contains(version, "MariaDB") {
		d.Dialect = dialect.MariaDB
	}
	return nil
}

// Shown is a URL for people: without its password and its options, which may hold
// one too. Of what is no URL nothing but the scheme is shown.
func Shown(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Opaque != "" {
		scheme, _, _ := strings.Cut(text, ":")
		return scheme + "://..."
	}
	s := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if name := u.User.Username(); name != "" {
		s.User = url.User(name)
	}
	return s.String()
}

// postgres leaves the URL to the driver, which knows libpq's settings.
func postgres(u *url.URL, o options) (*sql.DB, error) {
	config, err := pgx.ParseConfig(u.String())
	if err != nil {
		e := &URLError{u.Scheme, "a setting of it is not understood"}
		if cause := errors.Unwrap(err); cause != nil && !mayHoldSecret(u) {
			e.Reason = cause.Error()
		}
		return nil, e
	}
	config.RuntimeParams["TimeZone"] = "UTC"
	config.RuntimeParams["client_encoding"] = "UTF8"
	if o.readOnly {
		config.RuntimeParams["default_transaction_read_only"] = "on"
	}
	pgxcancel.Use(config)
	return stdlib.OpenDB(*config, stdlib.OptionAfterConnect(endOrphans)), nil
}

// endOrphans has the server end what it still does for a client that is gone: a request to cancel
// is lost where it comes between two messages, or while the server loads its compiler. Before
// version 14 there is no such setting, which does not matter.
func endOrphans(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "SET client_connection_check_interval = '2s'")
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return nil
	}
	return err
}

// mayHoldSecret reports whether a message about the URL's settings could show one.
func mayHoldSecret(u *url.URL) bool {
	_, password := u.User.Password()
	return password || strings.Contains(u.RawQuery, "password")
}

// mysqlDB opens MySQL or MariaDB. Times stay text: the driver's own reading
// knows no year 0, and the text is exact.
func mysqlDB(u *url.URL, o options) (*sql.DB, error) {
	config := mysql.NewConfig()
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	config.DBName = strings.TrimPrefix(u.Path, "/")
	config.Net = "tcp"
	config.ClientFoundRows = true      // an update counts the rows that it leaves as they were, as elsewhere
	config.Logger = &mysql.NopLogger{} // the errors say it, and standard error is not the driver's
	host, port := u.Hostname(), u.Port()
	if host == "" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = "3306"
	}
	config.Addr = net.JoinHostPort(host, port)
	config.Params = map[string]string{"time_zone": "'+00:00'"}
	if err := config.Apply(mysql.Charset("utf8mb4", "")); err != nil {
		return nil, err
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, &URLError{u.Scheme, "a setting of it is not understood"}
	}
	for name, values := range query {
		value := values[len(values)-1]
		switch name {
		case "socket":
			config.Net, config.Addr = "unix", value
		case "tls": // true, false, skip-verify or preferred
			config.TLSConfig = value
		case "timeout":
			if config.Timeout, err = time.ParseDuration(value); err != nil {
				return nil, &URLError{u.Scheme, "timeout is no duration, such as 10s"}
			}
		default:
			return nil, &URLError{u.Scheme, fmt.Sprintf("no setting %q; there are socket, tls and timeout", name)}
		}
	}
	c, err := mysql.NewConnector(config)
	if err != nil {
		return nil, &URLError{u.Scheme, err.Error()}
	}
	if o.readOnly {
		c = &prepared{c, "SET SESSION TRANSACTION READ ONLY"}
	}
	return sql.OpenDB(stmtcache.New(c, statements)), nil
}

// statements are what a connection of MySQL has prepared at most: far from what the server
// holds of all.
const statements = 100

// prepared runs a statement on each connection first: the variable that says the
// same has another name in every version.
type prepared struct {
	driver.Connector
	statement string
}

// Connect opens a connection and runs the statement.
func (p *prepared) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.(driver.ExecerContext).ExecContext(ctx, p.statement, nil); err != nil {
		_ = conn.Close() // the first error says more
		return nil, err
	}
	return conn, nil
}
