package main

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/internal/connect"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/schema/reflect"
	"github.com/sqlser/sqlser/scripts/demo"
)

// database is what queries are built against and run on.
type database struct {
	name    string // for people: no secrets
	db      *sql.DB
	keep    *sql.DB // keeps a database in memory alive, and has no rows to wait for
	dialect *dialect.Dialect
	meta    *schema.MetaData
	former  []reflect.Option   // what the database does not tell of its schema: former names
	filled  chan struct{}      // closed when it has its rows; nil if it had them from the first
	failed  error              // then: why it has none
	stop    context.CancelFunc // of the filling
	policy  *policy.Policy     // nil for none; meta is what it exposes
	values  policy.Values
}

// Close closes what open opened.
func (d *database) Close() {
	if d.stop != nil {
		d.stop()
	}
	for _, db := range []*sql.DB{d.db, d.keep} {
		if db != nil {
			_ = db.Close() // nothing is left to be written
		}
	}
}

// fill begins to put rows into a database in memory. Connections of db wait for them: what only
// builds does not.
func (d *database) fill(rows func(context.Context, *sql.DB) error) {
	ctx, stop := context.WithCancel(context.Background())
	d.filled, d.stop = make(chan struct{}), stop
	go func() {
		defer close(d.filled)
		d.failed = rows(ctx, d.keep)
	}()
}

