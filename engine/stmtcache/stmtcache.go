// Package stmtcache has connections of a database/sql driver prepare each statement once. Drivers
// such as those of MySQL and SQLite prepare a statement with arguments each time that it is run,
// which costs MySQL another round trip and SQLite its planning; pgx needs none of this, as it
// does so by itself.
//
//	connector, err := mysql.NewConnector(config) // or sqlite.NewConnector(dsn)
//	db := sql.OpenDB(stmtcache.New(connector, 100))
//
// What is prepared is a connection's own, and closed with it.
package stmtcache

import (
	"container/list"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
)

// Connector makes connections that remember what they prepared.
type Connector struct {
	inner driver.Connector
	most  int

	prepared, reused, forgotten atomic.Uint64
	open                        atomic.Int64
}

// Stats says what the connections of a [Connector] have done and hold.
type Stats struct {
	Prepared  uint64 // statements, by their text
	Reused    uint64 // runs of one that was prepared before
	Forgotten uint64 // closed to make room, or because a run of them failed
	Open      int64  // held now, by all connections
}

// New returns a connector whose connections hold n statements each, those that were used
// last. The statements' texts differ in length, not in their literals, which are arguments; a
// server may hold few: MySQL 16,382 of all its connections, unless its setting
// max_prepared_stmt_count says otherwise. With n less than 1 none are held.
func New(c driver.Connector, n int) *Connector { return &Connector{inner: c, most: n} }

// Of returns the connector behind a pool, or nil where it is none of this package.
func Of(db *sql.DB) *Connector {
	if d, ok := db.Driver().(of); ok {
		return d.Connector
	}
	return nil
}

// Stats returns the counts so far.
func (c *Connector) Stats() Stats {
	return Stats{c.prepared.Load(), c.reused.Load(), c.forgotten.Load(), c.open.Load()}
}

// Connect opens a connection.
func (c *Connector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.inner.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &Conn{inner: inner, of: c, known: map[string]*list.Element{}}, nil
}

// Exec runs a statement without arguments on a connection of its own, which no pool knows of. It
// is [errors.ErrUnsupported] where none is to be had.
func (c *Connector) Exec(ctx context.Context, text string) error {
	conn, err := c.inner.Connect(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", errors.ErrUnsupported, err)
	}
	defer conn.Close()
	e, ok := conn.(driver.ExecerContext)
	if !ok {
		return errors.ErrUnsupported
	}
	_, err = e.ExecContext(ctx, text, nil)
	return err
}

// once is the key of [Once].
type once struct{}

// Once returns a context with which a statement is prepared for one run only. The package
// engine uses it where a second run would answer otherwise. What else runs on MariaDB with arguments and
// a query within a query, such as EXISTS of a derived table, needs it, too: there the second run
// of a prepared statement may give other rows.
func Once(ctx context.Context) context.Context { return context.WithValue(ctx, once{}, true) }

// Driver returns the driver behind it, by which [Of] finds the connector.
func (c *Connector) Driver() driver.Driver { return of{c.inner.Driver(), c} }

// Close closes the connector behind it, where that can be closed.
func (c *Connector) Close() error {
	if inner, ok := c.inner.(io.Closer); ok {
		return inner.Close()
	}
	return nil
}

type of struct {
	driver.Driver
	*Connector
}

// Open is that of the driver.
func (d of) Open(name string) (driver.Conn, error) { return d.Driver.Open(name) }

// Conn is a connection that remembers what it prepared. As database/sql has it, only one
// goroutine uses it at a time.
type Conn struct {
	inner driver.Conn
	of    *Connector
	known map[string]*list.Element // by their texts
	order list.List                // of *statement, the one used last first
}

// Unwrap returns the driver's connection, for [sql.Conn.Raw].
func (c *Conn) Unwrap() driver.Conn { return c.inner }

// statement is one that is prepared.
type statement struct {
	driver.Stmt
	text string
	busy bool // rows of it are open, or somebody holds it: it cannot run a second time
	kept bool // it is among those that the connection knows
}

// take returns a statement for a text, which is to be given back.
func (c *Conn) take(ctx context.Context, text string) (*statement, error) {
	alone := ctx.Value(once{}) != nil
	if e := c.known[text]; e != nil && !alone {
		if s := e.Value.(*statement); !s.busy {
			c.order.MoveToFront(e)
			c.of.reused.Add(1)
			s.busy = true
			return s, nil
		}
	}
	inner, err := c.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	c.of.prepared.Add(1)
	s := &statement{Stmt: inner, text: text, busy: true}
	if alone || c.known[text] != nil || c.of.most < 1 {
		return s, nil
	}
	s.kept = true
	c.known[text] = c.order.PushFront(s)
	c.of.open.Add(1)
	if len(c.known) > c.of.most {
		c.forget(c.order.Back())
	}
	return s, nil
}

func (c *Conn) prepare(ctx context.Context, text string) (driver.Stmt, error) {
	if p, ok := c.inner.(driver.ConnPrepareContext); ok {
		return p.PrepareContext(ctx, text)
	}
	return c.inner.Prepare(text)
}

// forget lets go of a statement, which is closed as soon as it is idle.
func (c *Conn) forget(e *list.Element) {
	s := c.order.Remove(e).(*statement)
	delete(c.known, s.text)
	s.kept = false
	c.of.forgotten.Add(1)
	c.of.open.Add(-1)
	if !s.busy {
		_ = s.Close() // nothing is lost by an error
	}
}

// give gives a statement back. One that failed may do so again for a reason of its own, such as
// that the server has lost it.
func (c *Conn) give(s *statement, failed bool) error {
	s.busy = false
	if !s.kept {
		return s.Close()
	}
	if failed {
		c.forget(c.known[s.text])
	}
	return nil
}

// Close closes the connection and what it prepared.
func (c *Conn) Close() error {
	for e := c.order.Front(); e != nil; e = e.Next() {
		_ = e.Value.(*statement).Close() // the connection goes
		c.of.open.Add(-1)
	}
	c.order.Init()
	clear(c.known)
	return c.inner.Close()
}

// QueryContext runs a query, prepared if it has arguments.
func (c *Conn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if q, ok := c.inner.(driver.QueryerContext); ok && len(args) == 0 {
		return q.QueryContext(ctx, text, args)
	}
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := s.query(ctx, args)
	if err != nil {
		_ = c.give(s, true) // the first error says more
		return nil, err
	}
	return &rowsOf{Rows: rows, conn: c, stmt: s}, nil
}

// ExecContext runs a statement that gives no rows, prepared if it has arguments.
func (c *Conn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	if q, ok := c.inner.(driver.ExecerContext); ok && len(args) == 0 {
		return q.ExecContext(ctx, text, args)
	}
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	r, err := s.exec(ctx, args)
	if gone := c.give(s, err != nil); err == nil {
		err = gone
	}
	return r, err
}

// PrepareContext returns a statement for one text, which may have been prepared before.
func (c *Conn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	return &held{c, s}, nil
}

// Prepare is PrepareContext without a context.
func (c *Conn) Prepare(text string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), text)
}

// BeginTx begins a transaction.
func (c *Conn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if b, ok := c.inner.(driver.ConnBeginTx); ok {
		return b.BeginTx(ctx, o)
	}
	if o != (driver.TxOptions{}) {
		return nil, fmt.Errorf("stmtcache: the driver's %T has no options of transactions", c.inner)
	}
	return c.Begin()
}

// Begin is BeginTx for drivers without one.
func (c *Conn) Begin() (driver.Tx, error) {
	//lint:ignore SA1019 such drivers have nothing else
	return c.inner.Begin()
}

// Ping asks whether the connection lives.
func (c *Conn) Ping(ctx context.Context) error {
	if p, ok := c.inner.(driver.Pinger); ok {
		return p.Ping(ctx)
	}
	return nil
}

// ResetSession readies the connection for its next user.
func (c *Conn) ResetSession(ctx context.Context) error {
	if r, ok := c.inner.(driver.SessionResetter); ok {
		return r.ResetSession(ctx)
	}
	return nil
}

// IsValid reports whether the connection may be used again.
func (c *Conn) IsValid() bool {
	v, ok := c.inner.(driver.Validator)
	return !ok || v.IsValid()
}

// CheckNamedValue makes of an argument what the driver takes.
func (c *Conn) CheckNamedValue(v *driver.NamedValue) error {
	if n, ok := c.inner.(driver.NamedValueChecker); ok {
		return n.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

func (s *statement) fits(args []driver.NamedValue) error {
	if n := s.NumInput(); n >= 0 && n != len(args) {
		return fmt.Errorf("stmtcache: expected %d arguments, got %d", n, len(args))
	}
	return nil
}

func (s *statement) query(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.fits(args); err != nil {
		return nil, err
	}
	q, ok := s.Stmt.(driver.StmtQueryContext)
	if !ok {
		return nil, fmt.Errorf("stmtcache: the driver's %T takes no context", s.Stmt)
	}
	return q.QueryContext(ctx, args)
}

func (s *statement) exec(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.fits(args); err != nil {
		return nil, err
	}
	q, ok := s.Stmt.(driver.StmtExecContext)
	if !ok {
		return nil, fmt.Errorf("stmtcache: the driver's %T takes no context", s.Stmt)
	}
	return q.ExecContext(ctx, args)
}

// held is a statement that database/sql holds until it closes it, and which may have several
// rows open one after another.
type held struct {
	conn *Conn
	*statement
}

// Close gives the statement back.
func (h *held) Close() error {
	if h.statement == nil {
		return nil
	}
	s := h.statement
	h.statement = nil
	return h.conn.give(s, false)
}

// QueryContext runs it.
func (h *held) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return h.query(ctx, args)
}

// ExecContext runs it.
func (h *held) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return h.exec(ctx, args)
}

// CheckNamedValue makes of an argument what the driver takes.
func (h *held) CheckNamedValue(v *driver.NamedValue) error {
	if n, ok := h.Stmt.(driver.NamedValueChecker); ok {
		return n.CheckNamedValue(v)
	}
	return h.conn.CheckNamedValue(v)
}