// ready waits until the database is filled.
func (d *database) ready(ctx context.Context) error {
	if d.filled == nil {
		return nil
	}
	select {
	case <-d.filled:
		return d.failed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// filledConnector makes connections to a database once it is filled.
type filledConnector struct {
	of  *database
	uri string
}

func (c filledConnector) Driver() driver.Driver { return c.of.keep.Driver() }

func (c filledConnector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := c.of.ready(ctx); err != nil {
		return nil, err
	}
	return c.Driver().Open(c.uri)
}

// openOptions say how a database is opened.
type openOptions struct {
	readOnly bool
	meta     *schema.MetaData    // what there is, where that is not read from the database
	empty    bool                // the demo's tables without its rows: to build queries against
	skipped  func(*schema.Error) // is told what is in the database and not in the metadata
}

// open connects to a database and reads its schema. A DSN that cannot be is a
// *usageError, a database that cannot be reached a *connectError.
func open(ctx context.Context, dsn string, options openOptions) (*database, error) {
	if file, ok := strings.CutPrefix(dsn, "@"); ok {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, usagef("-db: cannot read %s: %s", file, reasonOf(err))
		}
		if dsn = strings.TrimSpace(string(b)); strings.HasPrefix(dsn, "@") {
			return nil, usagef("-db: %s names another file", file)
		}
	}
	var d *database
	var err error
	scheme, rest, hasScheme := strings.Cut(dsn, ":")
	switch {
	case dsn == "demo":
		d, err = openMemory(ctx, dsn, demo.Schema(), options)
	case hasScheme && scheme == "sqlite":
		d, err = openSQLite(rest, options)
	case hasScheme && slices.Contains(connect.Schemes, scheme):
		d, err = openServer(ctx, dsn, options)
	case !hasScheme:
		hint := schema.DidYouMean(dsn, []string{"demo"})
		if hint == "" {
			hint = fmt.Sprintf("; did you mean %q?", "sqlite:"+dsn)
		}
		return nil, usagef("-db: expected demo, sqlite:path, postgres://..., mysql://... or @file, got %q%s", dsn, hint)
	default: // what follows the scheme may hold a secret
		return nil, usagef("-db: expected demo, sqlite:path, postgres://..., mysql://... or @file, got %s:...%s", scheme,
			schema.DidYouMean(scheme, append([]string{"sqlite"}, connect.Schemes...)))
	}
	if d, err = d.known(ctx, options, err); err == nil && dsn == "demo" && !options.empty {
		d.fill(demo.Fill)
	}
	return d, err
}

// known gives an opened database its metadata, that of the options or what is read from
// it; it closes one that failed to open.
func (d *database) known(ctx context.Context, options openOptions, err error) (*database, error) {
	if err == nil {
		if d.meta = options.meta; d.meta != nil {
			if err := d.reach(ctx); err != nil {
				return nil, err
			}
			return d, nil
		}
		if err = d.load(ctx, options.skipped); err == nil {
			return d, nil
		}
		err = &connectError{d.name, err}
	}
	if d != nil {
		d.Close()
	}
	return nil, err
}

// load reads the schema of the database.
func (d *database) load(ctx context.Context, skipped func(*schema.Error)) error {
	meta := schema.NewMetaData()
	options := append(slices.Clone(d.former), reflect.Skipped(skipped))
	if err := reflect.Load(ctx, cmp.Or(d.keep, d.db), d.dialect, meta, options...); err != nil {
		return err
	}
	meta.Automap()
	if err := meta.Freeze(); err != nil {
		return err
	}
	d.meta = meta
	return nil
}

// reach finds out whether the database answers; it closes it if not.
func (d *database) reach(ctx context.Context) error {
	db := cmp.Or(d.keep, d.db)
	err := db.PingContext(ctx)
	if err == nil { // SQLite's driver reads the file when it must
		_, err = db.ExecContext(ctx, "SELECT 1")
	}
	if err != nil {
		d.Close()
		return &connectError{d.name, err}
	}
	return nil
}

// openServer opens a database of a server.
func openServer(ctx context.Context, dsn string, options openOptions) (*database, error) {
	opened, err := connect.Open(ctx, dsn, connect.ReadOnly(options.readOnly))
	var bad *connect.URLError
	switch {
	case errors.As(err, &bad):
		return nil, usagef("-db: %s", err)
	case err != nil:
		return nil, &connectError{connect.Shown(dsn), err}
	}
	return &database{name: opened.Name, db: opened.DB, dialect: opened.Dialect}, nil
}

// openSQLite opens a file, which must be there.
func openSQLite(path string, options openOptions) (*database, error) {
	d := &database{name: "sqlite:" + path, dialect: dialect.SQLite}
	info, err := os.Stat(path)
	switch {
	case path == "":
		return nil, usagef("-db: expected a path behind sqlite:")
	case errors.Is(err, fs.ErrNotExist):
		return nil, &connectError{d.name, errors.New("no such file")}
	case err != nil:
		return nil, &connectError{d.name, errors.New(reasonOf(err))}
	case info.IsDir():
		return nil, &connectError{d.name, errors.New("it is a folder")}
	}
	uri, err := sqliteURI(path)
	if err != nil {
		return nil, &connectError{d.name, err}
	}
	mode := "rw" // never rwc: a misspelt name makes no file
	if options.readOnly {
		mode = "ro"
	}
	d.db, err = sql.Open("sqlite", uri+"?mode="+mode+"&_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)")
	if err != nil {
		return nil, &connectError{d.name, err}
	}
	return d, nil
}

// sqliteURI is the URI of a file, as SQLite takes it.
func sqliteURI(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if path = filepath.ToSlash(path); !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive letter
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath(), nil // as a whole: "?", "#" and "%" are of the path
}

// memories tells one database in memory from another in a process.
var memories atomic.Int64

// openMemory makes a database in memory by a script. Connections share it, so that a script may ask
// while it reads.
func openMemory(ctx context.Context, name, script string, options openOptions) (*database, error) {
	d := &database{name: name, dialect: dialect.SQLite}
	uri := fmt.Sprintf("file:/sqlser-memory-%d?vfs=memdb&_pragma=foreign_keys(1)", memories.Add(1))
	var err error
	if d.keep, err = sql.Open("sqlite", uri); err != nil {
		return nil, &connectError{d.name, err}
	}
	if options.readOnly {
		uri += "&_pragma=query_only(1)"
	}
	d.db = sql.OpenDB(filledConnector{d, uri})
	if _, err = d.keep.ExecContext(ctx, script); err != nil {
		return d, &connectError{d.name, err}
	}
	return d, nil
}
